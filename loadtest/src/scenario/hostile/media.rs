//! Media of somebody who is not let in: before, and again after being put out, with the keys of before.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::time::{Instant, sleep};

use super::clinic::{Clinic, INTRUDER};
use super::report::Attack;
use crate::bot::disguise::Mask;
use crate::bot::enter::{Key, Wiring};
use crate::bot::media::{Pictures, Programme};
use crate::bot::person::Person;
use crate::bot::slots::SendPlan;
use crate::bot::tap::Tap;
use crate::bot::tone::Voice;
use crate::bot::transport::Transport;
use crate::cli::HostilePlan;
use crate::http::Failure;
use crate::protocol::{Admission, ClientMessage, ServerMessage, own};
use crate::server::Figures;

/// Everything on: the microphone and the three encodings.
const ALL: u8 = 0b1111;
/// The microphone alone.
const VOICE: u8 = 0b0001;
/// Data channel messages of each kind.
const MESSAGES: usize = 10;
/// What the server counts of somebody who is not let in.
const DENIED: [&str; 1] = ["packets_denied_total"];
/// How long the server's figures may lag behind what was sent.
const FIGURES: Duration = Duration::from_secs(3);
/// RTX of VP8 in the bots' offer.
const RTX: u8 = 97;
/// What browsers give to RED.
const RED: u8 = 63;

/// All of them, on one seat.
pub async fn attacks(clinic: &mut Clinic, plan: &HostilePlan, pictures: Pictures) -> Vec<Attack> {
    let mut before =
        Attack::new("media and messages before being let in, as oneself and as others");
    let mut after = Attack::new("media with the old keys after being put out, and a replay of it");
    let intruder = match Intruder::come(clinic, plan, pictures).await {
        Ok(intruder) => intruder,
        Err(failure) => return vec![before.ended(Err(failure))],
    };
    let outcome = intruder.before(clinic, &mut before).await;
    let before = before.ended(outcome);
    let outcome = intruder.after(clinic, &mut after).await;
    vec![before, after.ended(outcome)]
}

/// Somebody whose page obeys nobody.
struct Intruder {
    person: Person,
    tap: Tap,
    /// What it sends, whatever the server wants.
    plan: Arc<SendPlan>,
    spell: Duration,
}

impl Intruder {
    async fn come(
        clinic: &Clinic,
        plan: &HostilePlan,
        pictures: Pictures,
    ) -> Result<Self, Failure> {
        let mut wiring = Wiring::Tapped(None);
        let key = Key::Link(clinic.room.link(INTRUDER)?);
        let body = clinic.body(INTRUDER);
        let mut person = Person::come_through(&clinic.client, key, body, &mut wiring).await?;
        let Wiring::Tapped(Some(tap)) = wiring else {
            let what = "who waits in front was given no transport";
            return Err(Failure::new("client", what));
        };
        let own_plan = Arc::new(SendPlan::default());
        let programme = Programme {
            voice: Voice::new(person.body.tone)?,
            pictures: Some(pictures),
            plan: Arc::clone(&own_plan),
        };
        person.perform(programme).await?;
        Ok(Self {
            person,
            tap,
            plan: own_plan,
            spell: plan.spell,
        })
    }

    /// Sends everything while waiting; then is let in, and heard.
    async fn before(&self, clinic: &mut Clinic, attack: &mut Attack) -> Result<(), Failure> {
        let Self { person, tap, .. } = self;
        attack.expect(!person.plan.microphone(), || {
            "the server wants the microphone of somebody who waits".to_owned()
        });
        let (figures, passed) = (Figures::read(&clinic.client).await?, tap.to_server());
        let (packets, messages) = self.send_everything(clinic, attack).await;
        let passed = tap.to_server() - passed;
        let denied = grown(clinic, &figures, &DENIED, packets).await?;
        attack.note(format!(
            "{packets} RTP packets in {passed} datagrams and {messages} messages sent, {denied} denied"
        ));
        attack.expect(is_about(denied, packets, passed + messages), || {
            format!("{denied} denied is not about what was sent")
        });
        // Messages share datagrams, and a datagram counts once; each piece of garbage nearly fills one of its own.
        let figures = Figures::read(&clinic.client).await?;
        let messages = self.send_messages().await;
        let least = u64::try_from(MESSAGES / 2).unwrap_or_default();
        let denied = grown(clinic, &figures, &DENIED, least).await?;
        attack.note(format!(
            "{messages} messages alone, at least {denied} denied"
        ));
        attack.expect(messages > 0 && denied >= least, || {
            format!("{denied} denied for {messages} messages")
        });
        let received = person.body.hearing.meter.received();
        attack.expect(received == 0, || {
            format!("who waits received {received} packets")
        });
        Ok(())
    }

    /// Is let in and heard; is put out, and sends everything once more.
    async fn after(mut self, clinic: &mut Clinic, attack: &mut Attack) -> Result<(), Failure> {
        clinic.practitioner.sees_waiting(INTRUDER).await?;
        let admit = ClientMessage::Admit { seat: INTRUDER };
        clinic.practitioner.wire.say(admit).await?;
        self.person.let_in().await?;
        self.plan.set(VOICE);
        sleep(self.spell.max(Duration::from_millis(1_500))).await;
        self.plan.set(0);

        // From here on the page hears of nothing, so it keeps its keys and goes on.
        self.tap.go_deaf();
        let remove = ClientMessage::Remove { seat: INTRUDER };
        clinic.practitioner.wire.say(remove).await?;
        let is_out = |message| match message {
            ServerMessage::SeatChanged { seat }
                if seat.seat == INTRUDER && seat.admission == Admission::Removed =>
            {
                Some(())
            }
            _ => None,
        };
        clinic.practitioner.wire.until(is_out).await?;
        let reason = self.person.wire.ended().await?;
        attack.expect(reason == "removed", || format!("told: ended {reason}"));

        let (figures, passed) = (Figures::read(&clinic.client).await?, self.tap.to_server());
        let (packets, messages) = self.send_everything(clinic, attack).await;
        let replayed = self.tap.replay().await?;
        let passed = self.tap.to_server() - passed;
        let endings = [
            "packets_denied_total",
            "datagrams_unknown_source_total",
            "datagrams_refused_total",
        ];
        let refused = grown(clinic, &figures, &endings, packets + replayed).await?;
        attack.note(format!(
            "{packets} RTP packets in {passed} datagrams and {messages} messages sent, {replayed} replayed, \
             {refused} datagrams refused"
        ));
        // The page also goes on checking its connectivity and repeating its messages.
        let most = 2 * (passed + replayed + messages) + 100;
        attack.expect(is_about(refused, packets + replayed, most), || {
            format!("{refused} refused is not about what was sent")
        });
        clinic.practitioner.look().await?;
        let seat = own(&clinic.practitioner.view.seats, INTRUDER);
        attack.expect(
            seat.is_some_and(|seat| seat.admission == Admission::Removed),
            || format!("afterwards the seat is {seat:?}"),
        );
        if let Some(transport) = self.person.transport.take() {
            let _ = transport.end().await;
        }
        Ok(())
    }

    /// RTP, RTX and RED as oneself and as the honest people, and messages; how many packets and messages.
    async fn send_everything(&self, clinic: &Clinic, attack: &mut Attack) -> (u64, u64) {
        let Some(transport) = &self.person.transport else {
            return (0, 0);
        };
        let peer = transport.peer();
        let (microphone, camera) = (&peer.microphone.ssrcs, &peer.camera.ssrcs);
        let as_payload = |ssrcs: &[u32], payload_type| -> HashMap<u32, Mask> {
            let mask = |ssrc| Mask {
                ssrc,
                payload_type: Some(payload_type),
            };
            ssrcs.iter().map(|ssrc| (*ssrc, mask(*ssrc))).collect()
        };
        let as_victim = |victim: &Person| -> HashMap<u32, Mask> {
            let victim = victim.transport.iter().map(Transport::peer);
            let theirs =
                victim.flat_map(|peer| peer.microphone.ssrcs.iter().chain(&peer.camera.ssrcs));
            let mask = |ssrc| Mask {
                ssrc,
                payload_type: None,
            };
            let own = microphone.iter().chain(camera);
            own.zip(theirs.map(|ssrc| mask(*ssrc)))
                .map(|(own, mask)| (*own, mask))
                .collect()
        };
        let kinds = [
            ("as oneself", HashMap::new()),
            ("as RTX", as_payload(camera, RTX)),
            ("as RED", as_payload(microphone, RED)),
            ("as the practitioner", as_victim(&clinic.practitioner)),
            ("as the interpreter", as_victim(&clinic.interpreter)),
        ];
        let (mut packets, mut messages) = (0, 0);
        for (name, masks) in kinds {
            let before = peer.disguise.sent();
            peer.disguise.wear(masks);
            self.plan.set(ALL);
            sleep(self.spell).await;
            // After the first packets, so that the channel is open.
            messages += self.send_messages().await;
            self.plan.set(0);
            let sent = peer.disguise.sent() - before;
            attack.expect(sent > 0, || format!("{name}: nothing left the bot"));
            attack.note(format!("{name}: {sent} RTP packets"));
            packets += sent;
        }
        peer.disguise.wear(HashMap::new());
        (packets, messages)
    }

    /// `SlotReady` for every slot there is and some there are not, and garbage.
    async fn send_messages(&self) -> u64 {
        let mut sent = 0;
        let Some(transport) = &self.person.transport else {
            return sent;
        };
        for number in 0..MESSAGES {
            let epoch = u8::try_from(number).unwrap_or_default();
            let garbage = [0xff; 600];
            for message in [
                &[2, 0, 0, epoch][..],
                &[2, 1, 0, epoch],
                &[2, 7, 0xff, epoch],
                &[1, 0, 0, epoch, 0, 1],
                &garbage,
            ] {
                let message = BytesMut::from(message);
                sent += u64::from(transport.peer().channel.send(message).await.is_ok());
            }
        }
        sent
    }
}

/// By how much the server's figures have grown, once that is nearly `sent` or nothing more is to come.
async fn grown(
    clinic: &Clinic,
    before: &Figures,
    endings: &[&str],
    sent: u64,
) -> Result<u64, Failure> {
    let since = Instant::now();
    loop {
        let grown = Figures::read(&clinic.client).await?.growth(before, endings);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "counters are whole and only grow"
        )]
        let grown = grown as u64;
        if grown >= sent || since.elapsed() > FIGURES {
            return Ok(grown);
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// Nine in ten at least: the kernel may drop some of a burst. One in ten more than `most` for what the bot's
/// library sends by itself.
fn is_about(counted: u64, least: u64, most: u64) -> bool {
    counted * 10 >= least * 9 && counted * 10 <= most * 11 + 100
}
