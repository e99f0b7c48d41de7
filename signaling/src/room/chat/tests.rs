use super::*;

const LAN: SeatId = SeatId(1);
const SINH: SeatId = SeatId(2);
const MAI: SeatId = SeatId(3);

const fn reader(seat: SeatId, is_admitted: bool) -> Reader {
    Reader {
        seat,
        is_admitted,
        is_practitioner: seat.0 == LAN.0,
    }
}

fn prepare(chat: &Chat, seat: SeatId, with: Option<SeatId>, r#ref: &str, text: &str) -> Posting {
    chat.prepare(Draft {
        seat,
        with,
        r#ref: ChatRef::parse(r#ref).unwrap(),
        text: ChatText::parse(text).unwrap(),
        at: Timestamp(1),
    })
}

fn post(chat: &mut Chat, seat: SeatId, with: Option<SeatId>, r#ref: &str, text: &str) {
    match prepare(chat, seat, with, r#ref, text) {
        Posting::New { record, forgotten } => chat.take(record, &forgotten),
        Posting::Repeated(record) => panic!("{record:?} was said already"),
    }
}

fn ids(chat: &Chat, reader: Reader) -> Vec<u64> {
    chat.history(reader).iter().map(|entry| entry.id).collect()
}

#[test]
fn a_repeated_reference_repeats_nothing() {
    let mut chat = Chat::default();
    post(&mut chat, LAN, None, "a", "một");
    let Posting::Repeated(known) = prepare(&chat, LAN, None, "a", "hai") else {
        panic!("it was said already")
    };
    assert_eq!((known.id, known.text.as_str()), (1, "một"));
}

#[test]
fn two_seats_may_choose_the_same_reference() {
    let mut chat = Chat::default();
    post(&mut chat, LAN, None, "a", "một");
    post(&mut chat, SINH, None, "a", "hai");
    assert_eq!(ids(&chat, reader(LAN, true)), [1, 2]);
}

#[test]
fn a_reference_is_shown_to_its_sender_only() {
    let mut chat = Chat::default();
    post(&mut chat, LAN, None, "a", "một");
    assert!(chat.history(reader(LAN, true))[0].r#ref.is_some());
    assert!(chat.history(reader(SINH, true))[0].r#ref.is_none());
}

#[test]
fn what_is_between_a_few_is_read_by_those_few() {
    let mut chat = Chat::default();
    post(&mut chat, LAN, None, "all", "một");
    post(&mut chat, SINH, Some(SINH), "in", "hai");
    post(&mut chat, LAN, Some(SINH), "out", "ba");
    assert_eq!(ids(&chat, reader(LAN, true)), [1, 2, 3]);
    assert_eq!(ids(&chat, reader(SINH, false)), [2, 3]);
    assert_eq!(ids(&chat, reader(SINH, true)), [1, 2, 3]);
    assert_eq!(ids(&chat, reader(MAI, true)), [1]);
    assert!(ids(&chat, reader(MAI, false)).is_empty());
    // A practitioner who is not in is nobody special.
    assert!(ids(&chat, reader(LAN, false)).is_empty());
}

#[test]
fn forgets_the_oldest_beyond_its_bounds() {
    let mut chat = Chat::default();
    for number in 0..250 {
        post(&mut chat, LAN, None, &number.to_string(), "x");
    }
    assert_eq!(
        ids(&chat, reader(LAN, true)),
        (51..=250).collect::<Vec<_>>()
    );
    for number in 0..40 {
        post(
            &mut chat,
            SINH,
            None,
            &number.to_string(),
            &"x".repeat(2_000),
        );
    }
    let bytes: usize = chat.entries.iter().map(weight).sum();
    assert!(
        bytes <= HISTORY_BYTES && bytes > HISTORY_BYTES - 2_000,
        "{bytes}"
    );
}

#[test]
fn whoever_waits_and_writes_without_end_pushes_out_only_their_own_words() {
    let mut chat = Chat::default();
    for number in 0..20 {
        post(
            &mut chat,
            LAN,
            None,
            &number.to_string(),
            "Uống ngày hai lần",
        );
    }
    for number in 0..300 {
        post(
            &mut chat,
            SINH,
            Some(SINH),
            &number.to_string(),
            &"x".repeat(1_000),
        );
    }
    let ours = ids(&chat, reader(MAI, true));
    assert_eq!(ours, (1..=20).collect::<Vec<_>>());
}

#[test]
fn comes_back_from_the_store_and_counts_on() {
    let mut chat = Chat::default();
    post(&mut chat, LAN, None, "a", "một");
    post(&mut chat, LAN, None, "b", "hai");
    let records: Vec<_> = chat.entries.iter().cloned().collect();
    let mut chat = Chat::restored(&records);
    assert!(matches!(
        prepare(&chat, LAN, None, "b", "hai"),
        Posting::Repeated(_)
    ));
    post(&mut chat, LAN, None, "c", "ba");
    assert_eq!(ids(&chat, reader(LAN, true)), [1, 2, 3]);
}
