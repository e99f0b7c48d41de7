//! Rooms of bots that talk and listen for a while.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::verdict::{Measured, judge};
use crate::bot::listen::Meter;
use crate::bot::media::{Pictures, Programme, pictures};
use crate::bot::picture::Colour;
use crate::bot::slots::SendPlan;
use crate::bot::socket::Cues;
use crate::bot::tone::{TONES, Voice, tone_of};
use crate::bot::{self, ADMISSION_TIMEOUT, BotPlan};
use crate::chance::Chance;
use crate::cli::{CallPlan, MAX_PARTICIPANTS, MAX_ROOMS, Rooms};
use crate::http::Client;
use crate::protocol::{CreateRoom, Person, RoomCreated};
use crate::report::Report;

/// A call as a consultation has it.
const ROLES: [&str; 3] = ["practitioner", "patient", "interpreter"];

/// Runs the call and judges it; fails only where nothing could be measured at all.
pub async fn run(plan: &CallPlan) -> anyhow::Result<Report> {
    let client = Client::new(plan.target.clone())?;
    let (links, created) = open_rooms(&client, plan).await?;
    let meter = Arc::new(Meter::default());
    let (stop, stopped) = watch::channel(false);
    let (talk, talking) = watch::channel(false);
    let cues = Cues {
        talk: talking,
        stop: stopped,
    };
    // Never full: a bot sends one word at most.
    let (settled, mut waiting) = mpsc::channel(MAX_ROOMS * MAX_PARTICIPANTS);
    let mut studio = Studio::new(plan);

    let mut bots = JoinSet::new();
    for (room, links) in links.iter().enumerate() {
        if room > 0 {
            sleep(plan.ramp).await;
        }
        for (bot, link) in links.iter().enumerate() {
            let plan = studio.bot(room, bot, link.clone())?;
            bots.spawn(bot::run(
                client.clone(),
                plan,
                Arc::clone(&meter),
                settled.clone(),
                cues.clone(),
            ));
        }
    }
    drop(settled);
    // Ends when the last bot is in, or has given up.
    let mut present = 0_usize;
    while let Some(bot::In) = waiting.recv().await {
        present += 1;
    }

    // Only now: who is let in later is not told what was said before.
    talk.send_replace(true);
    let (started_at, received_before) = (Instant::now(), meter.received());
    if present > 0 {
        sleep(plan.duration).await;
    }
    let measured = Measured {
        time: started_at.elapsed(),
        received: meter.received() - received_before,
    };
    stop.send_replace(true);
    let mut reports = Vec::new();
    while let Some(report) = bots.join_next().await {
        reports.push(report.context("a bot panicked")?);
    }
    reports.sort_by_key(|report| (report.room, report.bot));
    close_rooms(&client, plan, &created).await;
    Ok(judge(&reports, plan, links.len(), measured))
}

/// The links to join with, a list a room, and the ids of the rooms made for it.
async fn open_rooms(
    client: &Client,
    plan: &CallPlan,
) -> anyhow::Result<(Vec<Vec<String>>, Vec<String>)> {
    let (count, admin_secret) = match &plan.rooms {
        Rooms::Join(links) => return Ok((links.clone(), Vec::new())),
        Rooms::Create {
            count,
            admin_secret,
        } => (*count, admin_secret),
    };
    let (mut links, mut ids) = (Vec::new(), Vec::new());
    for room in 0..count {
        let people = ROLES
            .iter()
            .take(plan.participants)
            .enumerate()
            .map(|(bot, role)| Person {
                name: format!("Bot {}.{}", room + 1, bot + 1),
                role,
            })
            .collect();
        let created: RoomCreated = client
            .post(
                "/v1/rooms",
                Some(admin_secret),
                &CreateRoom {
                    people,
                    expires_in_seconds: None,
                },
            )
            .await
            .map_err(|failure| {
                anyhow::anyhow!("room {}: {} ({})", room + 1, failure.code, failure.detail)
            })?;
        if created.links.len() != plan.participants {
            bail!(
                "room {}: {} links for {} people",
                room + 1,
                created.links.len(),
                plan.participants
            );
        }
        links.push(created.links);
        ids.push(created.room);
    }
    Ok((links, ids))
}

/// Ends the rooms this run has made; what stays behind ends by the server's own rules.
async fn close_rooms(client: &Client, plan: &CallPlan, created: &[String]) {
    if let Rooms::Create { admin_secret, .. } = &plan.rooms {
        for room in created {
            if let Err(failure) = client
                .delete(&format!("/v1/rooms/{room}"), admin_secret)
                .await
            {
                eprintln!("room was not ended: {} ({})", failure.code, failure.detail);
            }
        }
    }
}

/// Makes what the bots play; equal voices and pictures are made once.
struct Studio<'a> {
    plan: &'a CallPlan,
    tones: Arc<[u16]>,
    voices: HashMap<u16, Voice>,
    pictures: Vec<(Colour, Pictures)>,
}

impl<'a> Studio<'a> {
    fn new(plan: &'a CallPlan) -> Self {
        let mut tones: Vec<u16> = TONES.iter().chain(&plan.listen_for).copied().collect();
        tones.sort_unstable();
        tones.dedup();
        let palette = if plan.video {
            &Colour::PALETTE[..]
        } else {
            &[]
        };
        let pictures = palette
            .iter()
            .map(|colour| (*colour, pictures(*colour)))
            .collect();
        Self {
            plan,
            tones: tones.into(),
            voices: HashMap::new(),
            pictures,
        }
    }

    fn bot(&mut self, room: usize, bot: usize, link: String) -> anyhow::Result<BotPlan> {
        let tone = tone_of(self.plan.seed, room, bot);
        let voice = match self.voices.get(&tone) {
            Some(voice) => voice.clone(),
            None => self.voices.entry(tone).or_insert(Voice::new(tone)?).clone(),
        };
        let picture = self.pictures.get((room + bot) % self.pictures.len().max(1));
        let colour = picture.map(|(colour, _)| *colour);
        let pictures = picture.map(|(_, pictures)| Arc::clone(pictures));
        let programme = Programme {
            voice,
            pictures,
            plan: Arc::new(SendPlan::default()),
        };
        let chance = Chance::new(self.plan.seed, room, bot);
        Ok(BotPlan {
            room,
            bot,
            link,
            tone,
            colour,
            programme,
            tones: Arc::clone(&self.tones),
            chance,
        })
    }
}

/// How long a run of this plan may take at most, for the caller that bounds it.
pub fn longest(plan: &CallPlan) -> Duration {
    let rooms = match &plan.rooms {
        Rooms::Create { count, .. } => *count,
        Rooms::Join(links) => links.len(),
    };
    let rooms = u32::try_from(rooms).unwrap_or(u32::MAX);
    // Making and ending a room, the ramp; then a join and a transport that both time out.
    (plan.ramp + Duration::from_millis(200)) * rooms
        + plan.duration
        + Duration::from_mins(1)
        + 2 * ADMISSION_TIMEOUT
}
