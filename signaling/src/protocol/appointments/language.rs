//! In which language somebody is told.

use serde::{Deserialize, Serialize};

use crate::message::Language;

/// In which language messages to somebody are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum MessageLanguage {
    /// Tiếng Việt.
    Vi,
    /// English.
    En,
    /// 한국어.
    Ko,
}

impl From<MessageLanguage> for Language {
    fn from(wire: MessageLanguage) -> Self {
        match wire {
            MessageLanguage::Vi => Self::Vietnamese,
            MessageLanguage::En => Self::English,
            MessageLanguage::Ko => Self::Korean,
        }
    }
}

impl From<Language> for MessageLanguage {
    fn from(language: Language) -> Self {
        match language {
            Language::Vietnamese => Self::Vi,
            Language::English => Self::En,
            Language::Korean => Self::Ko,
        }
    }
}
