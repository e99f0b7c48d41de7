//! No clinic reaches into another, whatever is tried.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;
use crate::consultation::{CancelReason, PriorityClass};

/// Something that somebody tries.
#[derive(Clone, Debug)]
enum Try {
    Book(u64),
    Change(Change),
    Link(SeatId),
    Enter,
    Look,
    List,
    Day,
    Late(Option<u16>),
}

#[derive(Clone, Copy, Debug)]
enum Who {
    Desk(ClinicId),
    Own(ClinicId, AccountId),
}

impl Who {
    fn requester(self) -> Requester {
        match self {
            Self::Desk(clinic) => desk(clinic),
            Self::Own(clinic, account) => Requester {
                clinic,
                ..own(account)
            },
        }
    }
}

fn any_who() -> impl Strategy<Value = Who> {
    let clinic = || prop::sample::select(vec![CLINIC, OTHER]);
    let account = prop::sample::select(vec![DOCTOR, COLLEAGUE]);
    prop_oneof![
        2 => clinic().prop_map(Who::Desk),
        3 => (clinic(), account).prop_map(|(clinic, account)| Who::Own(clinic, account)),
    ]
}

fn any_change() -> impl Strategy<Value = Change> {
    let seat = || (1_u16..4).prop_map(SeatId);
    let class = prop::option::of(Just(PriorityClass::Pregnant));
    let delay = prop::option::of((0_u16..20).prop_map(Minutes));
    prop_oneof![
        2 => (0_u64..600).prop_map(|after| Change::Reschedule(BookedTime {
            begins: EIGHT.plus(minutes(after)),
            length: Minutes(15),
        })),
        1 => Just(Change::Cancel(CancelReason::Other)),
        1 => Just(Change::NoShow),
        2 => Just(Change::Reopen),
        1 => Just(Change::End),
        2 => class.prop_map(Change::SetPriority),
        2 => delay.prop_map(Change::TellLate),
        3 => seat().prop_map(Change::Admit),
        2 => (seat(), prop::sample::select(vec![DOCTOR, COLLEAGUE])).prop_map(|(seat, account)| {
            Change::Transfer(seat, account, DisplayName::parse("Ai đó").unwrap())
        }),
    ]
}

fn any_try() -> impl Strategy<Value = Try> {
    prop_oneof![
        3 => (0_u64..600).prop_map(Try::Book),
        8 => any_change().prop_map(Try::Change),
        2 => (1_u16..4).prop_map(|seat| Try::Link(SeatId(seat))),
        2 => Just(Try::Enter),
        2 => Just(Try::Look),
        1 => Just(Try::List),
        1 => Just(Try::Day),
        1 => prop::option::of(0_u16..20).prop_map(Try::Late),
    ]
}

/// What a try is answered, as far as it tells anything.
async fn answer(world: &World, by: Requester, room: RoomId, tried: &Try) -> String {
    let service = &world.service;
    match tried {
        Try::Book(_) => unreachable!("it is about no appointment"),
        Try::Change(change) => format!("{:?}", service.change(by, room, change.clone()).await),
        Try::Link(seat) => format!("{:?}", service.new_seat_link(by, room, *seat).await),
        Try::Enter => format!("{:?}", service.enter(by, room).await),
        Try::Look => format!("{:?}", service.appointment(by, room).await),
        Try::List => {
            let all = Timestamp(0)..Timestamp(u64::MAX);
            format!("{:?}", service.appointments(by, all, None, 100).await)
        }
        Try::Day => format!("{:?}", service.day(by, None, None).await),
        Try::Late(delay) => format!("{:?}", service.late_today(by, delay.map(Minutes)).await),
    }
}

/// What is stored of all appointments.
async fn stored(world: &World, booked: &[(ClinicId, RoomId)]) -> Vec<String> {
    let mut all = Vec::new();
    for (_, room) in booked {
        all.push(format!("{:?}", world.store.load(*room).await.unwrap()));
    }
    all
}

async fn play(tries: Vec<(Who, Try, prop::sample::Index)>) -> Result<(), TestCaseError> {
    let world = morning().await;
    let mut booked: Vec<(ClinicId, RoomId)> = Vec::new();
    for (who, tried, index) in tries {
        let by = who.requester();
        if let Try::Book(after) = tried {
            let of = match by.view {
                View::Own(account) => account,
                View::Clinic => DOCTOR,
            };
            let booking = consultation(of, minutes(after));
            let made = world.service.book(by, booking).await.unwrap();
            booked.push((by.clinic, made.appointment));
            continue;
        }
        if booked.is_empty() {
            continue;
        }
        let (clinic, room) = *index.get(&booked);
        let is_about_one = !matches!(tried, Try::List | Try::Day | Try::Late(_));
        let is_foreign = clinic != by.clinic;
        let before = stored(&world, &booked).await;
        let got = answer(&world, by, room, &tried).await;
        if is_about_one && is_foreign {
            // As what never was; and nothing happened anywhere.
            let nowhere = answer(&world, by, RoomId(0xdead), &tried).await;
            prop_assert_eq!(&got, &nowhere);
            prop_assert!(got.contains("Unknown"), "{}", got);
            prop_assert_eq!(&before, &stored(&world, &booked).await);
        }
        let after = stored(&world, &booked).await;
        for ((of, room), (before, after)) in booked.iter().zip(before.iter().zip(&after)) {
            if *of != by.clinic {
                prop_assert_eq!(before, after, "{:?} reached {:?}", tried, room);
                prop_assert!(
                    !got.contains(&format!("{room}")),
                    "{} tells of {:?}",
                    got,
                    room
                );
                let written = format!("{room:?}");
                prop_assert!(!got.contains(&written), "{} tells of {:?}", got, room);
            }
        }
    }
    Ok(())
}

#[test]
fn no_clinic_sees_or_changes_anothers_anything() {
    let tries = prop::collection::vec((any_who(), any_try(), any::<prop::sample::Index>()), 1..40);
    let config = ProptestConfig {
        cases: 32,
        ..ProptestConfig::default()
    };
    let mut runner = TestRunner::new(config);
    let played = runner.run(&tries, |tries| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(play(tries))
    });
    played.unwrap();
}
