//! `serve --demo`: one room with three people, so that a first call takes one command, and a clinic with its day.

use std::fmt::Write as _;

use serde::Serialize as _;
use signaling::CreateRoomError;
use signaling::demonstration::Demonstration;
use signaling::protocol::{CreateRoomRequest, LinkLifetime, Person, Role};
use signaling::text::{DisplayName, LanguageCode, TextError};
use thiserror::Error;

use super::links_file::PersonalLink;

/// Demonstration people: a doctor, a patient who speaks Dao, and her interpreter.
const PEOPLE: [(&str, Role); 3] = [
    ("Bác sĩ Lan", Role::Practitioner),
    ("Bà Mẩy", Role::Patient),
    ("Phiên dịch Dín", Role::Interpreter),
];

/// Why there is no demonstration.
#[derive(Debug, Error)]
pub enum DemoError {
    /// A name that signaling does not take.
    #[error("the demonstration has a bad name: {0}")]
    Name(#[from] TextError),
    /// Signaling refuses the room.
    #[error("the demonstration's room cannot be made: {0}")]
    Room(#[from] CreateRoomError),
}

/// Makes the room; `url` is the address of the page.
pub async fn make_room(
    service: &signaling::Service,
    url: &str,
) -> Result<Vec<PersonalLink>, DemoError> {
    let mut people = Vec::with_capacity(PEOPLE.len());
    for (name, role) in PEOPLE {
        people.push(Person {
            name: DisplayName::parse(name)?,
            role,
            languages: languages(role)?,
        });
    }
    let request = CreateRoomRequest {
        people,
        expires_in: LinkLifetime::default(),
    };
    let made = service.create_room(request).await?;
    let links = made
        .links
        .iter()
        .zip(PEOPLE)
        .map(|(link, (name, role))| PersonalLink {
            name: name.to_owned(),
            role: word(role),
            url: format!("{url}/#{}", link.as_str()),
        });
    Ok(links.collect())
}

/// The interpreter's pair: Vietnamese and Iu Mien, the language of the patient.
fn languages(role: Role) -> Result<Option<[LanguageCode; 2]>, TextError> {
    if role != Role::Interpreter {
        return Ok(None);
    }
    Ok(Some([
        LanguageCode::parse("vi")?,
        LanguageCode::parse("ium")?,
    ]))
}

/// The role in the word of the wire.
fn word(role: Role) -> String {
    match role.serialize(serde_json::value::Serializer) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// What the person at the terminal reads.
#[must_use]
pub fn words(links: &[PersonalLink]) -> String {
    let widest = links
        .iter()
        .map(|link| label(link).chars().count())
        .max()
        .unwrap_or(0);
    let mut out = String::from("A room is ready. Open each link in a browser of its own:\n\n");
    for link in links {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {:widest$}  {}", label(link), link.url);
    }
    out.push_str(
        "\nThe doctor and the interpreter go straight in. The patient waits until the doctor lets \
         them in,\nfrom the list of people who wait.\n\nCtrl-C ends it.\n",
    );
    out
}

/// How to look at the demonstration's clinic; `url` is the address of the page.
#[must_use]
pub fn clinic_words(clinic: Option<&Demonstration>, url: &str) -> String {
    let Some(clinic) = clinic else {
        return "This store has a clinic of its own, so there is none to look at.\n\n".to_owned();
    };
    let mut out = format!("A clinic is ready, too: {url}/clinic\n\n");
    for person in &clinic.people {
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "  {:8} {} ({})",
            person.sign_in_name, person.name, person.role
        );
    }
    let _ = writeln!(out, "\nEverybody's password: {}", clinic.password);
    if !clinic.patients.is_empty() {
        out.push_str("Its patients today, each with a link:\n\n");
        for (name, link) in &clinic.patients {
            let _ = writeln!(out, "  {name}  {url}/#{}", link.as_str());
        }
    }
    out.push('\n');
    out
}

fn label(link: &PersonalLink) -> String {
    format!("{} ({})", link.name, link.role)
}

#[cfg(test)]
mod tests {
    use signaling::accounts::StaffRole;
    use signaling::demonstration::DemonstrationPerson;
    use signaling::opaque::LinkToken;

    use super::*;

    #[test]
    fn the_links_stand_below_each_other() {
        let links = PEOPLE.map(|(name, role)| PersonalLink {
            name: name.to_owned(),
            role: word(role),
            url: "http://127.0.0.1:8080/#0123456789012345678901".to_owned(),
        });
        insta::assert_snapshot!("demo_words", words(&links));
    }

    #[test]
    fn a_clinic_is_introduced_with_everything_that_opens_it() {
        let clinic = Demonstration {
            people: vec![DemonstrationPerson {
                name: "Bác sĩ Lan",
                sign_in_name: "lan",
                role: StaffRole::Practitioner,
            }],
            patients: vec![("Bà Mẩy", LinkToken::from_bytes([0; 16]))],
            password: "0123-4567-89ab-cdef".to_owned(),
        };
        let url = "http://127.0.0.1:8080";
        insta::assert_snapshot!("demo_clinic", clinic_words(Some(&clinic), url));
        insta::assert_snapshot!("demo_no_clinic", clinic_words(None, url));
    }
}
