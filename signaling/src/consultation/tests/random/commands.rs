//! Any command at all, mostly by somebody who may say it.

use proptest::prelude::*;

use super::*;
use crate::accounts::KeyId;

/// Three hours around [`BEGINS`], so that times, links and graces come and go.
const SPAN_MS: u64 = 3 * 3_600_000;

pub(super) fn any_time() -> impl Strategy<Value = Timestamp> {
    let spread = prop_oneof![1 => 0..SPAN_MS, 1 => SPAN_MS / 2..SPAN_MS / 2 + 5_000];
    spread.prop_map(|offset| Timestamp(BEGINS.0 - SPAN_MS / 2 + offset))
}

/// When somebody says something: then, or rarely days later, when what nobody ended is over.
pub(super) fn any_moment() -> impl Strategy<Value = Timestamp> {
    prop_oneof![60 => any_time(), 1 => any_time().prop_map(|time| time.plus(2 * DAY))]
}

fn any_role() -> impl Strategy<Value = Role> {
    prop::sample::select(&Role::ALL[..])
}

fn any_link() -> impl Strategy<Value = LinkState> {
    (0_u8..4, any_time()).prop_map(|(hash, expires)| link(token(hash), expires))
}

pub(super) fn any_invitation() -> impl Strategy<Value = Invitation> {
    // Mostly without a link in the log, so that any opens it.
    let link = prop::option::weighted(0.25, any_link());
    (any_role(), link).prop_map(|(role, link)| Invitation { role, link })
}

fn any_seat() -> impl Strategy<Value = SeatId> {
    prop_oneof![4 => 1_u16..5, 1 => 1_u16..9].prop_map(SeatId)
}

/// Mostly the seat that is a practitioner's, so that acts get through.
fn any_author() -> impl Strategy<Value = SeatId> {
    prop_oneof![4 => Just(DOCTOR), 1 => any_seat()]
}

fn any_booked() -> impl Strategy<Value = BookedTime> {
    let length = prop_oneof![Just(30_u16), 0_u16..300].prop_map(Minutes);
    (any_time(), length).prop_map(|(begins, length)| BookedTime { begins, length })
}

/// Opened as rooms are, or booked.
pub(super) fn any_opening() -> impl Strategy<Value = Command> {
    let seats = prop::collection::vec(any_invitation(), 0..7).prop_map(|more| {
        // Random rooms without a practitioner would let nobody in, and without a patient most
        // would never begin.
        let mut seats = vec![invitation(Role::Practitioner), invitation(Role::Patient)];
        seats.extend(more);
        seats
    });
    (seats, prop::option::of(any_time())).prop_map(|(seats, begins)| match begins {
        None => Command::Open { seats },
        Some(begins) => Command::Schedule(ScheduleCommand::Book {
            clinic: CLINIC,
            time: at(begins),
            seats,
        }),
    })
}

pub(super) fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        8 => any_admission(),
        1 => any_schedule(),
        1 => any_queue_or_paper(),
        1 => any_parts(),
        1 => any_consent(),
    ]
}

fn any_admission() -> impl Strategy<Value = Command> {
    let seat = any_seat;
    let by = any_author;
    let hash = || (0_u8..4).prop_map(token);
    let cause = prop::sample::select(vec![LeaveCause::Own, LeaveCause::Away, LeaveCause::Drain]);
    let pass = prop_oneof![
        2 => hash().prop_map(Pass::Link),
        1 => hash().prop_map(Pass::Resume),
    ];
    prop_oneof![
        1 => prop::collection::vec(any_invitation(), 0..10).prop_map(|seats| Command::Open { seats }),
        1 => any_invitation().prop_map(Command::Invite),
        1 => (seat(), any_link()).prop_map(|(seat, link)| Command::Relink { seat, link }),
        1 => seat().prop_map(|seat| Command::RevokeLink { seat }),
        6 => Just(Command::Join { seat: DOCTOR, resume: token(9), pass: Pass::Link(token(0)) }),
        16 => (seat(), hash(), pass).prop_map(
            |(seat, resume, pass)| Command::Join { seat, resume, pass }),
        2 => seat().prop_map(|seat| Command::Confirm { seat }),
        8 => (seat(), cause).prop_map(|(seat, cause)| Command::Leave { seat, cause }),
        8 => (seat(), prop::option::weighted(0.9, by())).prop_map(|(seat, by)| Command::Admit { seat, by }),
        3 => (seat(), by()).prop_map(|(seat, by)| Command::Deny { seat, by }),
        3 => (seat(), by()).prop_map(|(seat, by)| Command::Hold { seat, by }),
        3 => (seat(), by()).prop_map(|(seat, by)| Command::Remove { seat, by }),
        3 => (any::<bool>(), by()).prop_map(|(locked, by)| Command::Lock { locked, by }),
        1 => (3_u16..9).prop_map(|seat| Command::Erase {
            seat: SeatId(seat),
            reason: ErasureReason::Request,
        }),
        1 => (prop::sample::select(&RecordKind::ALL[..]), 1_u64..3).prop_map(
            |(what, key)| Command::Disclose { what, to: KeyId(key) }),
        1 => prop::option::of(seat()).prop_map(|by| Command::End { by }),
    ]
}

fn any_schedule() -> impl Strategy<Value = Command> {
    let by = || prop::option::of(any_author());
    prop_oneof![
        1 => (any_booked(), prop::collection::vec(any_invitation(), 0..10)).prop_map(
            |(time, seats)| ScheduleCommand::Book { clinic: CLINIC, time, seats }),
        4 => (any_booked(), by()).prop_map(|(time, by)| ScheduleCommand::Reschedule { time, by }),
        1 => by().prop_map(|by| ScheduleCommand::Cancel { reason: CancelReason::Other, by }),
        1 => by().prop_map(|by| ScheduleCommand::NoShow { by }),
        2 => Just(ScheduleCommand::Lapse),
        4 => by().prop_map(|by| ScheduleCommand::Reopen { by }),
        4 => Just(ScheduleCommand::Reopen { by: None }),
    ]
    .prop_map(Command::Schedule)
}

fn any_queue_or_paper() -> impl Strategy<Value = Command> {
    let by = || prop::option::of(any_author());
    let class = prop::option::of(prop::sample::select(&PriorityClass::ALL[..]));
    let delay = prop::option::of((0_u16..300).prop_map(Minutes));
    let paper = prop::sample::select(vec![Paper::Notes, Paper::Summary]);
    prop_oneof![
        (class, by()).prop_map(|(class, by)| priority(class, by)),
        (delay, by()).prop_map(|(delay, by)| late(delay, by)),
        (paper, 0_u32..5, 0_u8..3, any_author())
            .prop_map(|(paper, version, words, by)| sign_off(paper, version, words, by)),
    ]
}

fn any_parts() -> impl Strategy<Value = Command> {
    let by = || prop::option::of(any_author());
    prop_oneof![
        (any_seat(), by()).prop_map(|(seat, by)| treat(seat, by)),
        (any_author(), any_time(), by()).prop_map(|(seat, expires, by)| transfer(
            seat,
            link(token(0), expires),
            by
        )),
        (any_seat(), by()).prop_map(|(seat, by)| interpret(seat, ["vi", "ko"], by)),
        (prop::option::of(any_seat()), by()).prop_map(|(seat, by)| represent(seat, by)),
    ]
}

fn any_consent() -> impl Strategy<Value = Command> {
    let ticked = || prop::collection::vec(prop::sample::select(&Scope::ALL[..]), 0..3);
    let reader = prop_oneof![
        4 => Just(Reader::Oneself),
        1 => any_seat().prop_map(Reader::Interpreter),
        1 => any_seat().prop_map(Reader::Representative),
        1 => any_seat().prop_map(Reader::Practitioner),
    ];
    let method = prop_oneof![
        1 => Just(Method::Tapped),
        1 => any_author().prop_map(|heard_by| Method::Spoken { heard_by }),
    ];
    // Mostly for oneself.
    let who = prop_oneof![
        3 => any_seat().prop_map(|seat| (seat, seat)),
        1 => (any_seat(), any_seat()),
    ];
    prop_oneof![
        (who, method, reader, ticked()).prop_map(|((subject, by), method, reader, ticked)| {
            give(Consent {
                method,
                reader,
                ..consent(subject, by, &ticked)
            })
        }),
        (any_seat(), ticked(), prop::option::of(any_author()))
            .prop_map(|(subject, ticked, by)| withdraw(subject, &ticked, by)),
        any_seat().prop_map(|seat| withdraw(seat, &[Scope::CareByVideo], Some(seat))),
        Just(withdraw(
            PATIENT,
            &[Scope::InterpreterPresent, Scope::ObserverPresent],
            None
        )),
    ]
}
