//! What hospital systems read: FHIR, and calendars.

use std::collections::BTreeSet;

use super::appointments::{Staffed, who};
use super::clinic::{Answer, Browser};
use super::*;
use crate::accounts::{ClinicId, Scope};

struct Reading {
    staffed: Staffed,
    key: String,
    booked: Vec<String>,
}

impl Reading {
    async fn of(appointments: usize) -> Self {
        let mut staffed = Staffed::new().await;
        let by = who(&staffed.clinic, ClinicId::MAIN).await;
        let scopes = BTreeSet::from([Scope::RecordsRead]);
        let key = staffed.clinic.accounts.make_key(&by, scopes).await;
        let key = key.unwrap().text();
        let mut booked = Vec::new();
        for _ in 0..appointments {
            let appointment = staffed.book().await["appointment"].clone();
            booked.push(appointment.as_str().unwrap().to_owned());
        }
        Self {
            staffed,
            key,
            booked,
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.staffed
            .by_key(&self.key, "GET", path, &Value::Null)
            .await
    }
}

fn ids(bundle: &Value) -> Vec<String> {
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    let ids = entries
        .iter()
        .map(|entry| entry["resource"]["id"].as_str().unwrap().to_owned());
    ids.collect()
}

#[tokio::test]
async fn a_hospital_system_reads_what_its_clinic_booked() {
    let reading = Reading::of(1).await;
    let id = &reading.booked[0];
    let answer = reading.get(&format!("/fhir/Appointment/{id}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.headers["content-type"], "application/fhir+json");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(
        (&answer.body["id"], &answer.body["status"]),
        (&json!(id), &json!("booked"))
    );
    assert_eq!(answer.body["participant"][1]["actor"]["display"], "Cụ Sính");
    let answer = reading.get(&format!("/fhir/Encounter/{id}")).await;
    assert_eq!(answer.body["class"]["code"], "VR");
    let answer = reading
        .get(&format!("/fhir/AuditEvent?entity=Encounter/{id}"))
        .await;
    let first = &answer.body["entry"][0]["resource"];
    assert_eq!(first["subtype"][0]["code"], "book");
    let one = reading
        .get(&format!(
            "/fhir/AuditEvent/{}",
            first["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(&one.body, first);
    let consents = reading
        .get(&format!("/fhir/Consent?data=Encounter/{id}"))
        .await;
    assert_eq!((consents.status, ids(&consents.body)), (200, Vec::new()));
}

#[tokio::test]
async fn who_reads_a_record_stands_in_it_once_a_day_and_a_stranger_leaves_nothing() {
    let reading = Reading::of(1).await;
    let id = &reading.booked[0];
    let encounter = format!("/fhir/Encounter/{id}");
    let staffed = &reading.staffed;
    let others = staffed.by_key(&staffed.others, "GET", &encounter, &Value::Null);
    assert_eq!(others.await.status, 404);
    for _ in 0..3 {
        assert_eq!(reading.get(&encounter).await.status, 200);
    }
    let trail = format!("/fhir/AuditEvent?entity=Encounter/{id}");
    for _ in 0..2 {
        let answer = reading.get(&trail).await;
        let acts = answer.body["entry"].as_array().unwrap().iter();
        let acts = acts.map(|entry| &entry["resource"]);
        let reads: Vec<_> = acts
            .filter(|act| act["subtype"][0]["code"] == "read")
            .collect();
        // The encounter, and this trail.
        assert_eq!(reads.len(), 2, "{reads:?}");
        for read in reads {
            assert_eq!(read["action"], "R");
            let who = &read["agent"][0]["who"];
            let key = who["identifier"]["value"].as_str().unwrap();
            assert_eq!((&who["type"], key.len()), (&json!("Device"), 16));
        }
    }
}

#[tokio::test]
async fn pages_lead_through_all_appointments_of_a_day_once() {
    let reading = Reading::of(5).await;
    let mut found = Vec::new();
    let mut next =
        Some("/fhir/Appointment?date=ge2023-11-14&date=lt2023-11-15&_count=2".to_owned());
    let mut pages = 0;
    while let Some(path) = next {
        let answer = reading.get(&path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        found.extend(ids(&answer.body));
        let links = answer.body["link"].as_array().unwrap();
        let link = links.iter().find(|link| link["relation"] == "next");
        next = link.map(|link| {
            link["url"]
                .as_str()
                .unwrap()
                .replace("http://localhost", "")
        });
        pages += 1;
    }
    assert_eq!(pages, 3);
    let expected: BTreeSet<_> = reading.booked.iter().cloned().collect();
    assert_eq!(found.len(), 5);
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);
    let another_day = reading.get("/fhir/Encounter?date=2023-11-16").await;
    assert_eq!(
        (another_day.status, ids(&another_day.body)),
        (200, Vec::new())
    );
}

#[tokio::test]
async fn what_is_of_another_clinic_or_does_not_exist_is_one_outcome() {
    let reading = Reading::of(1).await;
    let path = format!("/fhir/Encounter/{}", reading.booked[0]);
    let staffed = &reading.staffed;
    let others = staffed
        .by_key(&staffed.others, "GET", &path, &Value::Null)
        .await;
    let nowhere = reading.get("/fhir/Encounter/00000000000000ab").await;
    assert_eq!((others.status, &others.body), (404, &nowhere.body));
    assert_eq!(others.body["resourceType"], "OperationOutcome");
    assert_eq!(others.headers["content-type"], "application/fhir+json");
    let listed = staffed
        .by_key(&staffed.others, "GET", "/fhir/Encounter", &Value::Null)
        .await;
    assert_eq!((listed.status, ids(&listed.body)), (200, Vec::new()));
    let entity = format!("/fhir/AuditEvent?entity=Encounter/{}", reading.booked[0]);
    let audit = staffed
        .by_key(&staffed.others, "GET", &entity, &Value::Null)
        .await;
    assert_eq!(audit.status, 404);
}

#[tokio::test]
async fn only_a_key_with_the_scope_reads_records() {
    let mut reading = Reading::of(1).await;
    let path = format!("/fhir/Encounter/{}", reading.booked[0]);
    let reads = reading.staffed.reads.clone();
    let other_scope = reading
        .staffed
        .by_key(&reads, "GET", &path, &Value::Null)
        .await;
    assert_eq!(
        (other_scope.status, &other_scope.body["issue"][0]["code"]),
        (403, &json!("forbidden"))
    );
    let Staffed {
        clinic,
        coordinator,
        administrator,
        ..
    } = &mut reading.staffed;
    for browser in [coordinator, administrator] {
        assert_eq!(browser.get(clinic, &path).await.status, 403);
    }
    let nobody = Browser::default().get(clinic, &path).await;
    assert_eq!(
        (nobody.status, &nobody.body["issue"][0]["code"]),
        (401, &json!("login"))
    );
    let metadata = Browser::default().get(clinic, "/fhir/metadata").await;
    assert_eq!(
        (metadata.status, &metadata.body["fhirVersion"]),
        (200, &json!("4.0.1"))
    );
}

#[tokio::test]
async fn what_cannot_be_asked_is_an_outcome_that_names_it() {
    let reading = Reading::of(0).await;
    for (path, status, said) in [
        ("/fhir/Patient", 404, "there are Appointment"),
        ("/fhir/Appointment?patient=x", 400, "not searched"),
        ("/fhir/Appointment?date=soon", 400, "date must be"),
        ("/fhir/AuditEvent", 400, "entity must be given"),
        ("/fhir/Appointment/%ff", 400, "UTF-8"),
    ] {
        let answer = reading.get(path).await;
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        assert_eq!(
            answer.headers["content-type"], "application/fhir+json",
            "{path}"
        );
        let said_so = answer.body["issue"][0]["diagnostics"].as_str().unwrap();
        assert!(said_so.contains(said), "{path}: {said_so}");
    }
}

#[tokio::test]
async fn an_appointment_goes_into_a_calendar_and_moves_there() {
    let mut reading = Reading::of(1).await;
    let path = format!("/v1/appointments/{}/calendar.ics", reading.booked[0]);
    let Staffed {
        clinic,
        coordinator,
        ..
    } = &mut reading.staffed;
    let text = async |browser: &Browser| {
        let mut request = Request::get(&path).body(Body::empty()).unwrap();
        let cookies: Vec<_> = browser
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        request
            .headers_mut()
            .insert("cookie", cookies.join("; ").parse().unwrap());
        let response = send_from(&clinic.server, 1, request).await;
        assert_eq!(response.status(), 200);
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    };
    let first = text(coordinator).await;
    assert!(
        first.contains("SEQUENCE:0\r\n") && first.contains("DTSTART:20231114T224320Z\r\n"),
        "{first}"
    );
    assert!(!first.contains("Sính"), "{first}");
    let moved = json!({"begins": 1_700_010_000_000_u64, "minutes": 20});
    let request = Request::patch(path.replace("/calendar.ics", ""));
    assert_eq!(coordinator.send(clinic, request, moved).await.status, 200);
    let second = text(coordinator).await;
    assert!(
        second.contains("SEQUENCE:1\r\n") && second.contains("DTSTART:20231115T010000Z\r\n"),
        "{second}"
    );
}
