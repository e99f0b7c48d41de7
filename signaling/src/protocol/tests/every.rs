//! One message of each kind, with every optional field.

use super::*;
use crate::text::PaperText;

pub(super) const LATE: LateNotice = LateNotice {
    minutes: 10,
    at: Timestamp(1_732_200_000_000),
};

fn text_hash() -> TextHash {
    "0123456789abcdef".repeat(4).try_into().unwrap()
}

pub(super) fn consents() -> Consents {
    let given = ConsentState {
        subject: SeatId(2),
        scope: ConsentScope::CareByVideo,
        standing: ConsentStanding::Given,
        at: Timestamp(1_732_200_000_000),
        by: Some(SeatId(2)),
        method: Some(ConsentMethod::Spoken),
        reader: Some(SeatId(3)),
        hash: Some(text_hash()),
        language: Some(LanguageCode::parse("vi").unwrap()),
    };
    let withdrawn = ConsentState {
        scope: ConsentScope::InterpreterPresent,
        standing: ConsentStanding::Withdrawn,
        by: None,
        method: None,
        reader: None,
        hash: None,
        language: None,
        ..given.clone()
    };
    Consents {
        asked: vec![ConsentScope::CareByVideo, ConsentScope::InterpreterPresent],
        known: vec![given, withdrawn],
        withheld: vec![SeatId(3)],
    }
}

/// One of each; the match keeps the list complete.
pub(super) fn every_client_message() -> Vec<(&'static str, ClientMessage)> {
    let (network, kind) = (NetworkLevel::Weak, TurnKind::Slower);
    let all = [
        ClientMessage::Hello {
            version: 1,
            resume: ResumeToken::parse(OPAQUE).unwrap(),
        },
        ClientMessage::Media {
            microphone: true,
            camera: false,
        },
        ClientMessage::Chat {
            r#ref: ChatRef::parse("m1").unwrap(),
            text: ChatText::parse("Chào bác sĩ").unwrap(),
            to: Some(SeatId(2)),
        },
        ClientMessage::Connection { network },
        ClientMessage::Hand { raised: true },
        ClientMessage::Turn { kind },
        ClientMessage::Leave {},
        ClientMessage::Admit { seat: SeatId(2) },
        ClientMessage::Deny { seat: SeatId(2) },
        ClientMessage::Hold { seat: SeatId(2) },
        ClientMessage::Remove { seat: SeatId(2) },
        ClientMessage::AskMute { seat: SeatId(2) },
        ClientMessage::Lock { locked: true },
        ClientMessage::OpenCard { seat: SeatId(2) },
        ClientMessage::Consent {
            subject: SeatId(2),
            hash: text_hash(),
            language: LanguageCode::parse("vi").unwrap(),
            scopes: vec![ConsentScope::CareByVideo, ConsentScope::InterpreterPresent],
            reader: Some(SeatId(3)),
            spoken_by: Some(SeatId(2)),
        },
        ClientMessage::WithdrawConsent {
            subject: SeatId(2),
            scopes: vec![ConsentScope::ObserverPresent],
        },
        ClientMessage::WritePaper {
            paper: Paper::Notes,
            base: 3,
            text: PaperText("Ho ba ngày, không sốt.".to_owned()),
        },
        ClientMessage::SignOff {
            paper: Paper::Summary,
            version: 4,
        },
        ClientMessage::Treat { seat: SeatId(2) },
        ClientMessage::Represent {
            seat: Some(SeatId(4)),
        },
        ClientMessage::Late { minutes: Some(10) },
        ClientMessage::End {},
    ];
    let name = |message: &ClientMessage| match message {
        ClientMessage::Hello { .. } => "hello",
        ClientMessage::Media { .. } => "media",
        ClientMessage::Connection { .. } => "connection",
        ClientMessage::Hand { .. } => "hand",
        ClientMessage::Chat { .. } => "chat",
        ClientMessage::Turn { .. } => "turn",
        ClientMessage::Leave {} => "leave",
        ClientMessage::Admit { .. } => "admit",
        ClientMessage::Deny { .. } => "deny",
        ClientMessage::Hold { .. } => "hold",
        ClientMessage::Remove { .. } => "remove",
        ClientMessage::AskMute { .. } => "askMute",
        ClientMessage::Lock { .. } => "lock",
        ClientMessage::OpenCard { .. } => "openCard",
        ClientMessage::Consent { .. } => "consent",
        ClientMessage::WithdrawConsent { .. } => "withdrawConsent",
        ClientMessage::WritePaper { .. } => "writePaper",
        ClientMessage::SignOff { .. } => "signOff",
        ClientMessage::Treat { .. } => "treat",
        ClientMessage::Represent { .. } => "represent",
        ClientMessage::Late { .. } => "late",
        ClientMessage::End {} => "end",
    };
    all.map(|message| (name(&message), message)).into()
}

pub(super) fn every_server_message() -> Vec<(&'static str, ServerMessage)> {
    let all = [
        ServerMessage::Welcome {
            you: SeatId(1),
            seats: vec![lan()],
            chat: vec![entry(None)],
            locked: false,
            late: Some(LATE),
            consents: consents(),
            now: Timestamp(1_732_200_000_000),
        },
        ServerMessage::SeatChanged { seat: waiting() },
        ServerMessage::SeatGone { seat: SeatId(2) },
        ServerMessage::LockChanged { locked: true },
        ServerMessage::Late { late: Some(LATE) },
        ServerMessage::Consents(consents()),
        ServerMessage::Paper(PaperState {
            paper: Paper::Notes,
            version: 4,
            at: Timestamp(1_732_200_000_000),
            by: SeatId(1),
            text: PaperText("Ho ba ngày, không sốt.".to_owned()),
            signature: Some(PaperSignature {
                version: 3,
                at: Timestamp(1_732_200_000_000),
                by: SeatId(1),
            }),
        }),
        ServerMessage::PaperSaved {
            paper: Paper::Summary,
            version: 4,
            at: Timestamp(1_732_200_000_000),
        },
        ServerMessage::MuteRequested { by: SeatId(1) },
        ServerMessage::Turn {
            seat: SeatId(3),
            kind: TurnKind::Repeat,
            at: Timestamp(1_732_200_000_000),
        },
        ServerMessage::Chat(entry(Some("m1"))),
        ServerMessage::Rejoin {
            reason: RejoinReason::TransportLost,
        },
        ServerMessage::Ended {
            reason: EndReason::TakenOver,
        },
        ServerMessage::Error {
            code: ErrorCode::RateLimited,
            message: "too many chat messages: 1 a second at most".to_owned(),
        },
    ];
    let name = |message: &ServerMessage| match message {
        ServerMessage::Welcome { .. } => "welcome",
        ServerMessage::SeatChanged { .. } => "seatChanged",
        ServerMessage::SeatGone { .. } => "seatGone",
        ServerMessage::LockChanged { .. } => "lockChanged",
        ServerMessage::Late { .. } => "late",
        ServerMessage::Consents(_) => "consents",
        ServerMessage::Paper(_) => "paper",
        ServerMessage::PaperSaved { .. } => "paperSaved",
        ServerMessage::MuteRequested { .. } => "muteRequested",
        ServerMessage::Turn { .. } => "turn",
        ServerMessage::Chat(_) => "chat",
        ServerMessage::Rejoin { .. } => "rejoin",
        ServerMessage::Ended { .. } => "ended",
        ServerMessage::Error { .. } => "error",
    };
    all.map(|message| (name(&message), message)).into()
}
