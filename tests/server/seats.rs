//! Seats of a real server process, held by people of another WebRTC stack: waiting, being let in, coming back.

use std::time::Duration;

use loadtest::bot::enter::{Key, ask};
use loadtest::bot::person::Person;
use loadtest::protocol::{Admission, ClientMessage, Seat};

use crate::people::{body, come, hears, room, say, sees, signed, write_keys};
use crate::server::Folder;
use crate::spawned::Demo;

const PEOPLE: [(&str, &str); 5] = [
    ("Bác sĩ Hoa", "practitioner"),
    ("Bà Sung", "patient"),
    ("Phiên dịch Páo", "interpreter"),
    ("Chị Dở", "companion"),
    ("Sinh viên Tú", "observer"),
];

fn seats(seats: &[Seat]) -> Vec<u16> {
    seats.iter().map(|seat| seat.seat).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_sees_the_practitioner_alone_is_let_in_and_comes_back_unasked() {
    let demo = Demo::start(&["--listen=127.0.0.1:0"]);
    let (room, client) = (room(&demo, &PEOPLE).await, demo.client());
    let mut doctor = come(&client, Key::Link(&room.links[0]), 0).await;
    let interpreter = come(&client, Key::Link(&room.links[2]), 2).await;
    assert_eq!(
        seats(&interpreter.view.seats).len(),
        5,
        "an interpreter goes straight in"
    );
    doctor.talk().await.expect("connected");

    let mut patient = come(&client, Key::Link(&room.links[1]), 1).await;
    assert_eq!(
        seats(&patient.view.seats),
        [1, 2],
        "oneself and the practitioner"
    );
    assert!(
        !patient.plan.microphone(),
        "nobody takes what who waits would say"
    );
    doctor.sees_waiting(2).await.expect("told");
    say(&mut doctor, ClientMessage::Admit { seat: 2 }).await;
    patient.let_in().await.expect("let in");
    patient.talk().await.expect("connected");
    hears(&patient).await;
    let heard = patient.leave().await.expect("left");
    let voices = heard.lanes.iter().flat_map(|lane| &lane.stays);
    let doctors: Vec<_> = voices.filter(|stay| stay.owner.seat == 1).collect();
    assert!(
        doctors
            .iter()
            .any(|stay| stay.tally.is_only(doctor.body.tone)),
        "{doctors:?}"
    );

    let again = come(&client, Key::Link(&room.links[1]), 1).await;
    assert_eq!(
        seats(&again.view.seats).len(),
        5,
        "who was let in once need not wait again"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_far_back_holds_no_transport_until_called_and_then_is_heard() {
    let demo = Demo::start(&["--listen=127.0.0.1:0"]);
    let (room, client) = (room(&demo, &PEOPLE).await, demo.client());
    let mut doctor = come(&client, Key::Link(&room.links[0]), 0).await;
    doctor.talk().await.expect("connected");
    let mut waiting: Vec<Person> = Vec::new();
    for (number, seat) in [(1, 2), (3, 4), (4, 5)] {
        waiting.push(come(&client, Key::Link(&room.links[number]), number).await);
        doctor.sees_waiting(seat).await.expect("told");
    }
    let transports: Vec<bool> = waiting.iter().map(|one| one.transport.is_some()).collect();
    assert_eq!(transports, [true, true, false], "two are at the front");

    let mut last = waiting.pop().expect("three wait");
    say(&mut doctor, ClientMessage::Admit { seat: 5 }).await;
    last.let_in().await.expect("called and let in");
    assert!(last.transport.is_some());
    last.talk().await.expect("connected");
    hears(&last).await;
    hears(&doctor).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_struck_down_knows_who_is_in_who_waits_and_who_is_out() {
    let demo = Demo::start(&["--listen=127.0.0.1:0"]);
    let (room, client) = (room(&demo, &PEOPLE).await, demo.client());
    let mut doctor = come(&client, Key::Link(&room.links[0]), 0).await;
    let mut patient = come(&client, Key::Link(&room.links[1]), 1).await;
    doctor.sees_waiting(2).await.expect("told");
    say(&mut doctor, ClientMessage::Admit { seat: 2 }).await;
    patient.let_in().await.expect("let in");
    let mut companion = come(&client, Key::Link(&room.links[3]), 3).await;
    doctor.sees_waiting(4).await.expect("told");
    say(&mut doctor, ClientMessage::Deny { seat: 4 }).await;
    assert_eq!(companion.wire.ended().await.expect("told"), "denied");
    let observer = come(&client, Key::Link(&room.links[4]), 4).await;
    doctor.sees_waiting(5).await.expect("told");
    say(&mut doctor, ClientMessage::Lock { locked: true }).await;
    sees_lock(&mut doctor).await;
    drop(observer);

    let demo = demo.struck_down();
    doctor.come_back().await.expect("back");
    patient.come_back().await.expect("back");
    doctor.talk().await.expect("connected");
    patient.talk().await.expect("connected");
    hears(&patient).await;
    let view = doctor.look().await.expect("a look");
    let admissions: Vec<Admission> = view.seats.iter().map(|seat| seat.admission).collect();
    assert_eq!(
        admissions,
        [
            Admission::Admitted,
            Admission::Admitted,
            Admission::None,
            Admission::Denied,
            Admission::Waiting
        ]
    );
    assert!(view.locked);
    let back = companion.come_back().await.expect_err("turned away");
    assert_eq!(back.code, "denied");
    let mistaken = come_anyway(&demo, &room.links[2]).await;
    assert_eq!(mistaken, "locked", "nobody new while it is locked");

    // The undo of a mistake.
    say(&mut doctor, ClientMessage::Admit { seat: 4 }).await;
    sees(&mut doctor, 4, Admission::Admitted).await;
    // What the page held died when it was turned away; the link is what works again.
    assert_eq!(
        companion.come_back().await.expect_err("dead").code,
        "link_unknown"
    );
    let client = demo.client();
    let companion = come(&client, Key::Link(&room.links[3]), 3).await;
    assert_eq!(seats(&companion.view.seats).len(), 5, "straight in");
}

async fn sees_lock(doctor: &mut Person) {
    let view = doctor.look().await.expect("a look");
    assert!(view.locked);
}

/// The code with which a join is refused.
async fn come_anyway(demo: &Demo, link: &str) -> String {
    let client = demo.client();
    let came = Person::come(&client, Key::Link(link), body(2)).await;
    came.err().expect("refused").code
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signed_invitation_opens_its_room_until_it_expires() {
    let folder = Folder::new();
    write_keys(&folder.0);
    let demo = Demo::start_in(folder, &["--listen=127.0.0.1:0", "--token-keys=keys.toml"]);
    let client = demo.client();
    let hour = Duration::from_hours(1);
    let doctor = signed("staff-1", "Bác sĩ Hoa", "practitioner", hour, false);
    let patient = signed("person-2", "Bà Sung", "patient", hour, false);
    let mut doctor = come(&client, Key::Link(&doctor), 0).await;
    let mut patient = come(&client, Key::Link(&patient), 1).await;
    doctor.sees_waiting(patient.seat).await.expect("told");
    let seat = patient.seat;
    say(&mut doctor, ClientMessage::Admit { seat }).await;
    patient.let_in().await.expect("let in");

    // Two minutes ago is beyond any leeway.
    let expired = signed(
        "person-3",
        "Chị Dở",
        "companion",
        Duration::from_mins(2),
        true,
    );
    assert_eq!(come_anyway(&demo, &expired).await, "link_expired");
    let forged = signed("person-3", "Chị Dở", "practitioner", hour, false);
    let (body, _) = forged.rsplit_once('.').expect("three parts");
    let forged = format!("{body}.{}", "A".repeat(43));
    assert_eq!(come_anyway(&demo, &forged).await, "link_unknown");
    let answer = ask(&client, Key::Resume(&patient.resume), "v=0").await;
    assert_eq!(answer.expect_err("no offer").code, "offer_invalid");
}
