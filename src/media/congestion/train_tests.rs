use proptest::prelude::*;

use super::*;

const PLACE: Place = Place {
    probe: 3,
    round: 4,
    index: 1,
};

fn up(head: [u8; 8], length: usize) -> Vec<u8> {
    let mut message = head.to_vec();
    message.resize(length, 0);
    message
}

#[test]
fn writes_and_reads_the_documented_bytes() {
    let message = ProbeDown {
        place: PLACE,
        train: Train::Short,
        back: Train::Long,
    };
    let told = message.encode();
    assert_eq!(told.len(), 600);
    assert_eq!(told[..9], [7, 3, 4, 1, 4, 4, 0x03, 0xe8, 0]);

    let answer = ProbeUp {
        place: PLACE,
        train: Train::Long,
        received: 3,
        spread: Duration::from_millis(258),
    };
    let head = [8, 3, 4, 1, 4, 3, 1, 2];
    assert_eq!(ProbeUp::decode(&up(head, 1_000)), Some(answer));
}

#[test]
fn a_message_that_belongs_to_no_train_is_none() {
    for (head, length) in [
        ([8, 3, 4, 1, 4, 3, 1, 2], 999),   // no such length
        ([8, 3, 4, 1, 3, 3, 1, 2], 600),   // no such number of messages
        ([8, 3, 4, 4, 4, 3, 1, 2], 600),   // behind the last one
        ([8, 3, 4, 1, 2, 3, 1, 2], 1_000), // two of a thousand
        ([7, 3, 4, 1, 4, 3, 1, 2], 600),   // the server's own
    ] {
        assert_eq!(ProbeUp::decode(&up(head, length)), None, "{head:?}");
    }
}

#[test]
fn no_train_fits_into_fewer_packets_than_it_has_messages() {
    for train in Train::ALL {
        // Two chunks of 16 bytes of header in one packet with 12 of its own, of 1,191 or 1,228 at most.
        assert!(2 * (train.message_bytes() + 16) + 12 > 1_228);
        assert!(train.message_bytes() <= 1_000);
        assert!(usize::from(train.messages()) * train.message_bytes() <= 4_380);
    }
}

proptest! {
    #[test]
    fn whatever_comes_is_read_without_a_panic_and_within_its_train(
        head in prop::collection::vec(any::<u8>(), 0..12),
        length in prop_oneof![Just(600), Just(1_000), 0..1_200_usize],
        is_answer in any::<bool>(),
    ) {
        let mut message = head;
        if is_answer {
            message.insert(0, PROBE_UP);
        }
        message.resize(length, 0);
        if let Some(read) = ProbeUp::decode(&message) {
            prop_assert!(read.place.index < read.train.messages());
            prop_assert_eq!(message.len(), read.train.message_bytes());
            // However little time it says it took.
            read.train.rate(read.received, read.spread);
        }
    }
}
