//! The service with its real rooms and store, over a fake media plane. Time stands still unless
//! all is idle; nothing sleeps.

mod admission;
mod appointments;
mod attempts;
mod conflict;
mod consents;
mod erasure;
mod joins;
mod late;
mod lifecycle;
mod limits;
mod links;
mod matrix;
mod media;
mod papers;
mod parts;
mod policy;
mod restart;
mod seats;
mod sockets;
mod store_away;
mod visits;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt;

use super::*;
use crate::clock::Clock;
use crate::connection::Said;
use crate::ids::{RoomId, SeatId, Timestamp};
use crate::media_port::fake::FakeMedia;
use crate::opaque::{AttemptId, LinkToken, ResumeToken};
use crate::protocol::{
    CreateRoomRequest, CreateRoomResponse, EndReason, JoinRequest, JoinResponse, LinkLifetime,
    Person, ResumeRequest, Role, Seat, ServerMessage,
};
use crate::room::{JoinError, LinkChangeError, Outgoing, Receiver};
use crate::store::Store;
use crate::text::DisplayName;

const LAN: usize = 0;
const SINH: usize = 1;
const MAI: usize = 2;
const SON: usize = 3;
const NAMES: [&str; 4] = ["Bác sĩ Lan", "Cụ Sính", "Mai", "Anh Sơn"];
const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

fn seat(person: usize) -> SeatId {
    SeatId(u16::try_from(person + 1).unwrap())
}

/// A room for people of these roles, named as above.
async fn open(service: &Service, roles: &[Role]) -> CreateRoomResponse {
    let people = NAMES.iter().cycle().zip(roles).map(|(name, role)| Person {
        name: DisplayName::parse(name).unwrap(),
        role: *role,
        languages: None,
    });
    let request = CreateRoomRequest {
        people: people.collect(),
        expires_in: LinkLifetime::default(),
    };
    service.create_room(request).await.unwrap()
}

/// One server, one consultation of four invited people.
struct World {
    service: Service,
    media: Arc<FakeMedia>,
    store: Store,
    time: Arc<AtomicU64>,
    attempts: AtomicU64,
    room: RoomId,
    links: Vec<LinkToken>,
}

impl World {
    async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    async fn with(settings: Settings) -> Self {
        Self::over(Store::in_memory().unwrap(), settings).await
    }

    async fn over(store: Store, settings: Settings) -> Self {
        let media = Arc::new(FakeMedia::new());
        let time = Arc::new(AtomicU64::new(1_000));
        let read = Arc::clone(&time);
        let settings = Settings {
            clock: Clock::new(move || Timestamp(read.load(Ordering::Relaxed))),
            ..settings
        };
        let service = Service::new(Arc::new(store.clone()), media.clone(), settings);
        let roles = [
            Role::Practitioner,
            Role::Patient,
            Role::Interpreter,
            Role::Companion,
        ];
        let created = open(&service, &roles).await;
        Self {
            service,
            media,
            store,
            time,
            attempts: AtomicU64::new(0),
            room: created.room,
            links: created.links,
        }
    }

    /// The same store behind a new process with a new media plane.
    fn restarted(self) -> Self {
        let media = Arc::new(FakeMedia::new());
        let settings = self.service.0.shared.settings.clone();
        let service = Service::new(Arc::new(self.store.clone()), media.clone(), settings);
        Self {
            service,
            media,
            ..self
        }
    }

    fn request(&self, person: usize) -> JoinRequest {
        let number = self.attempts.fetch_add(1, Ordering::Relaxed);
        JoinRequest {
            version: 1,
            link: self.links[person].clone().into(),
            attempt: AttemptId::from_bytes(u128::from(number).to_be_bytes()),
            offer: "v=0".to_owned(),
            takeover: false,
            network: None,
            ice: None,
        }
    }

    async fn try_join(&self, person: usize) -> Result<Arc<JoinResponse>, JoinError> {
        self.service.join(self.request(person), ADDRESS).await
    }

    async fn join(&self, person: usize) -> Arc<JoinResponse> {
        self.try_join(person).await.unwrap()
    }

    /// A second page for a seat, after its person was asked.
    async fn take_over(&self, person: usize) -> Arc<JoinResponse> {
        let mut request = self.request(person);
        request.takeover = true;
        self.service.join(request, ADDRESS).await.unwrap()
    }

    fn resume_request(&self, resume: &ResumeToken) -> ResumeRequest {
        let number = self.attempts.fetch_add(1, Ordering::Relaxed);
        ResumeRequest {
            version: 1,
            resume: resume.clone(),
            attempt: AttemptId::from_bytes(u128::from(number).to_be_bytes()),
            offer: "v=0".to_owned(),
            holds: false,
            network: None,
        }
    }

    async fn try_resume(&self, resume: &ResumeToken) -> Result<Arc<JoinResponse>, JoinError> {
        let request = self.resume_request(resume);
        self.service.resume(request, ADDRESS).await
    }

    async fn resume(&self, resume: &ResumeToken) -> Arc<JoinResponse> {
        self.try_resume(resume).await.unwrap()
    }

    async fn connect(&self, resume: &ResumeToken) -> Page {
        self.try_connect(resume).await.unwrap()
    }

    async fn try_connect(&self, resume: &ResumeToken) -> Result<Page, ConnectError> {
        let (connected, receiver) = self.service.connect(resume, ADDRESS).await?;
        Ok(Page {
            connected,
            receiver,
        })
    }

    /// Joins, connects, and takes the welcome.
    async fn enter(&self, person: usize) -> Page {
        let joined = self.join(person).await;
        self.welcomed(&joined.resume).await
    }

    async fn welcomed(&self, resume: &ResumeToken) -> Page {
        let mut page = self.connect(resume).await;
        assert!(matches!(page.next().await, ServerMessage::Welcome { .. }));
        page
    }

    /// Lan and Sính in the consultation, with nothing left to hear.
    async fn two_in(&self) -> (Page, Page) {
        let mut lan = self.enter(LAN).await;
        let mut sinh = self.enter(SINH).await;
        lan.says(Said::Admit { seat: seat(SINH) }).await;
        self.present().await;
        lan.drain();
        sinh.drain();
        (lan, sinh)
    }

    async fn up(&self, person: usize) {
        let (room, seat) = (self.room, seat(person));
        let event = MediaEvent::TransportUp { room, seat };
        self.service.handle_media_event(event).await;
    }

    async fn lost(&self, person: usize) {
        let (room, seat) = (self.room, seat(person));
        let event = MediaEvent::TransportLost { room, seat };
        self.service.handle_media_event(event).await;
    }

    /// Who is present, as the room says. Also a way to wait until it has done all before.
    async fn present(&self) -> Vec<SeatId> {
        let Some(known) = self.service.debug_room(self.room).await else {
            return Vec::new();
        };
        let seats = known["signaling"]["seats"].as_array().unwrap().clone();
        seats
            .iter()
            .filter(|seat| seat["present"] == true)
            .map(|seat| serde_json::from_value(seat["seat"].clone()).unwrap())
            .collect()
    }

    async fn passes(&self, time: Duration) {
        tokio::time::sleep(time).await; // stopped clock: jumps when all is idle
    }
}

/// One page's socket.
struct Page {
    connected: Connected,
    receiver: Receiver,
}

impl Page {
    async fn next(&mut self) -> ServerMessage {
        // Stopped clock: what does not come without delay does not come.
        let next = tokio::time::timeout(Duration::from_mins(5), self.receiver.next());
        match next.await {
            Ok(Ok(Some(Outgoing::Message(message)))) => message,
            other => panic!("a message was expected, got {other:?}"),
        }
    }

    async fn says(&self, said: Said) {
        self.connected.say(said).await;
    }

    /// What is there to hear now.
    fn drain(&mut self) -> Vec<ServerMessage> {
        let mut heard = Vec::new();
        while let Some(outgoing) = self.receiver.next().now_or_never() {
            match outgoing {
                Ok(Some(Outgoing::Message(message))) => heard.push(message),
                _ => return heard,
            }
        }
        heard
    }

    /// The next message, which is about a seat.
    async fn sees(&mut self) -> Seat {
        match self.next().await {
            ServerMessage::SeatChanged { seat } => seat,
            other => panic!("seatChanged was expected, got {other:?}"),
        }
    }

    async fn is_refused(&mut self, wanted: crate::protocol::ErrorCode) -> String {
        match self.next().await {
            ServerMessage::Error { code, message } => {
                assert_eq!(code, wanted, "{message}");
                message
            }
            other => panic!("an error was expected, got {other:?}"),
        }
    }

    async fn is_closed(&mut self) -> bool {
        matches!(self.receiver.next().await, Ok(Some(Outgoing::Close) | None))
    }

    async fn ends_with(mut self, reason: EndReason) {
        assert_eq!(self.next().await, ServerMessage::Ended { reason });
        assert!(self.is_closed().await);
        self.connected.disconnect().await;
    }
}
