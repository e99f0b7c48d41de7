//! The contract on a store in memory and on a Redis, and what is stored.

use std::sync::Arc;

use super::contract::{account_events, profile, staff_events};
use super::*;
use crate::accounts::AesSealer;

fn sealer() -> Arc<dyn Sealer> {
    Arc::new(AesSealer::new([6; 32]).unwrap())
}

contract::suite!(Store::in_memory().unwrap().accounts(sealer()));

mod on_redis {
    use super::*;
    use crate::store::redis::tests::store;

    contract::suite!(store().await.accounts(sealer()));
}

/// Hashes of 32 equal bytes are written as the byte.
fn short(stored: &[u8]) -> String {
    let mut text = String::from_utf8(stored.to_vec()).unwrap();
    for byte in 0..10 {
        let hash = vec![byte.to_string(); 32].join(",");
        text = text.replace(&format!("[{hash}]"), &format!("#{byte}"));
    }
    text
}

/// Changing one of these texts makes stores in the field unreadable.
#[test]
fn the_stored_form_of_an_account_stays_readable() {
    let facts = [
        r#"{"opened":{"clinic":7}}"#,
        r#"{"invited":{"invitation":{"hash":#6,"expires":9},"by":4660}}"#,
        r#"{"passwordSet":{}}"#,
        r#"{"passwordSet":{"session":3}}"#,
        r#"{"totpOffered":{"expires":8}}"#,
        r#"{"totpEnrolled":{"session":3,"step":11}}"#,
        r#"{"recoveryMade":{"codes":[#5]}}"#,
        r#"{"totpRemoved":{"by":4660}}"#,
        r#"{"signedIn":{"session":3,"token":#5,"generation":4,"proof":"none","lane":"known"}}"#,
        r#"{"signedIn":{"session":3,"token":#5,"generation":4,"proof":{"code":12},"lane":"stranger"}}"#,
        r#"{"signedIn":{"session":3,"token":#5,"generation":4,"proof":{"recovery":#5},"lane":"stranger"}}"#,
        r#"{"signInFailed":{"lane":"known","cause":"password"}}"#,
        r#"{"signInFailed":{"lane":"stranger","cause":"code"}}"#,
        r#"{"rotated":{"session":3,"token":#5}}"#,
        r#"{"signedOut":{"session":3}}"#,
        r#"{"sessionRevoked":{"session":3,"by":4660}}"#,
        r#"{"sessionRevoked":{"session":3}}"#,
        r#"{"removed":{"by":4660}}"#,
    ];
    let events = account_events();
    assert_eq!(events.len(), facts.len());
    for (event, fact) in events.into_iter().zip(facts) {
        let stored = encode_event(&event).unwrap();
        let text = format!(r#"{{"at":{},"fact":{fact}}}"#, event.at.0);
        assert_eq!(short(&stored), text);
        assert_eq!(decode_event(&stored).unwrap(), event);
    }
    let stored = encode_profile(&profile()).unwrap();
    let text = r#"{"name":"Bác sĩ Lan","signInName":"lan@benhvien.vn"}"#;
    assert_eq!(short(&stored), text);
}

/// Changing one of these texts makes stores in the field unreadable.
#[test]
fn the_stored_form_of_a_clinic_stays_readable() {
    let facts = [
        r#"{"opened":{"clinic":7}}"#,
        r#"{"firstOffered":{"hash":#6,"expires":9}}"#,
        r#"{"created":{"account":4660,"role":"administrator","name":#1}}"#,
        r#"{"created":{"account":4660,"role":"practitioner","name":#1,"by":2}}"#,
        r#"{"created":{"account":4660,"role":"coordinator","name":#1,"by":2}}"#,
        r#"{"confirmed":{"account":4660}}"#,
        r#"{"roleChanged":{"account":4660,"role":"interpreter","by":2}}"#,
        r#"{"disabled":{"account":4660,"by":2}}"#,
        r#"{"enabled":{"account":4660,"by":2}}"#,
        r#"{"removed":{"account":4660,"by":2}}"#,
        r#"{"keyMade":{"key":5,"secret":#2,"scopes":["appointmentsRead","appointmentsWrite","recordsRead","webhooks"],"by":2}}"#,
        r#"{"keyRevoked":{"key":5,"by":2}}"#,
        r#"{"webhookMade":{"webhook":8,"events":["booked","rescheduled","cancelled","noShow","begun","ended","reopened","transferred","summarySigned"],"by":2}}"#,
        r#"{"webhookRemoved":{"webhook":8,"byKey":5}}"#,
    ];
    let events = staff_events();
    assert_eq!(events.len(), facts.len());
    for (event, fact) in events.into_iter().zip(facts) {
        let stored = encode_staff_event(&event).unwrap();
        let text = format!(r#"{{"at":{},"fact":{fact}}}"#, event.at.0);
        assert_eq!(short(&stored), text);
        assert_eq!(decode_staff_event(&stored).unwrap(), event);
    }
}

#[tokio::test]
async fn a_sealed_record_opens_in_no_other_place() {
    let store = Store::in_memory().unwrap();
    let accounts = store.accounts(sealer());
    let batch = AccountBatch {
        events: account_events(),
        totp: Change::Set(TotpSecret::new([1; 20])),
        profile: Change::Set(profile()),
        ..AccountBatch::default()
    };
    let (lan, mai) = (AccountId(1), AccountId(2));
    let none = Version::default();
    accounts.append(lan, none, batch).await.unwrap();
    let stored = store
        .journal
        .load(account_stream(lan))
        .await
        .unwrap()
        .unwrap();
    for (key, bytes) in &stored.records {
        let readable = bytes.windows(3).any(|window| window == b"lan");
        assert!(!readable, "{key:?} is sealed");
    }
    // Whoever can write to the store gives Mai the second factor of Lan.
    let totp = |(key, _): &&(RecordKey, Vec<u8>)| key.kind == RecordKind::Totp;
    let (key, bytes) = stored.records.iter().find(totp).unwrap();
    let mut write = start(none);
    write.push(account_stream(mai), said(&stored.entries[0]));
    write.records.push((*key, Some(bytes.clone())));
    let moved = store.journal.append(account_stream(mai), none, write).await;
    moved.unwrap();
    let refused = accounts.load(mai).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "account 0000000000000002 cannot be read: a sealed record"
    );
}

/// `nhipcau audit verify` recomputes every log, whatever it is about.
#[tokio::test]
async fn a_sign_in_that_somebody_took_out_of_an_accounts_log_is_named() {
    let store = Store::in_memory().unwrap();
    let accounts = store.accounts(sealer());
    let batch = AccountBatch {
        events: account_events(),
        ..AccountBatch::default()
    };
    let staff = StaffBatch {
        events: staff_events(),
        ..StaffBatch::default()
    };
    let (lan, clinic, none) = (AccountId(1), ClinicId(7), Version::default());
    accounts.append(lan, none, batch).await.unwrap();
    accounts.append_staff(clinic, none, staff).await.unwrap();
    store.account_keys(Timestamp(1)).await.unwrap();
    let honest = store.audit(None).await.unwrap();
    assert_eq!((honest.logs, honest.findings), (3, Vec::new()));

    for (stream, name) in [
        (account_stream(lan), "account 0000000000000001"),
        (clinic_stream(clinic), "clinic 0000000000000007"),
    ] {
        let forged = Store::in_memory().unwrap();
        let stored = store.journal.load(stream).await.unwrap().unwrap();
        let mut write = start(stored.version);
        write.entries = stored.entries;
        let entry = write.entries.remove(4);
        assert!(!entry.is_empty());
        // A log of the right length: whoever can write to the store doubles another entry.
        write.entries.push(write.entries[0].clone());
        forged.journal.append(stream, none, write).await.unwrap();
        let found = forged.audit(None).await.unwrap().findings;
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        let [finding] = &found[..] else {
            panic!("{found:?}")
        };
        let start = format!("{name}: entry 5 was changed, moved or left out");
        assert!(finding.starts_with(&start), "{finding}");
    }
}
