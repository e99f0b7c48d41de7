//! Destroying what is kept of one person, as an operator asks for it.

use serde::{Deserialize, Serialize};

/// `POST /v1/rooms/{room}/seats/{seat}/erase` with the admin secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct EraseRequest {
    /// Why; it stays in the room's log.
    pub reason: ErasureReason,
}

/// Why what is kept of a person is to be destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub enum ErasureReason {
    /// The person asked for it.
    Request,
    /// It should not have been kept.
    Mistake,
    /// An authority or a court ordered it.
    Order,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::protocol::tests::{examples, refuses, same};

    #[test]
    fn the_reason_is_one_of_three_words_as_the_document_says() {
        let example = examples("\n## For operators")[4];
        let request: EraseRequest = serde_json::from_str(example).unwrap();
        same(example, &request);
        for reason in ["request", "mistake", "order"] {
            serde_json::from_value::<EraseRequest>(json!({ "reason": reason })).unwrap();
        }
        serde_json::from_str::<EraseRequest>(r#"{"reason":"whim"}"#).unwrap_err();
        serde_json::from_str::<EraseRequest>("{}").unwrap_err();
        refuses::<EraseRequest>(&json!({"reason": "request", "surprise": 1}));
    }
}
