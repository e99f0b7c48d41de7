//! A page's side of a probe: it collects the server's trains and answers each with one of its own.

use std::time::{Duration, Instant};

use str0m::Rtc;
use str0m::channel::ChannelId;

/// A wish may be lost.
const SAY_AGAIN: Duration = Duration::from_secs(2);

/// What is missing of a train after this is lost.
const NEXT_WITHIN: Duration = Duration::from_millis(800);

/// The state of it.
#[derive(Debug, Default)]
pub struct Prober {
    /// Probes asked for.
    asked: u8,
    /// When to ask for the same once more, until its first train is there.
    say_again: Option<Instant>,
    train: Option<Train>,
    /// The trains of this probe and round have been answered.
    answered: Option<(u8, u8)>,
    /// It answers nothing, as pages that know of no probes.
    pub is_deaf: bool,
    /// Messages that came and went, with their time.
    pub messages: Vec<(Instant, usize)>,
    /// Every level that it was told.
    pub levels: Vec<(Instant, u8)>,
}

#[derive(Debug)]
struct Train {
    place: (u8, u8),
    messages: u8,
    back: (u8, u16),
    came: Vec<Instant>,
}

impl Prober {
    /// Asks for the next probe.
    pub fn ask(&mut self, now: Instant, rtc: &mut Rtc, link: ChannelId) {
        self.asked += 1;
        self.say_again = Some(now + SAY_AGAIN);
        send(rtc, link, &[6, self.asked]);
    }

    /// A level came.
    pub fn told(&mut self, now: Instant, level: u8) {
        self.levels.push((now, level));
    }

    /// One message of a train came.
    pub fn hear(&mut self, now: Instant, message: &[u8], rtc: &mut Rtc, link: ChannelId) {
        if self.is_deaf {
            return;
        }
        self.say_again = None;
        self.messages.push((now, message.len()));
        let [_, probe, round, _, messages, back, b1, b0, ..] = *message else {
            return;
        };
        let place = (probe, round);
        if self.answered == Some(place) {
            return;
        }
        if self.train.as_ref().is_none_or(|train| train.place != place) {
            self.train = Some(Train {
                place,
                messages,
                back: (back, u16::from_be_bytes([b1, b0])),
                came: Vec::new(),
            });
        }
        let train = self.train.as_mut().unwrap();
        train.came.push(now);
        if train.came.len() >= usize::from(train.messages) {
            self.answer(now, rtc, link);
        }
    }

    /// When what is missing counts as lost.
    pub fn deadline(&self) -> Option<Instant> {
        let train = self.train.as_ref();
        let latest = train.and_then(|train| train.came.last());
        let is_lost = latest.map(|latest| *latest + NEXT_WITHIN);
        is_lost.into_iter().chain(self.say_again).min()
    }

    /// Goes by time.
    pub fn advance(&mut self, now: Instant, rtc: &mut Rtc, link: ChannelId) {
        if self.say_again.is_some_and(|at| at <= now) {
            self.say_again = Some(now + SAY_AGAIN);
            send(rtc, link, &[6, self.asked]);
        }
        let latest = self.train.as_ref().and_then(|train| train.came.last());
        if latest.is_some_and(|latest| *latest + NEXT_WITHIN <= now) {
            self.answer(now, rtc, link);
        }
    }

    fn answer(&mut self, now: Instant, rtc: &mut Rtc, link: ChannelId) {
        let train = self.train.take().unwrap();
        self.answered = Some(train.place);
        let (first, last) = (train.came[0], train.came[train.came.len() - 1]);
        let [s1, s0] = u16::try_from((last - first).as_millis())
            .unwrap()
            .to_be_bytes();
        let (messages, bytes) = train.back;
        let received = u8::try_from(train.came.len()).unwrap();
        for index in 0..messages {
            let (probe, round) = train.place;
            let mut message = vec![8, probe, round, index, messages, received, s1, s0];
            message.resize(usize::from(bytes), 0);
            self.messages.push((now, message.len()));
            send(rtc, link, &message);
        }
    }
}

fn send(rtc: &mut Rtc, link: ChannelId, message: &[u8]) {
    if let Some(mut channel) = rtc.channel(link) {
        channel.write(true, message).unwrap();
    }
}
