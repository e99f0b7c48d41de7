//! What somebody may know is kept by nobody who only carries it.

use super::appointments::Staffed;
use super::clinic::{Answer, Browser, operator};
use super::*;
use crate::accounts::{ClinicId, Scope};

/// No answer to it is kept by a cache, also none that refuses.
fn assert_kept_by_nobody(what: &str, status: u16, answer: &Answer) {
    assert_eq!(answer.status, status, "{what}: {answer:?}");
    let cache = answer.headers.get("cache-control");
    assert_eq!(cache.unwrap(), "no-store", "{what}");
}

#[tokio::test(start_paused = true)]
async fn no_answer_about_an_appointment_is_kept() {
    let mut staffed = Staffed::new().await;
    let booked = staffed.book().await;
    let id = booked["appointment"].as_str().unwrap();
    let by = super::appointments::who(&staffed.clinic, ClinicId::MAIN).await;
    let scopes = [Scope::RecordsRead].into();
    let key = staffed.clinic.accounts.make_key(&by, scopes).await;
    let key = key.unwrap().text();
    for path in [
        format!("/fhir/Appointment/{id}"),
        "/fhir/Encounter".to_owned(),
        format!("/fhir/AuditEvent?entity=Encounter/{id}"),
    ] {
        let answer = staffed.by_key(&key, "GET", &path, &Value::Null).await;
        assert_kept_by_nobody(&path, 200, &answer);
    }
    let Staffed {
        clinic,
        coordinator,
        ..
    } = &mut staffed;
    for path in [
        "/v1/day".to_owned(),
        "/v1/appointments".to_owned(),
        format!("/v1/appointments/{id}"),
        format!("/v1/appointments/{id}/calendar.ics"),
    ] {
        let answer = coordinator.get(clinic, &path).await;
        assert_kept_by_nobody(&path, 200, &answer);
    }
    let path = format!("/v1/appointments/{id}/seats/2/link");
    let link = coordinator.post(clinic, &path, Value::Null).await;
    assert_kept_by_nobody(&path, 201, &link);
    let unknown = coordinator.get(clinic, "/v1/appointments/x").await;
    assert_kept_by_nobody("a refusal", 404, &unknown);
}

#[tokio::test(start_paused = true)]
async fn no_answer_to_whoever_comes_by_a_link_or_a_code_is_kept() {
    let mut staffed = Staffed::new().await;
    let booked = staffed.book().await;
    let clinic = &staffed.clinic;
    let mut patient = Browser::default();
    let code = json!({"code": booked["people"][1]["code"]});
    let link = patient.post(clinic, "/v1/code", code).await;
    assert_kept_by_nobody("/v1/code", 200, &link);
    let link = &link.body["link"];
    let by_link = json!({"version": 1, "link": link});
    let answer = patient.post(clinic, "/v1/invitation", by_link).await;
    assert_kept_by_nobody("/v1/invitation", 200, &answer);
    let join = json!({"version": 1, "link": link, "attempt": OPAQUE, "offer": "v=0"});
    let joined = patient.post(clinic, "/v1/join", join).await;
    assert_kept_by_nobody("/v1/join", 200, &joined);
    let by_token = json!({"version": 1, "resume": joined.body["resume"]});
    let answer = patient.post(clinic, "/v1/visit", by_token.clone()).await;
    assert_kept_by_nobody("/v1/visit", 200, &answer);
    let mut says = by_token.clone();
    says["say"] = json!({"type": "withdrawConsent", "subject": 2, "scopes": ["careByVideo"]});
    let answer = patient.post(clinic, "/v1/visit/say", says).await;
    assert_kept_by_nobody("/v1/visit/say", 200, &answer);
    let mut comes_back = by_token;
    comes_back["attempt"] = json!(OPAQUE);
    comes_back["offer"] = json!("v=0");
    let answer = patient.post(clinic, "/v1/resume", comes_back).await;
    assert_kept_by_nobody("/v1/resume", 200, &answer);
    // Of two ways in one would have to be believed.
    let both = json!({"version": 1, "link": link, "resume": answer.body["resume"]});
    let answer = patient.post(clinic, "/v1/visit", both).await;
    assert_kept_by_nobody("both", 400, &answer);
}

#[tokio::test(start_paused = true)]
async fn no_link_or_key_that_is_shown_once_is_kept() {
    let mut staffed = Staffed::new().await;
    let Staffed {
        clinic,
        administrator,
        coordinator,
        ..
    } = &mut staffed;
    let body = json!({"address": "an", "name": "Phòng khám An"});
    let made = operator(clinic, Request::post("/v1/clinics"), body).await;
    assert_kept_by_nobody("/v1/clinics", 201, &made);
    let listed = operator(clinic, Request::get("/v1/clinics"), Value::Null).await;
    assert_kept_by_nobody("/v1/clinics", 200, &listed);
    let body = json!({"scopes": ["webhooks"]});
    let made = administrator.post(clinic, "/v1/keys", body).await;
    assert_kept_by_nobody("/v1/keys", 201, &made);
    let body = json!({"name": "Tú", "signInName": "tu@benhvien.vn", "role": "coordinator"});
    let made = administrator.post(clinic, "/v1/staff", body).await;
    assert_kept_by_nobody("/v1/staff", 201, &made);
    for path in ["/v1/keys", "/v1/staff", "/v1/audit", "/v1/sessions"] {
        let listed = administrator.get(clinic, path).await;
        assert_kept_by_nobody(path, 200, &listed);
    }
    let offered = coordinator.post(clinic, "/v1/second-factor", json!({}));
    let offered = offered.await;
    assert_kept_by_nobody("/v1/second-factor", 200, &offered);
    let code = clinic.code(offered.body["secret"].as_str().unwrap());
    let path = "/v1/second-factor/confirm";
    let confirmed = coordinator.post(clinic, path, json!({"code": code})).await;
    assert_kept_by_nobody(path, 200, &confirmed);
}
