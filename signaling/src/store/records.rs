//! The stored form of what is beside the log: people, what opens seats, chat, what seats send. JSON, as in
//! [`super::codec`], and converted by hand for the same reason.

use serde::{Deserialize, Serialize};

use super::codec::stored_id;
use super::{ChatRecord, InvitationRecord, MediaRecord, PersonRecord, RequestRecord, Told};
use crate::accounts::AccountId;
use crate::contact::{Contact, Email, Phone};
use crate::ids::{SeatId, Timestamp, TokenHash};
use crate::message::Language;
use crate::opaque::{LinkToken, SeatCode};
use crate::text::{ChatRef, ChatText, DisplayName, LanguageCode, LicenceNumber};

#[derive(Serialize, Deserialize)]
struct StoredPerson {
    name: DisplayName,
    /// Since format 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    languages: Option<[LanguageCode; 2]>,
    /// In which language the person is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<StoredLanguage>,
    /// This one and those after it: since format 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<StoredAccount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<Phone>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<Email>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    licence: Option<LicenceNumber>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum StoredLanguage {
    Vi,
    En,
    Ko,
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct StoredAccount(#[serde(with = "stored_id")] u64);

#[derive(Serialize, Deserialize)]
struct StoredInvitation {
    person: u16,
    link: LinkToken,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<SeatCode>,
}

#[derive(Serialize, Deserialize)]
struct StoredRequest {
    at: Timestamp,
    body: [u8; 32],
}

#[derive(Serialize, Deserialize)]
struct StoredTold {
    length: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    announced: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reminded: Option<Timestamp>,
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
        language: person.language.map(|language| match language {
            Language::Vietnamese => StoredLanguage::Vi,
            Language::English => StoredLanguage::En,
            Language::Korean => StoredLanguage::Ko,
        }),
        account: person.account.map(|account| StoredAccount(account.0)),
        phone: person.contact.phone.clone(),
        email: person.contact.email.clone(),
        licence: person.licence.clone(),
    })
}

pub(super) fn decode_person((seat, person): (SeatId, u16), bytes: &[u8]) -> Result<PersonRecord> {
    let stored: StoredPerson = serde_json::from_slice(bytes)?;
    Ok(PersonRecord {
        seat,
        person,
        name: stored.name,
        languages: stored.languages,
        licence: stored.licence,
        language: stored.language.map(|language| match language {
            StoredLanguage::Vi => Language::Vietnamese,
            StoredLanguage::En => Language::English,
            StoredLanguage::Ko => Language::Korean,
        }),
        account: stored.account.map(|StoredAccount(id)| AccountId(id)),
        contact: Contact {
            phone: stored.phone,
            email: stored.email,
        },
    })
}

pub(super) fn encode_invitation(invitation: &InvitationRecord) -> Result<Vec<u8>> {
    serde_json::to_vec(&StoredInvitation {
        person: invitation.person,
        link: invitation.link.clone(),
        code: invitation.code.clone(),
    })
}

pub(super) fn decode_invitation(seat: SeatId, bytes: &[u8]) -> Result<InvitationRecord> {
    let StoredInvitation { person, link, code } = serde_json::from_slice(bytes)?;
    Ok(InvitationRecord {
        seat,
        person,
        link,
        code,
    })
}

pub(super) fn encode_request(request: RequestRecord) -> Result<Vec<u8>> {
    serde_json::to_vec(&StoredRequest {
        at: request.at,
        body: request.body.0,
    })
}

pub(super) fn decode_request(bytes: &[u8]) -> Result<RequestRecord> {
    let StoredRequest { at, body } = serde_json::from_slice(bytes)?;
    let body = TokenHash(body);
    Ok(RequestRecord { at, body })
}

pub(super) fn encode_told(told: Told) -> Result<Vec<u8>> {
    serde_json::to_vec(&StoredTold {
        length: told.length,
        announced: told.announced,
        reminded: told.reminded,
    })
}

pub(super) fn decode_told(bytes: &[u8]) -> Result<Told> {
    let told: StoredTold = serde_json::from_slice(bytes)?;
    Ok(Told {
        length: told.length,
        announced: told.announced,
        reminded: told.reminded,
    })
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
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
    fn the_stored_language_stays_readable() {
        let doctor = PersonRecord::new(SeatId(1), DisplayName::parse("Lan").unwrap(), None);
        for (language, stored) in [
            (Language::Vietnamese, r#"{"name":"Lan","language":"vi"}"#),
            (Language::English, r#"{"name":"Lan","language":"en"}"#),
            (Language::Korean, r#"{"name":"Lan","language":"ko"}"#),
        ] {
            let told = PersonRecord {
                language: Some(language),
                ..doctor.clone()
            };
            assert_eq!(text(encode_person(&told)), stored);
            let read = decode_person((SeatId(1), 1), stored.as_bytes()).unwrap();
            assert_eq!(read, told);
        }
    }

    /// Changing one of these texts makes stores in the field unreadable.
    #[test]
    fn the_stored_form_stays_readable() {
        let doctor = PersonRecord::new(SeatId(1), DisplayName::parse("Lan").unwrap(), None);
        assert_eq!(text(encode_person(&doctor)), r#"{"name":"Lan"}"#);
        let languages = ["vi", "ko"].map(|code| LanguageCode::parse(code).unwrap());
        let interpreter = PersonRecord {
            languages: Some(languages),
            ..doctor.clone()
        };
        let stored = r#"{"name":"Lan","languages":["vi","ko"]}"#;
        assert_eq!(text(encode_person(&interpreter)), stored);
        let read = |stored: &str| decode_person((SeatId(1), 1), stored.as_bytes()).unwrap();
        assert_eq!(read(r#"{"name":"Lan"}"#), doctor);
        assert_eq!(read(stored), interpreter);

        let of_account = PersonRecord {
            person: 2,
            account: Some(AccountId(0xabc)),
            contact: Contact {
                phone: Some(Phone::parse("0901").unwrap()),
                email: Some(Email::parse("lan@pk.vn").unwrap()),
            },
            ..doctor.clone()
        };
        let stored =
            r#"{"name":"Lan","account":"0000000000000abc","phone":"0901","email":"lan@pk.vn"}"#;
        assert_eq!(text(encode_person(&of_account)), stored);
        let read = decode_person((SeatId(1), 2), stored.as_bytes()).unwrap();
        assert_eq!(read, of_account);

        let licensed = PersonRecord {
            licence: Some(LicenceNumber::parse("000123/HCM").unwrap()),
            ..interpreter
        };
        let stored = r#"{"name":"Lan","languages":["vi","ko"],"licence":"000123/HCM"}"#;
        assert_eq!(text(encode_person(&licensed)), stored);
        let read = decode_person((SeatId(1), 1), stored.as_bytes()).unwrap();
        assert_eq!(read, licensed);
        let invitation = InvitationRecord {
            seat: SeatId(2),
            person: 1,
            link: LinkToken::from_bytes([0; 16]),
            code: Some(SeatCode::parse("01234567").unwrap()),
        };
        let stored = r#"{"person":1,"link":"AAAAAAAAAAAAAAAAAAAAAA","code":"01234567"}"#;
        assert_eq!(text(encode_invitation(&invitation)), stored);
        let read = decode_invitation(SeatId(2), stored.as_bytes()).unwrap();
        assert_eq!(read, invitation);

        let request = RequestRecord {
            at: Timestamp(5),
            body: TokenHash([7; 32]),
        };
        let sevens = ["7"; 32].join(",");
        let stored = format!(r#"{{"at":5,"body":[{sevens}]}}"#);
        assert_eq!(text(encode_request(request)), stored);
        assert_eq!(decode_request(stored.as_bytes()).unwrap(), request);

        for (told, stored) in [
            ((0, None), r#"{"length":7}"#),
            (
                (6, Some(Timestamp(9))),
                r#"{"length":7,"announced":6,"reminded":9}"#,
            ),
        ] {
            let (announced, reminded) = told;
            let told = Told {
                length: 7,
                announced,
                reminded,
            };
            assert_eq!(text(encode_told(told)), stored);
            assert_eq!(decode_told(stored.as_bytes()).unwrap(), told);
        }

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
