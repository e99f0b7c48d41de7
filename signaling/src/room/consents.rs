//! Consent in a live room: who may know what of it, and that what was withdrawn ends at once.

use std::time::Instant;

use super::Refused;
use super::live::Room;
use crate::connection::Consenting;
use crate::consent_text;
use crate::consultation::{
    self as domain, Command, Consent, ConsentCommand, ConsentStatus, ConsentText, Method, Reader,
    Role, RuleError, Scopes, SeatState,
};
use crate::ids::SeatId;
use crate::protocol::{
    ConsentMethod, ConsentScope, ConsentStanding, ConsentState, Consents, TextHash,
};
use crate::store::Batch;

impl Room {
    /// Somebody agrees, or a practitioner writes down that they did.
    pub(super) async fn consent(
        &mut self,
        consenting: Consenting,
        speaker: SeatId,
        now: Instant,
    ) -> Result<(), Refused> {
        let Consenting {
            subject,
            hash,
            language,
            scopes,
            reader,
            spoken_by,
        } = consenting;
        let known = consent_text::known(hash).filter(|(text, asked)| {
            let was_asked = scopes.iter().all(|scope| asked.contains(scope));
            text.language == language.as_str() && was_asked
        });
        if known.is_none() {
            return Err(Refused::OtherWords);
        }
        let method = match spoken_by {
            Some(_) => Method::Spoken { heard_by: speaker },
            None => Method::Tapped,
        };
        let consent = Consent {
            subject,
            by: spoken_by.unwrap_or(speaker),
            method,
            text: ConsentText { hash, language },
            reader: self.reader_of(reader, spoken_by.unwrap_or(speaker))?,
            scopes,
        };
        self.change_consent(ConsentCommand::Give(consent), now)
            .await
    }

    /// Somebody does not agree, or not any more.
    pub(super) async fn withdraw(
        &mut self,
        subject: SeatId,
        scopes: Scopes,
        by: SeatId,
        now: Instant,
    ) -> Result<(), Refused> {
        let by = Some(by);
        let command = ConsentCommand::Withdraw {
            subject,
            scopes,
            by,
        };
        self.change_consent(command, now).await
    }

    async fn change_consent(
        &mut self,
        command: ConsentCommand,
        now: Instant,
    ) -> Result<(), Refused> {
        let command = Command::Consent(command);
        let events = self.carry_out(command, Batch::default(), now).await?;
        self.told(&events);
        if !events.is_empty() {
            tracing::info!(room = %self.id, "consent changed");
        }
        Ok(())
    }

    fn reader_of(&self, reader: Option<SeatId>, by: SeatId) -> Result<Reader, RuleError> {
        let Some(seat) = reader.filter(|reader| *reader != by) else {
            return Ok(Reader::Oneself);
        };
        let place = self.state.seat(seat);
        match place.ok_or(RuleError::UnknownSeat { seat })?.role {
            Role::Interpreter => Ok(Reader::Interpreter(seat)),
            Role::Practitioner => Ok(Reader::Practitioner(seat)),
            Role::Companion => Ok(Reader::Representative(seat)),
            role @ (Role::Patient | Role::Observer) => {
                let wanted = Role::Interpreter;
                Err(RuleError::OtherRole { seat, wanted, role })
            }
        }
    }

    /// What this person may know of consent.
    pub(super) fn consents_for(&self, viewer: SeatId) -> Consents {
        let Some(seat) = self.state.seat(viewer) else {
            return Consents::default();
        };
        let leads = seat.role == Role::Practitioner && seat.is_admitted();
        let represents = self.state.representative() == Some(viewer);
        let is_asked = leads || represents || seat.role == Role::Patient;
        let is_theirs = |subject: &SeatState| {
            leads || subject.id == viewer || (represents && subject.role == Role::Patient)
        };
        let sees_all = self.state.standing(viewer) == domain::Standing::Admitted;
        let seats = self.state.seats();
        let subjects = seats.iter().filter(|subject| is_theirs(subject));
        let withheld = seats.iter().filter(|seat| {
            let is_seen = sees_all || seat.id == viewer;
            is_seen && self.state.withheld_by(seat).is_some()
        });
        Consents {
            asked: if is_asked { self.asked() } else { Vec::new() },
            known: subjects.flat_map(|seat| self.known_of(seat.id)).collect(),
            withheld: withheld.map(|seat| seat.id).collect(),
        }
    }

    /// Care by video always; the presence of others where there is a seat for one.
    fn asked(&self) -> Vec<ConsentScope> {
        let has = |role| {
            let mut seats = self.state.seats().iter();
            seats.any(|seat| seat.role == role && !seat.erased)
        };
        let mut asked = vec![ConsentScope::CareByVideo];
        if has(Role::Interpreter) {
            asked.push(ConsentScope::InterpreterPresent);
        }
        if has(Role::Observer) {
            asked.push(ConsentScope::ObserverPresent);
        }
        asked
    }

    pub(super) fn known_of(&self, subject: SeatId) -> impl Iterator<Item = ConsentState> {
        let scopes = domain::Scope::ALL.into_iter();
        scopes.filter_map(move |scope| {
            let status = self.state.consent(subject, scope)?;
            Some(state_of(subject, scope, status))
        })
    }
}

fn state_of(subject: SeatId, scope: domain::Scope, status: &ConsentStatus) -> ConsentState {
    let scope = ConsentScope::from(scope);
    match status {
        ConsentStatus::Given { consent, at } => ConsentState {
            subject,
            scope,
            standing: ConsentStanding::Given,
            at: *at,
            by: Some(consent.by),
            method: Some(match consent.method {
                Method::Tapped => ConsentMethod::Tapped,
                Method::Spoken { .. } => ConsentMethod::Spoken,
            }),
            reader: match consent.reader {
                Reader::Oneself => None,
                Reader::Interpreter(seat)
                | Reader::Representative(seat)
                | Reader::Practitioner(seat) => Some(seat),
            },
            hash: Some(TextHash(consent.text.hash)),
            language: Some(consent.text.language.clone()),
        },
        ConsentStatus::Withdrawn { by, at } => ConsentState {
            subject,
            scope,
            standing: ConsentStanding::Withdrawn,
            at: *at,
            by: *by,
            method: None,
            reader: None,
            hash: None,
            language: None,
        },
    }
}
