//! How a clinic gets its people, its keys and its second factors, and what is written down of it.

use std::time::Duration;

use super::clinic::{ADMINISTRATOR, Browser, Clinic, PASSWORD, operator};
use super::*;

const MAI: &str = "mai@benhvien.vn";

#[tokio::test(start_paused = true)]
async fn the_first_administrator_comes_by_a_link_that_works_once() {
    let clinic = Clinic::empty();
    let offered = clinic.accounts.offer_all_first().await.unwrap();
    let [(main, link)] = &offered[..] else {
        panic!("{offered:?}")
    };
    assert_eq!(main.address.as_str(), "main");
    let first = |link: &str, password: &str| json!({"link": link, "name": "Lan", "signInName": ADMINISTRATOR, "password": password});
    let path = "/v1/first-administrator";
    let mut browser = Browser::default();
    let short = browser
        .post(&clinic, path, first(link.as_str(), "ngắn"))
        .await;
    assert_eq!(short.refusal(), (400, "password_length"));
    let made = browser
        .post(&clinic, path, first(link.as_str(), PASSWORD))
        .await;
    assert_eq!(made.status, 201, "{made:?}");
    let again = browser
        .post(&clinic, path, first(link.as_str(), PASSWORD))
        .await;
    assert_eq!(again.refusal(), (404, "link_unknown"));
    assert_eq!(
        browser
            .sign_in(&clinic, ADMINISTRATOR, PASSWORD)
            .await
            .status,
        200
    );
    assert!(clinic.accounts.offer_all_first().await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn somebody_is_invited_comes_is_changed_and_goes() {
    let clinic = Clinic::new().await;
    let mut lan = clinic.signed_in(ADMINISTRATOR).await;
    let newcomer = json!({"name": "Chị Mai", "signInName": MAI, "role": "coordinator"});
    let made = lan.post(&clinic, "/v1/staff", newcomer.clone()).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.headers["cache-control"], "no-store");
    let twice = lan.post(&clinic, "/v1/staff", newcomer).await;
    assert_eq!(twice.refusal(), (409, "name_taken"));
    let mais = made.body["account"].as_str().unwrap();

    // The first link is lost; a second one takes its place.
    let path = format!("/v1/staff/{mais}/invitation");
    let second = lan.post(&clinic, &path, json!({})).await;
    assert_eq!(
        (second.status, &second.body["account"]),
        (201, &made.body["account"])
    );
    let mut mai = Browser::default();
    let set = |link: &Value| json!({"link": link, "password": PASSWORD});
    let dead = mai
        .post(&clinic, "/v1/password", set(&made.body["link"]))
        .await;
    assert_eq!(dead.refusal(), (404, "link_unknown"));
    let accepted = mai
        .post(&clinic, "/v1/password", set(&second.body["link"]))
        .await;
    assert_eq!(accepted.status, 204);
    let spent = mai
        .post(&clinic, "/v1/password", set(&second.body["link"]))
        .await;
    assert_eq!(spent.refusal(), (404, "link_unknown"));
    assert_eq!(mai.sign_in(&clinic, MAI, PASSWORD).await.status, 200);

    let path = format!("/v1/staff/{mais}");
    let mut change = async |body: Value| {
        let request = Request::patch(&path);
        lan.send(&clinic, request, body).await
    };
    for wrong in [json!({}), json!({"role": "interpreter", "disabled": true})] {
        assert_eq!(change(wrong).await.refusal(), (400, "malformed"));
    }
    assert_eq!(change(json!({"role": "interpreter"})).await.status, 204);
    assert_eq!(
        mai.get(&clinic, "/v1/session").await.status,
        401,
        "other rights, other session"
    );
    assert_eq!(
        mai.sign_in(&clinic, MAI, PASSWORD).await.body["role"],
        "interpreter"
    );
    assert_eq!(change(json!({"disabled": true})).await.status, 204);
    let refused = mai.sign_in(&clinic, MAI, PASSWORD).await;
    assert_eq!(refused.refusal(), (401, "sign_in_failed"));
    assert_eq!(change(json!({"disabled": false})).await.status, 204);
    assert_eq!(mai.sign_in(&clinic, MAI, PASSWORD).await.status, 200);
    assert_eq!(lan.delete(&clinic, &path).await.status, 204);
    assert_eq!(mai.get(&clinic, "/v1/session").await.status, 401);
    assert_eq!(
        lan.delete(&clinic, &path).await.refusal(),
        (404, "account_unknown")
    );

    let me = lan.get(&clinic, "/v1/session").await.body["account"].clone();
    let path = format!("/v1/staff/{}", me.as_str().unwrap());
    assert_eq!(
        lan.delete(&clinic, &path).await.refusal(),
        (409, "last_administrator")
    );
}

#[tokio::test(start_paused = true)]
async fn a_second_factor_is_enrolled_asked_for_and_taken_away() {
    let clinic = Clinic::new().await;
    let mut lan = clinic.signed_in(ADMINISTRATOR).await;
    let mais = clinic.newcomer(&mut lan, MAI, "practitioner").await;
    let mut mai = clinic.signed_in(MAI).await;
    let offered = mai.post(&clinic, "/v1/second-factor", json!({})).await;
    let uri = offered.body["uri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/B%E1%BB%87nh%20vi%E1%BB%87n%20Mai:mai%40benhvien.vn?"));
    let secret = offered.body["secret"].as_str().unwrap().to_owned();
    let confirm = "/v1/second-factor/confirm";
    for (code, refusal) in [
        ("12345", (400, "malformed")),
        ("000000", (401, "code_wrong")),
    ] {
        let refused = mai.post(&clinic, confirm, json!({"code": code})).await;
        assert_eq!(refused.refusal(), refusal);
    }
    let code = clinic.code(&secret);
    let confirmed = mai.post(&clinic, confirm, json!({"code": code})).await;
    let codes = confirmed.body["recoveryCodes"].as_array().unwrap().clone();
    assert_eq!(codes.len(), 8);
    let seen = mai.get(&clinic, "/v1/session").await;
    assert_eq!(seen.body["hasSecondFactor"], true);

    clinic.pass(Duration::from_mins(1));
    let mut other = Browser::default();
    let attempt = |second: Value| {
        let mut body = json!({"signInName": MAI, "password": PASSWORD});
        body.as_object_mut()
            .unwrap()
            .extend(second.as_object().unwrap().clone());
        body
    };
    let code = clinic.code(&secret);
    for (second, refusal) in [
        (json!({}), (401, "code_required")),
        (json!({"code": "000000"}), (401, "code_wrong")),
        (
            json!({"code": code, "recoveryCode": codes[0]}),
            (400, "malformed"),
        ),
        (json!({"code": code}), (200, "none")),
        (json!({"code": code}), (401, "code_wrong")),
        (json!({"recoveryCode": codes[0]}), (200, "none")),
        (json!({"recoveryCode": codes[0]}), (401, "code_wrong")),
    ] {
        let answer = other
            .post(&clinic, "/v1/session", attempt(second.clone()))
            .await;
        assert_eq!(answer.refusal(), refusal, "{second}");
    }
    let path = format!("/v1/staff/{mais}/second-factor");
    assert_eq!(lan.delete(&clinic, &path).await.status, 204);
    assert_eq!(
        mai.get(&clinic, "/v1/session").await.status,
        401,
        "its sessions end"
    );
    assert_eq!(
        mai.sign_in(&clinic, MAI, PASSWORD).await.status,
        200,
        "without a code"
    );
}

#[tokio::test(start_paused = true)]
async fn a_person_sees_where_they_are_signed_in_and_ends_it_from_elsewhere() {
    let clinic = Clinic::new().await;
    let mut desk = clinic.signed_in(ADMINISTRATOR).await;
    let mut phone = clinic.signed_in(ADMINISTRATOR).await;
    let listed = phone.get(&clinic, "/v1/sessions").await;
    let [desks, phones] = &listed.body["sessions"].as_array().unwrap()[..] else {
        panic!("{listed:?}")
    };
    assert_eq!(
        (&desks["current"], &phones["current"]),
        (&json!(false), &json!(true))
    );
    let path = format!("/v1/sessions/{}", desks["id"].as_str().unwrap());
    for _again in 0..2 {
        assert_eq!(phone.delete(&clinic, &path).await.status, 204);
    }
    assert_eq!(desk.get(&clinic, "/v1/session").await.status, 401);
    assert_eq!(phone.get(&clinic, "/v1/session").await.status, 200);
    let wrong = phone.delete(&clinic, "/v1/sessions/x").await;
    assert_eq!(wrong.refusal(), (400, "malformed"));
}

#[tokio::test(start_paused = true)]
async fn an_api_key_is_shown_once_opens_what_its_scopes_say_and_is_revoked() {
    let clinic = Clinic::new().await;
    let mut lan = clinic.signed_in(ADMINISTRATOR).await;
    let mut key = async |scopes: Value| {
        let made = lan
            .post(&clinic, "/v1/keys", json!({"scopes": scopes}))
            .await;
        (made.status, made.body)
    };
    assert_eq!(key(json!([])).await.0, 400);
    let (status, books) = key(json!(["appointmentsWrite"])).await;
    assert_eq!(status, 201);
    let (_, reads) = key(json!(["recordsRead", "appointmentsRead", "webhooks"])).await;
    let ask = async |text: &str| {
        let request = Request::get("/v1/staff").header("authorization", format!("Bearer {text}"));
        let request = request.body(Body::empty()).unwrap();
        Browser::default().ask(&clinic, request).await
    };
    let text = |key: &Value| key["text"].as_str().unwrap().to_owned();
    assert_eq!(ask(&text(&books)).await.status, 200);
    assert_eq!(ask(&text(&reads)).await.refusal(), (403, "forbidden"));
    let listed = lan.get(&clinic, "/v1/keys").await;
    let keys = listed.body["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    assert!(
        !listed
            .body
            .to_string()
            .contains(text(&books).split_once('.').unwrap().1)
    );
    let path = format!("/v1/keys/{}", books["key"].as_str().unwrap());
    assert_eq!(lan.delete(&clinic, &path).await.status, 204);
    assert_eq!(ask(&text(&books)).await.refusal(), (401, "unauthorized"));
    assert_eq!(
        lan.delete(&clinic, &path).await.refusal(),
        (404, "key_unknown")
    );
}

#[tokio::test(start_paused = true)]
async fn an_operator_adds_a_clinic_whose_people_sign_in_there() {
    let clinic = Clinic::new().await;
    let add = |address: &str| json!({"address": address, "name": "Phòng khám An"});
    let path = "/v1/clinics";
    let made = operator(&clinic, Request::post(path), add("an")).await;
    assert_eq!(made.status, 201, "{made:?}");
    for (address, refusal) in [
        ("an", (409, "address_taken")),
        ("main", (409, "address_taken")),
        ("a", (400, "malformed")),
        ("An", (400, "malformed")),
        ("phòng-khám", (400, "malformed")),
    ] {
        let refused = operator(&clinic, Request::post(path), add(address)).await;
        assert_eq!(refused.refusal(), refusal, "{address}");
    }
    let listed = operator(&clinic, Request::get(path), Value::Null).await;
    let addresses = listed.body["clinics"].as_array().unwrap().iter();
    let addresses: Vec<_> = addresses.map(|clinic| clinic["address"].clone()).collect();
    assert_eq!(addresses, [json!("main"), json!("an")]);

    let first = json!({
        "link": made.body["link"], "name": "An", "signInName": "an@phongkham.vn",
        "password": PASSWORD,
    });
    let mut an = Browser::default();
    assert_eq!(
        an.post(&clinic, "/v1/first-administrator", first)
            .await
            .status,
        201
    );
    let there = |clinic: &str| json!({"clinic": clinic, "signInName": "an@phongkham.vn", "password": PASSWORD});
    let elsewhere = an.post(&clinic, "/v1/session", there("main")).await;
    assert_eq!(elsewhere.refusal(), (401, "sign_in_failed"));
    let answer = an.post(&clinic, "/v1/session", there("an")).await;
    assert_eq!(
        (answer.status, &answer.body["clinic"]),
        (200, &made.body["clinic"])
    );
}

#[tokio::test(start_paused = true)]
async fn a_list_comes_in_pages_and_everybody_is_in_one_of_them() {
    let clinic = Clinic::new().await;
    let mut lan = clinic.signed_in(ADMINISTRATOR).await;
    let mut wanted = vec![lan.get(&clinic, "/v1/session").await.body["account"].clone()];
    for number in 0..6 {
        let name = format!("nguoi{number}@benhvien.vn");
        wanted.push(json!(clinic.newcomer(&mut lan, &name, "coordinator").await));
    }
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = lan.get(&clinic, &format!("/v1/staff?limit=3{after}")).await;
        let staff = page.body["staff"].as_array().unwrap();
        assert!(staff.len() <= 3);
        found.extend(staff.iter().map(|one| one["account"].clone()));
        let Some(next) = page.body["next"].as_str() else {
            break;
        };
        after = format!("&after={next}");
    }
    let sorted = |mut accounts: Vec<Value>| {
        accounts.sort_by_key(ToString::to_string);
        accounts
    };
    assert_eq!(sorted(found), sorted(wanted));
}

#[tokio::test(start_paused = true)]
async fn the_trail_tells_who_did_what_to_whom_the_latest_first() {
    let clinic = Clinic::new().await;
    let mut lan = clinic.signed_in(ADMINISTRATOR).await;
    let step = || clinic.pass(Duration::from_secs(1));
    step();
    let mais = clinic.newcomer(&mut lan, MAI, "coordinator").await;
    step();
    Browser::default()
        .sign_in(&clinic, MAI, "sai mật khẩu")
        .await;
    step();
    let mut mai = clinic.signed_in(MAI).await;
    let refused = mai.get(&clinic, "/v1/audit").await;
    assert_eq!(refused.refusal(), (403, "forbidden"));
    step();
    let path = format!("/v1/staff/{mais}");
    let role = json!({"role": "practitioner"});
    lan.send(&clinic, Request::patch(&path), role).await;

    let (mut told, mut after) = (Vec::new(), String::new());
    loop {
        let page = lan.get(&clinic, &format!("/v1/audit?limit=2{after}")).await;
        let entries = page.body["entries"].as_array().unwrap();
        assert!(entries.len() <= 2);
        told.extend(entries.clone());
        let Some(next) = page.body["next"].as_str() else {
            break;
        };
        after = format!("&after={next}");
    }
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let lines: Vec<_> = told
        .iter()
        .map(|one| {
            [&one["kind"], &one["name"], &one["by"]]
                .map(text)
                .join(" / ")
        })
        .collect();
    let (mai, lan) = ("Người mai@benhvien.vn", "Quản trị Lan");
    assert_eq!(
        lines,
        [
            format!("roleChanged / {mai} / {lan}"),
            format!("signedIn / {mai} / -"),
            format!("accountConfirmed / {mai} / -"),
            format!("signInFailed / {mai} / -"),
            format!("passwordSet / {mai} / -"),
            format!("invited / {mai} / {lan}"),
            format!("accountCreated / {mai} / {lan}"),
            format!("signedIn / {lan} / -"),
            format!("passwordSet / {lan} / -"),
            format!("accountConfirmed / {lan} / -"),
            format!("accountCreated / {lan} / -"),
            "firstAdministratorOffered / - / -".to_owned(),
        ]
    );
    assert_eq!(told[0]["role"], "practitioner");
    let times: Vec<_> = told.iter().map(|one| one["at"].as_u64().unwrap()).collect();
    assert!(times.is_sorted_by(|one, other| one >= other), "{times:?}");
}
