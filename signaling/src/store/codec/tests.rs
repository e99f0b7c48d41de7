//! Changing one of these texts makes stores in the field unreadable.

use super::*;
use crate::accounts::ClinicId;
use crate::consultation::{
    BookedTime, CancelReason, Consent, ConsentFact, ConsentText, Interpreting, Lapse, Licence,
    Method, Minutes, Paper, PaperFact, PaperVersion, PartsFact, PriorityClass, QueueFact, Reader,
    RecordKind, ScheduleFact, Scope, replay,
};
use crate::ids::{ContentHash, LanguageCode};

const SEAT: SeatId = SeatId(2);
const DOCTOR: Option<SeatId> = Some(SeatId(1));

fn joined(resumed_with: Option<TokenHash>) -> Fact {
    Fact::Joined {
        seat: SEAT,
        standing: Standing::Admitted,
        resume: TokenHash([0; 32]),
        resumed_with,
    }
}

fn invited(link: Option<LinkState>) -> Fact {
    Fact::Invited {
        seat: SEAT,
        role: Role::Interpreter,
        link,
    }
}

/// Changing one of these texts makes stores in the field unreadable.
#[track_caller]
fn is_stored_as(fact: Fact, text: &str) {
    let event = Event {
        at: Timestamp(5),
        fact,
    };
    let text = format!(r#"{{"at":5,"fact":{text}}}"#);
    let encoded = encode_event(&event, None).unwrap();
    assert_eq!(String::from_utf8(encoded).unwrap(), text);
    assert_eq!(decode_event(text.as_bytes()).unwrap(), (event, None));
}

fn bytes(byte: &str) -> String {
    vec![byte; 32].join(",")
}

#[test]
fn logs_of_format_1_stay_readable() {
    let seats = vec![
        Role::Practitioner,
        Role::Patient,
        Role::Interpreter,
        Role::Companion,
        Role::Observer,
    ];
    is_stored_as(
        Fact::Opened { seats },
        r#"{"opened":{"seats":["practitioner","patient","interpreter","companion","observer"]}}"#,
    );
    let zeros = bytes("0");
    is_stored_as(
        joined(None),
        &format!(r#"{{"joined":{{"seat":2,"standing":"admitted","resume":[{zeros}]}}}}"#),
    );
    for (cause, text) in [
        (LeaveCause::Own, r#"{"left":{"seat":2,"cause":"own"}}"#),
        (LeaveCause::Away, r#"{"left":{"seat":2,"cause":"away"}}"#),
        (LeaveCause::Drain, r#"{"left":{"seat":2,"cause":"drain"}}"#),
    ] {
        is_stored_as(Fact::Left { seat: SEAT, cause }, text);
    }
    is_stored_as(Fact::Ended { by: None }, r#"{"ended":{}}"#);
}

#[test]
fn logs_of_format_2_stay_readable() {
    let (zeros, ones) = (bytes("0"), bytes("1"));
    is_stored_as(
        joined(Some(TokenHash([1; 32]))),
        &format!(
            r#"{{"joined":{{"seat":2,"standing":"admitted","resume":[{zeros}],"resumedWith":[{ones}]}}}}"#
        ),
    );
    let link = LinkState {
        hash: TokenHash([1; 32]),
        expires: Timestamp(9),
    };
    is_stored_as(
        invited(Some(link)),
        &format!(
            r#"{{"invited":{{"seat":2,"role":"interpreter","link":{{"hash":[{ones}],"expires":9}}}}}}"#
        ),
    );
    let (seat, by) = (SEAT, DOCTOR);
    for (fact, text) in [
        (
            invited(None),
            r#"{"invited":{"seat":2,"role":"interpreter"}}"#,
        ),
        (Fact::LinkRevoked { seat }, r#"{"linkRevoked":{"seat":2}}"#),
        (Fact::Confirmed { seat }, r#"{"confirmed":{"seat":2}}"#),
        (
            Fact::Admitted { seat, by },
            r#"{"admitted":{"seat":2,"by":1}}"#,
        ),
        (
            Fact::Admitted { seat, by: None },
            r#"{"admitted":{"seat":2}}"#,
        ),
        (Fact::Denied { seat, by }, r#"{"denied":{"seat":2,"by":1}}"#),
        (Fact::Held { seat, by }, r#"{"held":{"seat":2,"by":1}}"#),
        (
            Fact::Removed { seat, by },
            r#"{"removed":{"seat":2,"by":1}}"#,
        ),
        (Fact::Locked { by }, r#"{"locked":{"by":1}}"#),
        (Fact::Unlocked { by: None }, r#"{"unlocked":{}}"#),
        (Fact::Ended { by }, r#"{"ended":{"by":1}}"#),
    ] {
        is_stored_as(fact, text);
    }
}

/// Before format 4 a server had one clinic.
#[test]
fn what_was_booked_in_format_3_is_of_the_only_clinic() {
    let text =
        r#"{"at":5,"fact":{"schedule":{"booked":{"time":{"begins":7,"minutes":30},"seats":[]}}}}"#;
    let (event, actor) = decode_event(text.as_bytes()).unwrap();
    assert_eq!(actor, None);
    assert_eq!(replay([&event]).clinic(), Some(ClinicId(1)));
}

/// Since format 4.
#[test]
fn who_of_the_clinic_wished_something_stands_beside_it() {
    let event = Event {
        at: Timestamp(5),
        fact: Fact::Ended { by: None },
    };
    for (actor, text) in [
        (
            Actor::Account(AccountId(0xa1)),
            r#"{"account":"00000000000000a1"}"#,
        ),
        (Actor::Key(KeyId(0xb2)), r#"{"key":"00000000000000b2"}"#),
    ] {
        let text = format!(r#"{{"at":5,"for":{text},"fact":{{"ended":{{}}}}}}"#);
        let encoded = encode_event(&event, Some(actor)).unwrap();
        assert_eq!(String::from_utf8(encoded).unwrap(), text);
        let read = decode_event(text.as_bytes()).unwrap();
        assert_eq!(read, (event.clone(), Some(actor)));
    }
}

/// What happens on a clinic's day: `group` is the group of facts in the log.
#[track_caller]
fn is_stored_in(group: &str, fact: Fact, text: &str) {
    is_stored_as(fact, &format!(r#"{{"{group}":{text}}}"#));
}

#[test]
fn logs_of_format_3_stay_readable_in_what_happens_to_a_time() {
    let time = BookedTime {
        begins: Timestamp(7),
        length: Minutes(30),
    };
    let by = DOCTOR;
    let is_stored_as = |fact, text: &str| is_stored_in("schedule", Fact::Schedule(fact), text);
    is_stored_as(
        ScheduleFact::Booked {
            clinic: ClinicId(0xc1),
            time,
            seats: vec![Role::Practitioner, Role::Patient],
        },
        r#"{"booked":{"clinic":"00000000000000c1","time":{"begins":7,"minutes":30},"seats":["practitioner","patient"]}}"#,
    );
    is_stored_as(
        ScheduleFact::Rescheduled { time, by },
        r#"{"rescheduled":{"time":{"begins":7,"minutes":30},"by":1}}"#,
    );
    for (reason, text) in [
        (CancelReason::Patient, "patient"),
        (CancelReason::Practitioner, "practitioner"),
        (CancelReason::Interpreter, "interpreter"),
        (CancelReason::Technical, "technical"),
        (CancelReason::Mistake, "mistake"),
        (CancelReason::Other, "other"),
    ] {
        is_stored_as(
            ScheduleFact::Cancelled { reason, by: None },
            &format!(r#"{{"cancelled":{{"reason":"{text}"}}}}"#),
        );
    }
    is_stored_as(ScheduleFact::NoShow { by }, r#"{"noShow":{"by":1}}"#);
    for (how, word) in [
        (Lapse::Left, "left"),
        (Lapse::Unseen, "unseen"),
        (Lapse::Unused, "unused"),
    ] {
        let stored = format!(r#"{{"lapsed":{{"how":"{word}"}}}}"#);
        is_stored_as(ScheduleFact::Lapsed { how }, &stored);
    }
    is_stored_as(ScheduleFact::Reopened { by: None }, r#"{"reopened":{}}"#);
}

#[test]
fn logs_of_format_3_stay_readable_in_what_happens_to_the_queue() {
    let is_stored_as = |fact, text: &str| is_stored_in("queue", Fact::Queue(fact), text);
    for (class, text) in [
        (PriorityClass::Emergency, "emergency"),
        (PriorityClass::ChildUnderSix, "childUnderSix"),
        (PriorityClass::Pregnant, "pregnant"),
        (PriorityClass::SevereDisability, "severeDisability"),
        (PriorityClass::SeventyFive, "seventyFive"),
        (PriorityClass::Merit, "merit"),
    ] {
        let class = Some(class);
        is_stored_as(
            QueueFact::PrioritySet { class, by: DOCTOR },
            &format!(r#"{{"prioritySet":{{"class":"{text}","by":1}}}}"#),
        );
    }
    let (class, delay, by) = (None, None, None);
    is_stored_as(
        QueueFact::PrioritySet { class, by },
        r#"{"prioritySet":{}}"#,
    );
    is_stored_as(QueueFact::LateTold { delay, by }, r#"{"lateTold":{}}"#);
    let (delay, by) = (Some(Minutes(10)), DOCTOR);
    is_stored_as(
        QueueFact::LateTold { delay, by },
        r#"{"lateTold":{"minutes":10,"by":1}}"#,
    );
}

#[test]
fn logs_of_format_3_stay_readable_in_what_people_are() {
    let is_stored_as = |fact, text: &str| is_stored_in("parts", Fact::Parts(fact), text);
    let (seat, by) = (SEAT, DOCTOR);
    is_stored_as(
        PartsFact::Treating { seat, by },
        r#"{"treating":{"seat":2,"by":1}}"#,
    );
    let link = LinkState {
        hash: TokenHash([1; 32]),
        expires: Timestamp(9),
    };
    let ones = bytes("1");
    is_stored_as(
        PartsFact::Transferred {
            seat,
            link,
            by: None,
        },
        &format!(r#"{{"transferred":{{"seat":2,"link":{{"hash":[{ones}],"expires":9}}}}}}"#),
    );
    for (licence, text) in [(Licence::NotGiven, "notGiven"), (Licence::Given, "given")] {
        let languages = ["vi", "blt"].map(|code| LanguageCode::parse(code).unwrap());
        let interpreting = Interpreting { languages, licence };
        is_stored_as(
            PartsFact::Interpreting {
                seat,
                interpreting,
                by,
            },
            &format!(
                r#"{{"interpreting":{{"seat":2,"languages":["vi","blt"],"licence":"{text}","by":1}}}}"#
            ),
        );
    }
    is_stored_as(
        PartsFact::Representing {
            seat: Some(seat),
            by,
        },
        r#"{"representing":{"seat":2,"by":1}}"#,
    );
    let (seat, by) = (None, None);
    is_stored_as(
        PartsFact::Representing { seat, by },
        r#"{"representing":{}}"#,
    );
}

#[test]
fn logs_of_format_3_stay_readable_in_what_was_agreed_to() {
    let is_stored_as = |fact, text: &str| is_stored_in("consent", Fact::Consent(fact), text);
    let (zeros, heard_by) = (bytes("0"), SeatId(1));
    let spoken = Method::Spoken { heard_by };
    for (method, reader, words) in [
        (
            Method::Tapped,
            Reader::Oneself,
            r#""tapped" and "reader":"oneself""#,
        ),
        (
            spoken,
            Reader::Interpreter(SeatId(3)),
            r#"{"spoken":{"heardBy":1}} and "reader":{"interpreter":3}"#,
        ),
        (
            spoken,
            Reader::Representative(SeatId(4)),
            r#"{"spoken":{"heardBy":1}} and "reader":{"representative":4}"#,
        ),
        (
            spoken,
            Reader::Practitioner(SeatId(1)),
            r#"{"spoken":{"heardBy":1}} and "reader":{"practitioner":1}"#,
        ),
    ] {
        let (method_text, reader_text) = words.split_once(" and ").unwrap();
        let consent = Consent {
            subject: SEAT,
            by: SeatId(4),
            method,
            text: ConsentText {
                hash: ContentHash([0; 32]),
                language: LanguageCode::parse("vi").unwrap(),
            },
            reader,
            scopes: Scope::ALL.into_iter().collect(),
        };
        is_stored_as(
            ConsentFact::Given(consent),
            &format!(
                r#"{{"given":{{"subject":2,"by":4,"method":{method_text},"text":[{zeros}],"language":"vi",{reader_text},"scopes":["careByVideo","interpreterPresent","observerPresent","recording","sharingAbroad","teaching"]}}}}"#
            ),
        );
    }
    is_stored_as(
        ConsentFact::Withdrawn {
            subject: SEAT,
            scopes: [Scope::Recording].into_iter().collect(),
            by: None,
        },
        r#"{"withdrawn":{"subject":2,"scopes":["recording"]}}"#,
    );
}

#[test]
fn logs_of_format_3_stay_readable_in_what_was_signed() {
    let twos = bytes("2");
    for (paper, text) in [(Paper::Notes, "notes"), (Paper::Summary, "summary")] {
        let fact = PaperFact::SignedOff {
            paper,
            version: PaperVersion(3),
            hash: ContentHash([2; 32]),
            by: SeatId(1),
        };
        is_stored_in(
            "paper",
            Fact::Paper(fact),
            &format!(r#"{{"signedOff":{{"paper":"{text}","version":3,"hash":[{twos}],"by":1}}}}"#),
        );
    }
}

#[test]
fn logs_of_format_3_stay_readable_in_who_was_erased() {
    let reasons = [
        (ErasureReason::Request, "request"),
        (ErasureReason::Mistake, "mistake"),
        (ErasureReason::Order, "order"),
    ];
    for (reason, word) in reasons {
        let (seat, by) = (SEAT, None);
        let text = format!(r#"{{"erased":{{"seat":2,"reason":"{word}"}}}}"#);
        is_stored_as(Fact::Erased { seat, by, reason }, &text);
    }
    let (seat, by, reason) = (SEAT, DOCTOR, ErasureReason::Request);
    is_stored_as(
        Fact::Erased { seat, by, reason },
        r#"{"erased":{"seat":2,"by":1,"reason":"request"}}"#,
    );
}

#[test]
fn who_read_what_stays_readable() {
    for (what, text) in [
        (RecordKind::Appointment, "appointment"),
        (RecordKind::Encounter, "encounter"),
        (RecordKind::Consents, "consents"),
        (RecordKind::Trail, "trail"),
    ] {
        let to = KeyId(0xabc);
        is_stored_as(
            Fact::Disclosed { what, to },
            &format!(r#"{{"disclosed":{{"what":"{text}","to":"0000000000000abc"}}}}"#),
        );
    }
}
