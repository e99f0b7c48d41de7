//! What a page says. Every word is judged by the policy first; a refused one changes nothing and
//! only its speaker hears of it.

use std::time::Instant;

use super::chat::{Draft, Posting};
use super::live::Room;
use super::{ConnectionId, Refused};
use crate::connection::Said;
use crate::consultation::{Action, Command, LeaveCause, PartsCommand, may, may_to};
use crate::ids::SeatId;
use crate::protocol::{ServerMessage, TurnKind};
use crate::store::{Batch, ChatRecord, MediaRecord};
use crate::text::{ChatRef, ChatText};

impl Room {
    /// Hears a page, if its socket still is its seat's.
    pub(super) async fn hear(&mut self, connection: ConnectionId, said: Said, now: Instant) {
        let speaker = self.places.iter().find(|place| {
            place
                .attached
                .as_ref()
                .is_some_and(|attached| attached.id == connection)
        });
        let Some(seat) = speaker.map(|place| place.seat) else {
            return;
        };
        if let Err(refused) = self.obey(seat, said, now).await {
            let (code, message) = (refused.code(), refused.to_string());
            if let Some(place) = self.place(seat) {
                place.send(ServerMessage::Error { code, message });
            }
        }
    }

    async fn obey(&mut self, by: SeatId, said: Said, now: Instant) -> Result<(), Refused> {
        match said {
            Said::Media { microphone, camera } => {
                may(&self.state, by, Action::Media)?;
                let change = |sends: MediaRecord| MediaRecord {
                    microphone,
                    camera,
                    ..sends
                };
                self.keep_sends(by, change, now).await
            }
            Said::Hand { raised } => {
                may(&self.state, by, Action::Hand)?;
                let change = |sends: MediaRecord| MediaRecord {
                    hand: raised,
                    ..sends
                };
                self.keep_sends(by, change, now).await
            }
            Said::Connection { network } => {
                may(&self.state, by, Action::Connection)?;
                if let Some(place) = self.place(by) {
                    place.network = Some(network);
                }
                Ok(())
            }
            Said::Chat { r#ref, text, to } => self.chat(by, r#ref, text, to, now).await,
            Said::Turn { kind } => self.turn(by, kind),
            Said::Leave => self.leave(by, LeaveCause::Own, now).await,
            Said::Admit { seat } => self.admit(seat, by, now).await,
            Said::Deny { seat } => self.put_out(Command::Deny { seat, by }, seat, now).await,
            Said::Remove { seat } => self.put_out(Command::Remove { seat, by }, seat, now).await,
            Said::Hold { seat } => {
                let command = Command::Hold { seat, by };
                self.carry_out(command, Batch::default(), now).await?;
                Ok(())
            }
            Said::AskMute { seat } => {
                may_to(&self.state, by, Action::AskMute, seat)?;
                if let Some(place) = self.place(seat) {
                    place.send(ServerMessage::MuteRequested { by });
                }
                Ok(())
            }
            Said::Lock { locked } => {
                let command = Command::Lock { locked, by };
                self.carry_out(command, Batch::default(), now).await?;
                Ok(())
            }
            Said::OpenCard { seat } => {
                may_to(&self.state, by, Action::OpenCard, seat)?;
                if let Some(place) = self.place(seat) {
                    place.card_open = true;
                }
                Ok(())
            }
            Said::Consent(consenting) => self.consent(consenting, by, now).await,
            Said::WithdrawConsent { subject, scopes } => {
                self.withdraw(subject, scopes, by, now).await
            }
            Said::WritePaper { paper, base, text } => {
                let saved = self.write_paper((paper, base, text), by, now).await?;
                if let Some(place) = self.place(by) {
                    place.send(saved);
                }
                Ok(())
            }
            Said::SignOff { paper, version } => self.sign_off(paper, version, by, now).await,
            Said::Treat { seat } => {
                let by = Some(by);
                self.say_part(PartsCommand::Treat { seat, by }, now).await
            }
            Said::Represent { seat } => {
                let by = Some(by);
                self.say_part(PartsCommand::Represent { seat, by }, now)
                    .await
            }
            Said::Late { delay } => self.tell_late(delay, by, now).await,
            Said::End => self.end(Some(by), now).await,
        }
    }

    async fn keep_sends(
        &mut self,
        seat: SeatId,
        change: impl Fn(MediaRecord) -> MediaRecord,
        now: Instant,
    ) -> Result<(), Refused> {
        let Some(sends) = self.place(seat).map(|place| place.sends) else {
            return Ok(());
        };
        let changed = change(sends);
        if changed == sends {
            return Ok(());
        }
        let plan = |_: &Self| {
            let media = vec![changed];
            let beside = Batch {
                media,
                ..Batch::default()
            };
            (beside, ())
        };
        self.keep(plan, now).await?;
        if let Some(place) = self.place(seat) {
            place.sends = changed;
        }
        Ok(())
    }

    /// Who waits writes to the practitioners; they write to whom they wish, or to all.
    async fn chat(
        &mut self,
        seat: SeatId,
        r#ref: ChatRef,
        text: ChatText,
        to: Option<SeatId>,
        now: Instant,
    ) -> Result<(), Refused> {
        may(&self.state, seat, Action::Chat)?;
        if let Some(to) = to {
            may_to(&self.state, seat, Action::ChatTo, to)?;
        }
        // Who waits, or has withdrawn their consent, hears nothing of what is said to all.
        let is_outside = !self.reader(seat).is_admitted;
        let draft = Draft {
            seat,
            with: to.or(is_outside.then_some(seat)),
            r#ref,
            text,
            at: self.shared.settings.clock.now(),
        };
        let plan = |room: &Self| {
            let posting = room.chat.prepare(draft.clone());
            let beside = match &posting {
                Posting::New { record, forgotten } => Batch {
                    chat: vec![record.clone()],
                    chat_forgotten: forgotten.clone(),
                    ..Batch::default()
                },
                Posting::Repeated(_) => Batch::default(),
            };
            (beside, posting)
        };
        match self.keep(plan, now).await? {
            Posting::New { record, forgotten } => {
                self.chat.take(record.clone(), &forgotten);
                self.tell_chat(&record, |_| true);
            }
            Posting::Repeated(record) => self.tell_chat(&record, |reader| reader == seat),
        }
        Ok(())
    }

    pub(super) fn tell_chat(&self, record: &ChatRecord, to: impl Fn(SeatId) -> bool) {
        for place in self.places.iter().filter(|place| to(place.seat)) {
            let reader = self.reader(place.seat);
            if reader.may_read(record.with) {
                place.send(ServerMessage::Chat(reader.sees(record)));
            }
        }
    }

    /// Asks everybody, and tells them who asks; also whoever asked, as the receipt.
    fn turn(&self, seat: SeatId, kind: TurnKind) -> Result<(), Refused> {
        may(&self.state, seat, Action::Turn)?;
        let at = self.shared.settings.clock.now();
        for place in &self.places {
            if self.reader(place.seat).is_admitted {
                place.send(ServerMessage::Turn { seat, kind, at });
            }
        }
        Ok(())
    }
}
