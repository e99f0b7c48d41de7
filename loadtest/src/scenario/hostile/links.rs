//! Invitations and resume tokens that are used twice, too late, or by others.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep_until};

use super::SHORTEST_LIFE;
use super::report::Attack;
use crate::bot::enter::{Key, Offered, ask, close};
use crate::bot::person::{Body, Person};
use crate::bot::slots::SendPlan;
use crate::bot::tone::TONES;
use crate::bot::wire::Wire;
use crate::chance::Chance;
use crate::cli::HostilePlan;
use crate::http::{Client, Failure};
use crate::protocol::{
    ClientMessage, Invitation, InvitationRequest, JoinResponse, LinkMade, NewLink, ServerMessage,
    VERSION,
};
use crate::scenario::rooms::Rented;

/// What the attacks work with.
struct Desk<'a> {
    client: &'a Client,
    plan: &'a HostilePlan,
    /// An offer of a connection that is never connected, for requests that are refused.
    offer: String,
}

/// One after the other, each in a room of its own.
pub async fn attacks(client: &Client, plan: &HostilePlan) -> Vec<Attack> {
    let mut chance = Chance::new(plan.seed, 2, 0);
    let send_plan = std::sync::Arc::new(SendPlan::default());
    let offered = match Offered::new(client, &send_plan, &mut chance).await {
        Ok(offered) => offered,
        Err(failure) => return vec![Attack::new("invitations").ended(Err(failure))],
    };
    let desk = Desk {
        client,
        plan,
        offer: offered.sdp.clone(),
    };
    let mut made = Vec::new();
    let mut attack = Attack::new("a replayed invitation");
    let outcome = desk.replayed(&mut attack).await;
    made.push(attack.ended(outcome));
    let mut attack = Attack::new("a revoked invitation, and one in place of another");
    let outcome = desk.revoked(&mut attack).await;
    made.push(attack.ended(outcome));
    let mut attack = Attack::new("the link and the resume token of somebody who was put out");
    let outcome = desk.removed(&mut attack).await;
    made.push(attack.ended(outcome));
    let mut attack = Attack::new("a resume token of another room, a locked and an ended room");
    let outcome = desk.elsewhere(&mut attack).await;
    made.push(attack.ended(outcome));
    close(&offered.peer).await;
    made
}

impl Desk<'_> {
    async fn room(&self) -> Result<Rented, Failure> {
        let roles = ["practitioner", "patient", "companion"];
        Rented::open(self.client, &self.plan.admin_secret, &roles).await
    }

    async fn come(&self, key: Key<'_>) -> Result<Person, Failure> {
        let body = Body::new(TONES[0], &TONES.into(), Chance::new(self.plan.seed, 3, 0));
        Person::come(self.client, key, body).await
    }

    async fn ask(&self, key: Key<'_>) -> Result<JoinResponse, Failure> {
        ask(self.client, key, &self.offer).await
    }

    async fn invitation(&self, link: &str) -> Result<Invitation, Failure> {
        let request = InvitationRequest {
            version: VERSION,
            link,
        };
        self.client.post("/v1/invitation", None, &request).await
    }

    /// What a hello with this token is answered: an end, or an error.
    async fn hello(&self, resume: &str) -> Result<String, Failure> {
        let mut wire = Wire::hello(self.client, resume).await?;
        Ok(match wire.must_hear().await? {
            ServerMessage::Ended { reason } => reason,
            ServerMessage::Error { code } => code,
            other => format!("{other:?}"),
        })
    }

    async fn replayed(&self, attack: &mut Attack) -> Result<(), Failure> {
        let room = self.room().await?;
        let link = room.link(2)?;
        let mut first = self.come(Key::Link(link)).await?;
        let taken = self.invitation(link).await?.taken;
        attack.expect(taken, || {
            "the invitation does not say that the seat is taken".to_owned()
        });
        let again = self.ask(Key::Link(link)).await;
        attack.refused("join again", &again, &["seat_taken"]);
        let before = first.view.clone();
        let view = first.look().await?;
        attack.expect(*view == before, || format!("who sits there sees {view:?}"));

        let old = first.resume.clone();
        let second = self.come(Key::Takeover(link)).await?;
        let reason = first.wire.ended().await?;
        attack.expect(reason == "takenOver", || {
            format!("the first: ended {reason}")
        });
        attack.expect(second.seat == first.seat, || {
            "takeover took another seat".to_owned()
        });
        attack.refused(
            "resume of the first",
            &self.ask(Key::Resume(&old)).await,
            &["taken_over"],
        );
        let answer = self.hello(&old).await?;
        attack.expect(answer == "takenOver" || answer == "taken_over", || {
            format!("hello of the first: {answer}")
        });
        room.end().await
    }

    async fn revoked(&self, attack: &mut Attack) -> Result<(), Failure> {
        let room = self.room().await?;
        let (client, secret) = (self.client, self.plan.admin_secret.as_str());
        // A new link: the old one dies, who sits stays.
        let link = room.link(2)?;
        let mut patient = self.come(Key::Link(link)).await?;
        let made: LinkMade = client
            .post(&room.link_path(2), Some(secret), &NewLink {})
            .await?;
        attack.refused(
            "replaced link",
            &self.ask(Key::Link(link)).await,
            &["link_revoked"],
        );
        patient.look().await?;
        attack.refused(
            "new link, seat taken",
            &self.ask(Key::Link(&made.link)).await,
            &["seat_taken"],
        );

        // No link at all: who sits is out.
        client.delete(&room.link_path(2), secret).await?;
        let reason = patient.wire.ended().await?;
        attack.expect(reason == "revoked", || {
            format!("who sat there: ended {reason}")
        });
        let link = Key::Link(&made.link);
        attack.refused("revoked link", &self.ask(link).await, &["link_revoked"]);
        let takeover = Key::Takeover(&made.link);
        attack.refused(
            "revoked link, takeover",
            &self.ask(takeover).await,
            &["link_revoked"],
        );
        let invitation = self.invitation(&made.link).await;
        attack.refused("revoked invitation", &invitation, &["link_revoked"]);
        let codes = ["link_revoked", "link_unknown"];
        let resume = Key::Resume(&patient.resume);
        attack.refused("revoked resume", &self.ask(resume).await, &codes);
        let answer = self.hello(&patient.resume).await?;
        attack.expect(
            ["revoked", "link_revoked", "link_unknown"].contains(&answer.as_str()),
            || format!("revoked hello: {answer}"),
        );

        // Nobody does this without the secret.
        let path = room.link_path(3);
        for wrong in [None, Some("wrong-wrong-wrong-wrong")] {
            let forged: Result<Value, Failure> = client.post(&path, wrong, &NewLink {}).await;
            attack.refused("new link without the secret", &forged, &["unauthorized"]);
            let forged = client.delete(&path, wrong.unwrap_or_default()).await;
            attack.refused("revoked without the secret", &forged, &["unauthorized"]);
        }
        self.invitation(room.link(3)?).await?;
        room.end().await
    }

    async fn removed(&self, attack: &mut Attack) -> Result<(), Failure> {
        let room = self.room().await?;
        let mut practitioner = self.come(Key::Link(room.link(1)?)).await?;
        let link = room.link(2)?;
        let mut patient = self.come(Key::Link(link)).await?;
        let wire = &mut practitioner.wire;
        wire.say(ClientMessage::Admit { seat: 2 }).await?;
        patient.let_in().await?;
        wire.say(ClientMessage::Remove { seat: 2 }).await?;
        let reason = patient.wire.ended().await?;
        attack.expect(reason == "removed", || {
            format!("who was put out: ended {reason}")
        });
        for (what, key) in [
            ("link", Key::Link(link)),
            ("link, takeover", Key::Takeover(link)),
            ("resume", Key::Resume(&patient.resume)),
        ] {
            attack.refused(what, &self.ask(key).await, &["removed"]);
        }
        attack.refused("invitation", &self.invitation(link).await, &["removed"]);
        let answer = self.hello(&patient.resume).await?;
        attack.expect(answer == "removed", || format!("hello: {answer}"));

        // Turned away while waiting is no better.
        let link = room.link(3)?;
        let mut companion = self.come(Key::Link(link)).await?;
        wire.say(ClientMessage::Deny { seat: 3 }).await?;
        let reason = companion.wire.ended().await?;
        attack.expect(reason == "denied", || {
            format!("who was denied: ended {reason}")
        });
        attack.refused("denied link", &self.ask(Key::Link(link)).await, &["denied"]);
        let resume = Key::Resume(&companion.resume);
        attack.refused("denied resume", &self.ask(resume).await, &["denied"]);
        room.end().await
    }

    async fn elsewhere(&self, attack: &mut Attack) -> Result<(), Failure> {
        let (here, there) = (self.room().await?, self.room().await?);
        let mut practitioner = self.come(Key::Link(here.link(1)?)).await?;
        let before = practitioner.look().await?.clone();
        let stranger = self.come(Key::Link(there.link(1)?)).await?;
        // A token opens the seat that it was made for and no other, whoever presents it.
        let back = self.ask(Key::Resume(&stranger.resume)).await?;
        let after = practitioner.look().await?;
        attack.expect(*after == before, || {
            format!("a token of another room changed this one: {after:?}")
        });
        attack.expect(back.you == stranger.seat, || {
            "another seat was opened".to_owned()
        });
        // Tokens and links are not the same thing.
        for (what, key) in [
            ("a resume token as a link", Key::Link(&stranger.resume)),
            ("a link as a resume token", Key::Resume(here.link(1)?)),
            (
                "a room id as a link",
                Key::Link(&format!("{}AAAAAA", here.id)),
            ),
        ] {
            attack.refused(what, &self.ask(key).await, &["link_unknown"]);
        }

        let lock = ClientMessage::Lock { locked: true };
        practitioner.wire.say(lock).await?;
        let is_locked = |message| match message {
            ServerMessage::LockChanged { locked } => locked.then_some(()),
            _ => None,
        };
        practitioner.wire.until(is_locked).await?;
        attack.refused(
            "a locked room",
            &self.ask(Key::Link(here.link(2)?)).await,
            &["locked"],
        );

        there.end().await?;
        let codes = ["ended", "link_unknown"];
        let link = Key::Link(there.link(2)?);
        attack.refused("an ended room", &self.ask(link).await, &codes);
        let resume = Key::Resume(&stranger.resume);
        attack.refused("resume in an ended room", &self.ask(resume).await, &codes);
        here.end().await
    }
}

/// A room whose links live as short as links may.
pub struct Short {
    client: Client,
    room: Rented,
    expires_at: Instant,
    offer: String,
}

impl Short {
    /// Opens it; other attacks are made meanwhile.
    pub async fn begin(client: &Client, plan: &HostilePlan) -> Result<Self, Failure> {
        let roles = ["practitioner", "patient"];
        let life = Some(SHORTEST_LIFE.as_secs());
        let room = Rented::open_for(client, &plan.admin_secret, &roles, life).await?;
        let mut chance = Chance::new(plan.seed, 4, 0);
        let send_plan = std::sync::Arc::new(SendPlan::default());
        let offered = Offered::new(client, &send_plan, &mut chance).await?;
        let offer = offered.sdp.clone();
        close(&offered.peer).await;
        Ok(Self {
            client: client.clone(),
            room,
            // One more: the server counts from when it made the room.
            expires_at: Instant::now() + SHORTEST_LIFE + Duration::from_secs(1),
            offer,
        })
    }

    /// Waits until the links have expired, and uses one.
    pub async fn attack(self) -> Attack {
        let mut attack = Attack::new("an expired invitation");
        let outcome = async {
            let link = self.room.link(2)?;
            sleep_until(self.expires_at).await;
            for (what, key) in [
                ("link", Key::Link(link)),
                ("link, takeover", Key::Takeover(link)),
            ] {
                let answer = ask(&self.client, key, &self.offer).await;
                attack.refused(what, &answer, &["link_expired"]);
            }
            self.room.end().await
        }
        .await;
        attack.ended(outcome)
    }
}
