//! The stored form of what is beside the log: people, chat, what seats send. JSON, as in
//! [`super::codec`], and converted by hand for the same reason.

use serde::{Deserialize, Serialize};

use super::{ChatRecord, MediaRecord, PersonRecord};
use crate::ids::{SeatId, Timestamp};
use crate::text::{ChatRef, ChatText, DisplayName, LanguageCode};

#[derive(Serialize, Deserialize)]
struct StoredPerson {
    name: DisplayName,
    /// Since format 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    languages: Option<[LanguageCode; 2]>,
}

#[derive(Serialize, Deserialize)]
struct StoredMessage {
    seat: SeatId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    with: Option<SeatId>,
    at: Timestamp,
    r#ref: ChatRef,
    text: ChatText,
}

#[derive(Serialize, Deserialize)]
struct StoredMedia {
    microphone: bool,
    camera: bool,
    hand: bool,
}

type Result<T> = std::result::Result<T, serde_json::Error>;

pub(super) fn encode_person(person: &PersonRecord) -> Result<Vec<u8>> {
    serde_json::to_vec(&StoredPerson {
        name: person.name.clone(),
        languages: person.languages.clone(),
    })
}

pub(super) fn decode_person(seat: SeatId, bytes: &[u8]) -> Result<PersonRecord> {
    let StoredPerson { name, languages } = serde_json::from_slice(bytes)?;
    Ok(PersonRecord {
        seat,
        name,
        languages,
    })
}

pub(super) fn encode_message(message: &ChatRecord) -> Result<Vec<u8>> {
    serde_json::to_vec(&StoredMessage {
        seat: message.seat,
        with: message.with,
        at: message.at,
        r#ref: message.r#ref.clone(),
        text: message.text.clone(),
    })
}

pub(super) fn decode_message(id: u64, bytes: &[u8]) -> Result<ChatRecord> {
    let StoredMessage {
        seat,
        with,
        at,
        r#ref,
        text,
    } = serde_json::from_slice(bytes)?;
    Ok(ChatRecord {
        id,
        seat,
        with,
        at,
        r#ref,
        text,
    })
}

pub(super) fn encode_media(media: MediaRecord) -> Result<Vec<u8>> {
    serde_json::to_vec(&StoredMedia {
        microphone: media.microphone,
        camera: media.camera,
        hand: media.hand,
    })
}

pub(super) fn decode_media(seat: SeatId, bytes: &[u8]) -> Result<MediaRecord> {
    let StoredMedia {
        microphone,
        camera,
        hand,
    } = serde_json::from_slice(bytes)?;
    Ok(MediaRecord {
        seat,
        microphone,
        camera,
        hand,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Result<Vec<u8>>) -> String {
        String::from_utf8(bytes.unwrap()).unwrap()
    }

    /// Changing one of these texts makes stores in the field unreadable.
    #[test]
    fn the_stored_form_stays_readable() {
        let doctor = PersonRecord {
            seat: SeatId(1),
            name: DisplayName::parse("Lan").unwrap(),
            languages: None,
        };
        assert_eq!(text(encode_person(&doctor)), r#"{"name":"Lan"}"#);
        let languages = ["vi", "ko"].map(|code| LanguageCode::parse(code).unwrap());
        let interpreter = PersonRecord {
            languages: Some(languages),
            ..doctor.clone()
        };
        let stored = r#"{"name":"Lan","languages":["vi","ko"]}"#;
        assert_eq!(text(encode_person(&interpreter)), stored);
        let read = |stored: &str| decode_person(SeatId(1), stored.as_bytes()).unwrap();
        assert_eq!(read(r#"{"name":"Lan"}"#), doctor);
        assert_eq!(read(stored), interpreter);

        let open = ChatRecord {
            id: 7,
            seat: SeatId(2),
            with: None,
            at: Timestamp(5),
            r#ref: ChatRef::parse("m1").unwrap(),
            text: ChatText::parse("Chào").unwrap(),
        };
        let private = ChatRecord {
            with: Some(SeatId(2)),
            ..open.clone()
        };
        for (message, stored) in [
            (open, r#"{"seat":2,"at":5,"ref":"m1","text":"Chào"}"#),
            (
                private,
                r#"{"seat":2,"with":2,"at":5,"ref":"m1","text":"Chào"}"#,
            ),
        ] {
            assert_eq!(text(encode_message(&message)), stored);
            assert_eq!(decode_message(7, stored.as_bytes()).unwrap(), message);
        }

        let media = MediaRecord {
            seat: SeatId(3),
            microphone: false,
            camera: true,
            hand: true,
        };
        let stored = r#"{"microphone":false,"camera":true,"hand":true}"#;
        assert_eq!(text(encode_media(media)), stored);
        assert_eq!(decode_media(SeatId(3), stored.as_bytes()).unwrap(), media);
    }
}
