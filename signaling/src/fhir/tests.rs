use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::json;

use super::*;
use crate::consultation::tests::random::any_log;
use crate::consultation::{
    BookedTime, CancelReason, Command, Consent, ConsentCommand, ConsentText, ErasureReason, Fact,
    Invitation, LeaveCause, LinkState, Method, Minutes, Paper, PaperCommand, PaperVersion,
    PartsCommand, Pass, PriorityClass, QueueCommand, Reader, Role, ScheduleCommand, Scope, decide,
};
use crate::ids::{ContentHash, LanguageCode, Timestamp, TokenHash};
use crate::protocol::{ErrorCode, Problem};

const BASE: &str = "https://kham.example.vn";
const ROOM: RoomId = RoomId(0x00ab_12cd_34ef_5678);
const DOCTOR: SeatId = SeatId(1);
const PATIENT: SeatId = SeatId(2);
const INTERPRETER: SeatId = SeatId(3);
/// 2026-11-23, 09:00 in Vietnam.
const BEGINS: Timestamp = Timestamp(1_795_399_200_000);

fn clinic() -> Clinic {
    Clinic {
        id: ClinicId(7),
        name: "Trạm y tế xã Tà Lèng".to_owned(),
    }
}

/// Eight seats, three people each, so that nobody of a random log is unknown.
fn known() -> Vec<Known> {
    let people = (1..=8).flat_map(|seat| (1..=3).map(move |person| (SeatId(seat), person)));
    let known = people.map(|(seat, person)| Known {
        seat,
        person,
        name: DisplayName::parse(&format!("Người {seat}/{person}")).unwrap(),
        account: (seat == DOCTOR).then_some(AccountId(0x0d0c)),
        licence: (seat == INTERPRETER).then(|| LicenceNumber::parse("000123/HCM").unwrap()),
    });
    known.collect()
}

struct Visit {
    log: Vec<Event>,
    now: Timestamp,
}

impl Visit {
    /// A doctor, a patient and an interpreter, booked the day before.
    fn booked() -> Self {
        let roles = [Role::Practitioner, Role::Patient, Role::Interpreter];
        let seats = roles.map(|role| Invitation { role, link: None }).to_vec();
        let mut visit = Self {
            log: Vec::new(),
            now: Timestamp(BEGINS.0 - 24 * 3_600_000),
        };
        let time = BookedTime {
            begins: BEGINS,
            length: Minutes(30),
        };
        visit.does(Command::Schedule(ScheduleCommand::Book {
            clinic: ClinicId(7),
            time,
            seats,
        }));
        visit.now = BEGINS;
        visit
    }

    #[track_caller]
    fn does(&mut self, command: Command) {
        self.now.0 += 60_000;
        let events = decide(&replay(&self.log), command, self.now).unwrap();
        self.log.extend(events);
    }

    fn comes(&mut self, seat: SeatId) {
        let resume = TokenHash([u8::try_from(self.log.len()).unwrap(); 32]);
        let pass = Pass::Link(TokenHash([seat.0.try_into().unwrap(); 32]));
        self.does(Command::Join { seat, resume, pass });
    }

    /// Everybody came, the interpreter's line broke once, the patient agreed aloud to two things and took one back.
    fn whole() -> Self {
        let mut visit = Self::booked();
        let class = Some(PriorityClass::SeventyFive);
        visit.does(Command::Queue(QueueCommand::SetPriority {
            class,
            by: None,
        }));
        visit.comes(DOCTOR);
        visit.comes(PATIENT);
        visit.does(Command::Admit {
            seat: PATIENT,
            by: Some(DOCTOR),
        });
        visit.comes(INTERPRETER);
        visit.does(Command::Consent(ConsentCommand::Give(Consent {
            subject: PATIENT,
            by: PATIENT,
            method: Method::Spoken { heard_by: DOCTOR },
            text: ConsentText {
                hash: ContentHash([9; 32]),
                language: LanguageCode::parse("vi").unwrap(),
            },
            reader: Reader::Interpreter(INTERPRETER),
            scopes: [Scope::CareByVideo, Scope::Teaching].into_iter().collect(),
        })));
        visit.does(Command::Leave {
            seat: INTERPRETER,
            cause: LeaveCause::Away,
        });
        visit.comes(INTERPRETER);
        visit.does(Command::Consent(ConsentCommand::Withdraw {
            subject: PATIENT,
            scopes: [Scope::Teaching].into_iter().collect(),
            by: Some(PATIENT),
        }));
        visit.does(Command::Paper(PaperCommand::SignOff {
            paper: Paper::Summary,
            version: PaperVersion(3),
            hash: ContentHash([4; 32]),
            by: DOCTOR,
        }));
        visit.does(Command::End { by: Some(DOCTOR) });
        visit
    }

    fn told(&self, kind: Kind) -> Vec<Value> {
        let (clinic, people) = (clinic(), known());
        record(&self.log, &clinic, &people).all(kind)
    }
}

fn record<'a>(log: &'a [Event], clinic: &'a Clinic, people: &'a [Known]) -> Record<'a> {
    Record {
        room: ROOM,
        clinic,
        log,
        actors: &[],
        people,
        base: BASE,
    }
}

#[test]
fn a_whole_visit_reads_like_this() {
    let visit = Visit::whole();
    for kind in Kind::ALL {
        insta::assert_json_snapshot!(format!("visit_{}", kind.name()), visit.told(kind));
    }
}

#[test]
fn an_interpreter_is_a_translator_from_each_coming_to_each_going() {
    let visit = Visit::whole();
    let encounter = &visit.told(Kind::Encounter)[0];
    assert_eq!(encounter["class"]["code"], "VR");
    let participants = encounter["participant"].as_array().unwrap();
    let translators = participants
        .iter()
        .filter(|participant| participant["type"][0]["coding"][0]["code"] == "translator");
    let periods: Vec<_> = translators
        .map(|translator| translator["period"].clone())
        .collect();
    assert_eq!(
        periods,
        [
            json!({"start": "2026-11-23T02:05:00.000Z", "end": "2026-11-23T02:07:00.000Z"}),
            json!({"start": "2026-11-23T02:08:00.000Z", "end": "2026-11-23T02:11:00.000Z"}),
        ]
    );
}

#[test]
fn a_consent_says_what_still_stands_of_it() {
    let visit = Visit::whole();
    let consents = visit.told(Kind::Consent);
    let [given, withdrawn] = &consents[..] else {
        panic!("{consents:?}")
    };
    assert_eq!(given["status"], "active");
    assert_eq!(
        given["provision"]["provision"][0]["code"][0]["coding"][0]["code"],
        "teaching"
    );
    assert_eq!(given["sourceAttachment"]["language"], "vi");
    assert_eq!(
        given["verification"][0]["verifiedWith"]["display"],
        "Người 1/1"
    );
    assert_eq!(withdrawn["status"], "rejected");

    let mut visit = visit;
    visit.does(Command::Consent(ConsentCommand::Withdraw {
        subject: PATIENT,
        scopes: [Scope::CareByVideo].into_iter().collect(),
        by: None,
    }));
    assert_eq!(visit.told(Kind::Consent)[0]["status"], "inactive");
}

#[test]
fn an_appointment_follows_its_consultation() {
    let status = |visit: &Visit| {
        visit.told(Kind::Appointment)[0]["status"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let mut visit = Visit::booked();
    assert_eq!(status(&visit), "booked");
    visit.comes(PATIENT);
    assert_eq!(status(&visit), "arrived");
    visit.comes(DOCTOR);
    visit.does(Command::Admit {
        seat: PATIENT,
        by: Some(DOCTOR),
    });
    assert_eq!(status(&visit), "checked-in");
    visit.does(Command::End { by: None });
    assert_eq!(status(&visit), "fulfilled");

    let mut visit = Visit::booked();
    let reason = CancelReason::Interpreter;
    visit.does(Command::Schedule(ScheduleCommand::Cancel {
        reason,
        by: None,
    }));
    let appointment = &visit.told(Kind::Appointment)[0];
    assert_eq!(appointment["status"], "cancelled");
    assert_eq!(
        appointment["cancelationReason"]["coding"][0]["code"],
        "oth-int"
    );

    let mut visit = Visit::booked();
    visit.now.0 += 20 * 60_000;
    visit.does(Command::Schedule(ScheduleCommand::NoShow { by: None }));
    assert_eq!(status(&visit), "noshow");
}

#[test]
fn what_the_server_does_by_itself_nobody_asked_for() {
    let day = 24 * 3_600_000;
    let mut waited = Visit::booked();
    waited.comes(PATIENT);
    waited.does(Command::Leave {
        seat: PATIENT,
        cause: LeaveCause::Own,
    });
    waited.now.0 += 2 * day;
    waited.does(Command::Schedule(ScheduleCommand::Lapse));
    let appointment = &waited.told(Kind::Appointment)[0];
    assert_eq!(appointment["status"], "cancelled");
    let reason = &appointment["cancelationReason"]["coding"][0]["code"];
    assert_eq!(reason, "prov", "no fault of theirs");

    let mut missed = Visit::booked();
    missed.now.0 += 2 * day;
    missed.does(Command::Schedule(ScheduleCommand::Lapse));
    for (visit, code) in [(waited, "lapse-unseen"), (missed, "no-show")] {
        let (clinic, people) = (clinic(), known());
        // The last two of its log.
        let actors: Vec<_> = (1..=visit.log.len())
            .map(|place| (place + 2 > visit.log.len()).then_some(Actor::Server))
            .collect();
        let record = Record {
            actors: &actors,
            ..record(&visit.log, &clinic, &people)
        };
        let told = record.all(Kind::AuditEvent);
        let by = |event: &Value| {
            let agent = &event["agent"][0];
            (agent["who"]["type"].clone(), agent["requestor"].clone())
        };
        assert_eq!(told[told.len() - 2]["subtype"][0]["code"], code);
        for event in &told[told.len() - 2..] {
            assert_eq!(by(event), (json!("Device"), json!(false)));
        }
        assert_eq!(by(&told[0]), (json!("Organization"), json!(true)));
    }
}

#[test]
fn whoever_had_the_seat_when_it_happened_did_it() {
    let mut visit = Visit::whole();
    visit.does(Command::Schedule(ScheduleCommand::Reopen {
        by: Some(DOCTOR),
    }));
    visit.does(Command::Parts(PartsCommand::Transfer {
        seat: DOCTOR,
        link: LinkState {
            hash: TokenHash([99; 32]),
            expires: BEGINS,
        },
        by: Some(DOCTOR),
    }));
    let (clinic, mut people) = (clinic(), known());
    for known in &mut people {
        known.account = None;
    }
    let record = record(&visit.log, &clinic, &people);
    let acts = record.all(Kind::AuditEvent);
    let transfer = acts
        .iter()
        .find(|act| act["subtype"][0]["code"] == "transfer")
        .unwrap();
    assert_eq!(transfer["agent"][0]["who"]["display"], "Người 1/1");
    let encounter = &record.all(Kind::Encounter)[0];
    assert_eq!(
        encounter["participant"][0]["individual"]["display"],
        "Người 1/1"
    );
}

#[test]
fn who_was_erased_is_named_nowhere() {
    let mut visit = Visit::whole();
    visit.does(Command::Erase {
        seat: PATIENT,
        reason: ErasureReason::Request,
    });
    for kind in Kind::ALL {
        let told = Value::from(visit.told(kind)).to_string();
        assert!(told.contains("Người 1/1"), "{told}");
        assert!(!told.contains("Người 2"), "{told}");
    }
    let erased = visit.told(Kind::AuditEvent).pop().unwrap();
    assert_eq!(
        (&erased["action"], &erased["subtype"][0]["code"]),
        (&json!("D"), &json!("erase"))
    );
}

#[test]
fn only_the_canonical_text_is_an_id() {
    for kind in Kind::ALL {
        for text in [
            "",
            "x",
            "00AB12CD34EF5678",
            "00ab12cd34ef5678-0",
            "00ab12cd34ef5678-01",
            "00ab12cd34ef5678-+1",
            "-1",
        ] {
            assert_eq!(ResourceId::parse(kind, text), None, "{text}");
        }
    }
    let id = ResourceId {
        room: ROOM,
        place: Some(12),
    };
    assert_eq!(
        ResourceId::parse(Kind::Consent, "00ab12cd34ef5678-12"),
        Some(id)
    );
    assert_eq!(
        ResourceId::parse(Kind::Encounter, "00ab12cd34ef5678"),
        Some(ResourceId { place: None, ..id })
    );
}

/// Three hundred random consultations, and everything else that is answered: each resource on a line of
/// `target/api/fhir.ndjson`, which `tests/api/fhir.test.mjs` holds against HL7's schema.
#[test]
fn every_log_is_told_in_fhir() {
    let (clinic, people) = (clinic(), known());
    let mut runner = TestRunner::deterministic();
    let mut logs = vec![Visit::whole().log, Visit::booked().log, Vec::new()];
    let strategy = any_log();
    logs.extend((0..300).map(|_| strategy.new_tree(&mut runner).unwrap().current()));
    let mut lines = String::new();
    let mut counts = [0_usize; 4];
    for log in &logs {
        let record = record(log, &clinic, &people);
        for (kind, count) in Kind::ALL.into_iter().zip(&mut counts) {
            let all = record.all(kind);
            *count += all.len();
            let ids: BTreeSet<_> = all
                .iter()
                .map(|told| told["id"].as_str().unwrap().to_owned())
                .collect();
            assert_eq!(ids.len(), all.len(), "an id twice");
            for told in &all {
                assert_eq!(told["resourceType"], kind.name());
                let id = ResourceId::parse(kind, told["id"].as_str().unwrap()).unwrap();
                assert_eq!(record.one(kind, id).as_ref(), Some(told));
                writeln!(lines, "{told}").unwrap();
            }
            let page = Page {
                found: all,
                query: "date=2026".to_owned(),
                next: Some("date=2026&after=abc".to_owned()),
            };
            writeln!(lines, "{}", searchset(BASE, kind, page)).unwrap();
        }
        let facts = log
            .iter()
            .filter(|event| !matches!(event.fact, Fact::Confirmed { .. }));
        assert_eq!(record.all(Kind::AuditEvent).len(), facts.count());
    }
    assert!(counts.iter().all(|count| *count > 50), "{counts:?}");
    writeln!(lines, "{}", capability(BASE)).unwrap();
    for code in ErrorCode::ALL.iter().copied() {
        writeln!(lines, "{}", outcome(&Problem::new(code, "words"))).unwrap();
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/api");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("fhir.ndjson"), lines).unwrap();
}
