//! The contract on a store in memory, on a Redis and on a cluster, and what is stored.

use super::contract::delivery;
use super::*;
use crate::webhook::Failure;

contract::suite!(Store::in_memory().unwrap());

mod on_redis {
    use super::contract;
    use crate::store::redis::tests::store;

    contract::suite!(store().await);
}

mod on_a_cluster {
    use super::contract;
    use crate::store::redis::tests::store_on_a_cluster;

    contract::suite!(store_on_a_cluster().await);
}

/// Changing one of these texts makes stores in the field unreadable.
#[test]
fn the_stored_form_of_a_delivery_stays_readable() {
    let delivery = delivery(WebhookId(5), 1);
    let put = format!(
        r#"{{"at":7,"fact":{{"put":{{"webhook":5,"clinic":7,"event":"rescheduled","appointment":{},"happened":991}}}}}}"#,
        0x77
    );
    for (fact, text) in [
        (Fact::Put(delivery), put.as_str()),
        (Fact::Tried, r#"{"at":7,"fact":"tried"}"#),
        (Fact::Retried, r#"{"at":7,"fact":"retried"}"#),
    ] {
        let stored = codec::encode(Timestamp(7), fact).unwrap();
        assert_eq!(String::from_utf8(stored).unwrap(), text);
    }
    let entry = [&[0; 32], put.as_bytes()].concat();
    assert_eq!(codec::decode_put(delivery.id, &entry), Some(delivery));
    let tried = |failure| {
        let at = Timestamp(8);
        Some(FailedTry { at, failure })
    };
    for (due, last, text) in [
        (Some(9), None, r#"{"due":9,"failures":2}"#),
        (
            None,
            tried(Failure::Status(503)),
            r#"{"failures":2,"last":{"at":8,"kind":"status","status":503}}"#,
        ),
        (
            None,
            tried(Failure::Tls),
            r#"{"failures":2,"last":{"at":8,"kind":"tls"}}"#,
        ),
    ] {
        let state = State {
            due: due.map(Timestamp),
            failures: 2,
            last,
        };
        let stored = codec::encode_state(state).unwrap();
        assert_eq!(String::from_utf8(stored.clone()).unwrap(), text);
        assert_eq!(codec::decode_state(&stored), Some(state));
    }
    for failure in [
        Failure::Name,
        Failure::Forbidden,
        Failure::Connection,
        Failure::Tls,
        Failure::Late,
        Failure::Status(302),
    ] {
        let parts = (failure.as_str(), failure.status());
        assert_eq!(Failure::from_parts(parts.0, parts.1), Some(failure));
    }
}

/// They come and go by the thousand, and say nothing of who did what.
#[tokio::test]
async fn no_list_of_heads_has_a_delivery_in_it() {
    let store = Store::in_memory().unwrap();
    let (deliveries, delivery) = (store.deliveries(), delivery(WebhookId(5), 1));
    deliveries.put(&delivery, Timestamp(7)).await.unwrap();
    let audit = store.audit(None).await.unwrap();
    assert_eq!((audit.logs, audit.heads.to_string().as_str()), (0, ""));
    assert!(!store.is_empty().await.unwrap(), "somebody would miss it");
}
