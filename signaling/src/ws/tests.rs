//! Real sockets on loopback, with a client that is not our own.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, Version};
use futures_util::{SinkExt, StreamExt};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role as SocketRole;

use crate::auth::AdminSecret;
use crate::ids::SeatId;
use crate::media_port::fake::FakeMedia;
use crate::opaque::{AttemptId, LinkToken};
use crate::protocol::{
    Admission, CreateRoomRequest, EndReason, ErrorCode, JoinRequest, LinkLifetime, Person, Role,
    Seat, ServerMessage,
};
use crate::service::{Service, Settings};
use crate::store::Store;
use crate::text::DisplayName;

struct World {
    service: Service,
    address: SocketAddr,
    links: Vec<LinkToken>,
}

impl World {
    async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    async fn with(settings: Settings) -> Self {
        let store = Store::in_memory().unwrap();
        let media = Arc::new(FakeMedia::new());
        let access = crate::http::tests::access(&store, crate::Clock::system());
        let service = Service::new(Arc::new(store), media, settings);
        let people = [("Lan", Role::Practitioner), ("Sính", Role::Patient)];
        let people = people.map(|(name, role)| Person {
            name: DisplayName::parse(name).unwrap(),
            role,
            languages: None,
        });
        let request = CreateRoomRequest {
            people: people.into(),
            expires_in: LinkLifetime::default(),
        };
        let links = service.create_room(request).await.unwrap().links;
        let router = crate::router(service.clone(), AdminSecret::new("secret"), access);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let make = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async { axum::serve(listener, make).await });
        Self {
            service,
            address,
            links,
        }
    }

    /// Joins a seat; answers the `hello` that goes with it.
    async fn join(&self, person: usize) -> String {
        let request = JoinRequest {
            version: 1,
            link: self.links[person].clone().into(),
            attempt: AttemptId::from_bytes([u8::try_from(person).unwrap(); 16]),
            offer: "v=0".to_owned(),
            takeover: false,
            network: None,
            ice: None,
        };
        let address = self.address.ip();
        let joined = self.service.join(request, address).await.unwrap();
        let resume = joined.resume.as_str();
        format!(r#"{{"type":"hello","version":1,"resume":"{resume}"}}"#)
    }

    async fn open(&self) -> Page<TcpStream> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let url = format!("ws://{}/v1/connect", self.address);
        let (socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
        Page { socket }
    }

    async fn enter(&self, person: usize) -> Page<TcpStream> {
        let hello = self.join(person).await;
        let mut page = self.open().await;
        page.say(&hello).await;
        assert!(matches!(page.hear().await, ServerMessage::Welcome { .. }));
        page
    }

    async fn no_sockets_are_left(&self) {
        let mut count = self.service.watch_websockets();
        count.wait_for(|count| *count == 0).await.unwrap();
    }
}

struct Page<S> {
    socket: WebSocketStream<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Page<S> {
    async fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    async fn next(&mut self) -> Message {
        self.socket.next().await.unwrap().unwrap()
    }

    async fn hear(&mut self) -> ServerMessage {
        match self.next().await {
            Message::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("text was expected, got {other:?}"),
        }
    }

    /// Skips until a seat is as wanted.
    async fn sees(&mut self, wanted: impl Fn(&Seat) -> bool) {
        loop {
            match self.hear().await {
                ServerMessage::SeatChanged { seat } if wanted(&seat) => return,
                ServerMessage::SeatChanged { .. } => {}
                other => panic!("seatChanged was expected, got {other:?}"),
            }
        }
    }

    async fn hears_error(&mut self, wanted: ErrorCode) {
        match self.hear().await {
            ServerMessage::Error { code, .. } => assert_eq!(code, wanted),
            other => panic!("an error was expected, got {other:?}"),
        }
    }

    async fn is_closed_with(&mut self, wanted: u16) {
        match self.next().await {
            Message::Close(Some(frame)) => assert_eq!(u16::from(frame.code), wanted),
            other => panic!("a close was expected, got {other:?}"),
        }
    }
}

#[tokio::test]
async fn two_pages_talk_and_part() {
    let world = World::new().await;
    let mut lan = world.enter(0).await;
    let mut sinh = world.enter(1).await;
    lan.sees(|seat| seat.present).await;
    lan.say(r#"{"type":"admit","seat":2}"#).await;
    lan.sees(|seat| seat.admission == Admission::Admitted).await;
    sinh.sees(|seat| seat.admission == Admission::Admitted)
        .await;
    sinh.say(r#"{"type":"chat","ref":"m1","text":"Chào bác sĩ"}"#)
        .await;
    for (page, named) in [(&mut lan, false), (&mut sinh, true)] {
        let ServerMessage::Chat(entry) = page.hear().await else {
            panic!("chat was expected")
        };
        assert_eq!(entry.text.as_str(), "Chào bác sĩ");
        assert_eq!(entry.r#ref.is_some(), named);
    }
    sinh.say(r#"{"type":"leave"}"#).await;
    let reason = EndReason::Left;
    assert_eq!(sinh.hear().await, ServerMessage::Ended { reason });
    sinh.is_closed_with(1000).await;
    lan.sees(|seat| seat.seat == SeatId(2) && !seat.present)
        .await;
    drop((lan, sinh));
    world.no_sockets_are_left().await;
}

#[tokio::test]
async fn a_stranger_is_told_and_closed() {
    let world = World::new().await;
    let mut page = world.open().await;
    page.say(r#"{"type":"hello","version":1,"resume":"AAAAAAAAAAAAAAAAAAAAAA"}"#)
        .await;
    page.hears_error(ErrorCode::LinkUnknown).await;
    page.is_closed_with(1000).await;
}

#[tokio::test]
async fn whoever_breaks_the_rules_is_told_and_closed() {
    let world = World::new().await;
    let mut page = world.open().await;
    page.say(r#"{"type":"leave"}"#).await;
    page.hears_error(ErrorCode::Malformed).await;
    page.is_closed_with(1008).await;

    let mut page = world.enter(0).await;
    page.say("{").await;
    page.hears_error(ErrorCode::Malformed).await; // and stays
    page.socket
        .send(Message::binary(vec![1, 2, 3]))
        .await
        .unwrap();
    page.hears_error(ErrorCode::Malformed).await;
    page.say(&"x".repeat(20_000)).await;
    page.hears_error(ErrorCode::TooLarge).await;
    page.is_closed_with(1009).await;
}

#[tokio::test]
async fn an_absurd_frame_is_cut_off() {
    let world = World::new().await;
    let mut page = world.enter(0).await;
    let flood = Message::text("x".repeat(1_000_000));
    page.socket.send(flood).await.ok(); // may fail half-way
    while let Some(Ok(_)) = page.socket.next().await {}
    world.no_sockets_are_left().await;
}

#[tokio::test]
async fn a_page_that_vanishes_keeps_its_seat() {
    let world = World::new().await;
    let lan = world.enter(0).await;
    drop(lan);
    world.no_sockets_are_left().await;
    assert_eq!(world.service.counts().seats_present, 1);
}

#[tokio::test]
async fn one_socket_too_many_is_refused_before_it_opens() {
    let world = World::with(Settings {
        max_websockets: 1,
        ..Settings::default()
    })
    .await;
    let _first = world.enter(0).await;
    let stream = TcpStream::connect(world.address).await.unwrap();
    let url = format!("ws://{}/v1/connect", world.address);
    let error = tokio_tungstenite::client_async(url, stream).await.err();
    assert!(error.unwrap().to_string().contains("503"));
}

#[tokio::test]
async fn a_stopping_server_says_so_to_everybody() {
    let world = World::new().await;
    let mut lan = world.enter(0).await;
    let drain = world.service.drain(std::time::Duration::ZERO);
    let told = async {
        let reason = EndReason::Drain;
        assert_eq!(lan.hear().await, ServerMessage::Ended { reason });
        lan.is_closed_with(1000).await;
        assert!(lan.socket.next().await.is_none_or(|end| end.is_err()));
    };
    tokio::join!(drain, told);
    assert_eq!(world.service.counts().websockets, 0);
}

#[tokio::test]
async fn a_websocket_over_http_2_works_the_same() {
    let world = World::new().await;
    let hello = world.join(0).await;
    let stream = TcpStream::connect(world.address).await.unwrap();
    let io = TokioIo::new(stream);
    let (mut client, connection) = hyper::client::conn::http2::Builder::new(TokioExecutor::new())
        .handshake(io)
        .await
        .unwrap();
    tokio::spawn(connection);
    let request = Request::builder()
        .method(Method::CONNECT)
        .version(Version::HTTP_2)
        .uri(format!("http://{}/v1/connect", world.address))
        .extension(hyper::ext::Protocol::from_static("websocket"))
        .header("sec-websocket-version", "13")
        .body(Body::empty())
        .unwrap();
    let mut response = client.send_request(request).await.unwrap();
    assert_eq!(response.status(), 200);
    let upgraded = hyper::upgrade::on(&mut response).await.unwrap();
    let io = TokioIo::new(upgraded);
    let socket = WebSocketStream::from_raw_socket(io, SocketRole::Client, None).await;
    let mut page = Page { socket };
    page.say(&hello).await;
    assert!(matches!(page.hear().await, ServerMessage::Welcome { .. }));
}
