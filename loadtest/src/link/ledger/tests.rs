use super::*;

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn voice(ssrc: u32) -> Label {
    Label {
        class: Class::Rtp,
        flow: Flow::Rtp {
            ssrc,
            payload_type: 111,
            is_padded: false,
        },
    }
}

#[test]
fn what_is_offered_is_delivered_dropped_or_lost() {
    let mut ledger = Ledger::default();
    for outcome in [
        Outcome::Delivered,
        Outcome::Delivered,
        Outcome::Overflow,
        Outcome::Lost,
        Outcome::Outage,
    ] {
        ledger.open(Way::Up, voice(1), 100, ms(5));
        ledger.close(Way::Up, voice(1), 100, outcome, ms(6));
    }
    let up = ledger.accounts(Way::Up);
    let tally = |packets| Tally {
        packets,
        bytes: packets * 100,
    };
    let account = Account {
        offered: tally(5),
        delivered: tally(2),
        overflow: tally(1),
        lost: tally(1),
        outage: tally(1),
    };
    assert_eq!(up.total, account);
    assert_eq!(up.classes.get(&Class::Rtp), Some(&account));
    assert_eq!(ledger.accounts(Way::Down), &Accounts::default());
}

#[test]
fn both_directions_of_a_connection_are_one_entry() {
    let mut ledger = Ledger::default();
    let label = |source, destination, payload| Label {
        class: Class::Tcp,
        flow: Flow::Tcp {
            source,
            destination,
            payload,
        },
    };
    for (way, label, bytes, at) in [
        (Way::Up, label(50_000, 443, 0), 60, ms(10)),
        (Way::Down, label(443, 50_000, 1_000), 1_052, ms(700)),
    ] {
        ledger.open(way, label, bytes, at);
        ledger.close(way, label, bytes, Outcome::Delivered, at);
    }
    let connections: Vec<_> = ledger.connections().collect();
    let [only] = connections.as_slice() else {
        panic!("{connections:?}")
    };
    assert_eq!((only.inside_port, only.outside_port), (50_000, 443));
    assert_eq!(
        (only.up.delivered.bytes, only.down.delivered.bytes),
        (60, 1_052)
    );
    assert_eq!((only.up_payload_bytes, only.down_payload_bytes), (0, 1_000));
    assert_eq!((only.first_ms, only.last_ms), (10, 700));
}

#[test]
fn streams_are_told_apart_by_direction_and_number_and_padding_is_seen() {
    let mut ledger = Ledger::default();
    let padding = Label {
        class: Class::Rtp,
        flow: Flow::Rtp {
            ssrc: 2,
            payload_type: 97,
            is_padded: true,
        },
    };
    ledger.open(Way::Down, voice(1), 100, ms(1));
    ledger.open(Way::Up, voice(1), 100, ms(1));
    ledger.open(Way::Down, padding, 250, ms(2));
    let told: Vec<_> = ledger
        .streams()
        .map(|stream| {
            (
                stream.direction,
                stream.ssrc,
                stream.payload_type,
                stream.padded.bytes,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (Way::Up, 1, 111, 0),
            (Way::Down, 1, 111, 0),
            (Way::Down, 2, 97, 250)
        ]
    );
}

#[test]
fn more_flows_than_it_remembers_are_still_counted_by_class() {
    let mut ledger = Ledger::default();
    for ssrc in 0..3_000 {
        ledger.open(Way::Up, voice(ssrc), 100, ms(1));
    }
    assert_eq!(ledger.streams().count(), MAX_FLOWS);
    assert_eq!(ledger.accounts(Way::Up).total.offered.packets, 3_000);
}
