use serde::de::DeserializeOwned;
use serde_json::json;

use super::*;
use crate::protocol::tests::{examples, refuses, same};

fn shown<T: Serialize + DeserializeOwned>(example: &str) -> T {
    let read: T = serde_json::from_str(example).unwrap();
    same(example, &read);
    read
}

#[test]
fn bodies_are_as_the_document_shows_them() {
    let examples = examples("\n## Appointments");
    let request: BookRequest = shown(examples[0]);
    assert_eq!(request.people[0].account, Some(AccountId(0xa1)));
    shown::<Booked>(examples[1]);
    shown::<AppointmentList>(examples[2]);
    shown::<Day>(examples[3]);
    shown::<SeatLink>(examples[4]);
}

#[test]
fn what_the_document_does_not_name_is_refused() {
    let person = json!({"name": "Lan", "role": "practitioner"});
    let book = json!({"begins": 1, "minutes": 5, "people": [person, person]});
    let with = |mut body: serde_json::Value, name: &str| {
        body[name] = json!(1);
        body
    };
    serde_json::from_value::<BookRequest>(book.clone()).unwrap();
    refuses::<BookRequest>(&with(book.clone(), "surprise"));
    let mut odd = book;
    odd["people"][0] = with(person, "surprise");
    refuses::<BookRequest>(&odd);
    refuses::<RescheduleRequest>(&json!({"begins": 1, "minutes": 5, "surprise": 1}));
    refuses::<CancelRequest>(&json!({"reason": "patient", "surprise": 1}));
    refuses::<PriorityRequest>(&json!({"class": null, "surprise": 1}));
    refuses::<LateRequest>(&json!({"minutes": 5, "surprise": 1}));
    refuses::<AdmitRequest>(&json!({"seat": 1, "surprise": 1}));
    refuses::<TransferRequest>(&json!({"seat": 1, "account": "00000000000000a1", "surprise": 1}));
    refuses::<CodeRequest>(&json!({"code": "01234567", "surprise": 1}));
    for wrong in [json!({"reason": "whim"}), json!({})] {
        serde_json::from_value::<CancelRequest>(wrong).unwrap_err();
    }
    serde_json::from_value::<PriorityRequest>(json!({"class": "friend"})).unwrap_err();
}
