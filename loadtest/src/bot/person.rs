//! A bot that is led by hand: its scenario says each word and sends each packet.

use std::sync::Arc;

use tokio::time::{Instant, timeout};

use super::ADMISSION_TIMEOUT;
use super::enter::{Entered, Key, Wiring, enter, enter_through};
use super::media::Programme;
use super::slots::SendPlan;
use super::tone::Voice;
use super::transport::{Hearing, Transport, TransportReport};
use super::wire::{View, Wire};
use crate::chance::Chance;
use crate::http::{Client, Failure};
use crate::protocol::{Admission, ServerMessage, own};

/// Who somebody is, apart from the seat.
#[derive(Clone)]
pub struct Body {
    /// Its own tone, in Hz.
    pub tone: u16,
    /// What it listens with.
    pub hearing: Hearing,
    /// Its numbers.
    pub chance: Chance,
}

impl Body {
    /// Somebody with this tone whose ears know `tones`.
    pub fn new(tone: u16, tones: &Arc<[u16]>, chance: Chance) -> Self {
        let hearing = Hearing {
            tones: Arc::clone(tones),
            meter: Arc::default(),
        };
        Self {
            tone,
            hearing,
            chance,
        }
    }
}

/// Somebody who has come.
pub struct Person {
    /// Its way to the server.
    pub client: Client,
    /// Its seat.
    pub seat: u16,
    /// Opens the seat again.
    pub resume: String,
    /// How the room was when it was last greeted.
    pub view: View,
    /// Its event socket.
    pub wire: Wire,
    /// Its connection; none while it waits far back.
    pub transport: Option<Transport>,
    /// Who it is.
    pub body: Body,
    /// What the server wants of it.
    pub plan: Arc<SendPlan>,
}

impl Person {
    /// Comes in with `key`.
    pub async fn come(client: &Client, key: Key<'_>, body: Body) -> Result<Self, Failure> {
        Self::come_through(client, key, body, &mut Wiring::Straight).await
    }

    /// Comes in with `key`, its datagrams going over this wiring.
    pub async fn come_through(
        client: &Client,
        key: Key<'_>,
        mut body: Body,
        wiring: &mut Wiring,
    ) -> Result<Self, Failure> {
        let plan = Arc::new(SendPlan::default());
        let entered = enter_through(client, key, &plan, &mut body.chance, wiring).await?;
        let (resume, seat) = (entered.response.resume.clone(), entered.response.you);
        let transport = started(entered, &body, &plan);
        let (wire, view) = Wire::greeted(client, &resume).await?;
        Ok(Self {
            client: client.clone(),
            seat,
            resume,
            view,
            wire,
            transport,
            body,
            plan,
        })
    }

    /// Comes back to the same seat with a fresh connection.
    pub async fn come_back(&mut self) -> Result<(), Failure> {
        let key = Key::Resume(&self.resume);
        let entered = enter(&self.client, key, &self.plan, &mut self.body.chance).await?;
        self.resume.clone_from(&entered.response.resume);
        self.transport = started(entered, &self.body, &self.plan);
        (self.wire, self.view) = Wire::greeted(&self.client, &self.resume).await?;
        Ok(())
    }

    /// Opens another event socket in place of the old one, and looks at the room.
    pub async fn look(&mut self) -> Result<&View, Failure> {
        (self.wire, self.view) = Wire::greeted(&self.client, &self.resume).await?;
        Ok(&self.view)
    }

    /// Waits until it is let in and has a connection, going to the door when it is called.
    pub async fn let_in(&mut self) -> Result<(), Failure> {
        timeout(ADMISSION_TIMEOUT, self.until_let_in())
            .await
            .map_err(|_| Failure::new("not_admitted", "nobody let the bot in"))?
    }

    async fn until_let_in(&mut self) -> Result<(), Failure> {
        let mut is_in = self.is_in();
        while !is_in || self.transport.is_none() {
            let message = self.wire.must_hear().await?;
            match message {
                ServerMessage::SeatChanged { seat } if seat.seat == self.seat => {
                    is_in = seat.admission == Admission::Admitted;
                }
                ServerMessage::Rejoin { reason } if reason == "called" => {
                    self.come_back().await?;
                    is_in = self.is_in();
                }
                ServerMessage::Ended { reason } => {
                    return Err(Failure::new("not_admitted", format!("ended: {reason}")));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn is_in(&self) -> bool {
        own(&self.view.seats, self.seat).is_some_and(|own| own.admission == Admission::Admitted)
    }

    /// Connects and talks, as far as the server wants it.
    pub async fn talk(&mut self) -> Result<(), Failure> {
        let plan = Arc::clone(&self.plan);
        self.play(plan).await
    }

    /// Connects and sends what `plan` says, be it the server's or not.
    pub async fn play(&mut self, plan: Arc<SendPlan>) -> Result<(), Failure> {
        let voice = Voice::new(self.body.tone)?;
        let programme = Programme {
            voice,
            pictures: None,
            plan,
        };
        self.perform(programme).await
    }

    /// Connects and sends this.
    pub async fn perform(&mut self, programme: Programme) -> Result<(), Failure> {
        let chance = self.body.chance.clone();
        let transport = self.transport.as_mut().ok_or_else(no_transport)?;
        transport.connected().await?;
        transport.play(programme, chance);
        Ok(())
    }

    /// Hears the others say that somebody waits; who.
    pub async fn sees_waiting(&mut self, whom: u16) -> Result<(), Failure> {
        let is_known = own(&self.view.seats, whom).is_some_and(|seat| seat.admission.is_waiting());
        if is_known {
            return Ok(());
        }
        let waits = |message| match message {
            ServerMessage::SeatChanged { seat }
                if seat.seat == whom && seat.admission.is_waiting() =>
            {
                Some(())
            }
            _ => None,
        };
        self.wire.until(waits).await
    }

    /// Gets up; what was heard and sent.
    pub async fn leave(self) -> Result<TransportReport, Failure> {
        // First the ears: what comes after the own leave is nobody's fault.
        if let Some(transport) = &self.transport {
            transport.hush();
        }
        let reason = self.wire.leave().await?;
        if reason != "left" {
            return Err(Failure::new("not_left", format!("ended: {reason}")));
        }
        self.transport.ok_or_else(no_transport)?.end().await
    }
}

fn started(entered: Entered, body: &Body, plan: &Arc<SendPlan>) -> Option<Transport> {
    let slots = &entered.response.slots;
    let (hearing, since) = (body.hearing.clone(), Instant::now());
    let plan = Arc::clone(plan);
    entered
        .peer
        .map(|peer| Transport::start(peer, slots, hearing, plan, since))
}

fn no_transport() -> Failure {
    Failure::new("client", "there is no connection")
}
