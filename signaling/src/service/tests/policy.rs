//! The policy table against real rooms: every role, in every admission, says everything, to
//! everybody. What the table forbids changes nothing, and nobody but the speaker hears of it;
//! what it allows is done.

use super::*;
use crate::consultation::policy::{Target, check, check_target};
use crate::consultation::{self as domain, Action, Admission, Minutes, Phase, State};
use crate::protocol::{ErrorCode, NetworkLevel, TurnKind};
use crate::store::{RoomStore, StoredRoom};

const BOSS: usize = 0;
const SPEAKER: usize = 1;
const OTHER: usize = 2;
const ROLES: [Role; 5] = [
    Role::Practitioner,
    Role::Patient,
    Role::Interpreter,
    Role::Companion,
    Role::Observer,
];

/// Whom something is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whom {
    Nobody,
    Oneself,
    Boss,
    Other(Admission),
}

/// Stands for a proxy, so that the limits of an address play no part.
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

struct Case {
    world: World,
    boss: Page,
    speaker: Option<Page>,
    other: Option<Page>,
    speaks: SeatId,
}

impl Case {
    /// A room in which the speaker and the other are as wanted; `None` where no way leads there.
    async fn new(
        world: World,
        role: Role,
        speaker: Admission,
        other: Admission,
    ) -> Result<Self, World> {
        let roles = [Role::Practitioner, role, Role::Patient];
        let room = open(&world.service, &roles).await;
        let world = World {
            room: room.room,
            links: room.links,
            ..world
        };
        let boss = world.sit(BOSS).await;
        let mut case = Self {
            world,
            boss,
            speaker: None,
            other: None,
            speaks: seat(SPEAKER),
        };
        case.speaker = case.brought(SPEAKER, speaker).await;
        case.other = case.brought(OTHER, other).await;
        if case.admission(SPEAKER).await != speaker || case.admission(OTHER).await != other {
            return Err(case.world);
        }
        case.quiet().await;
        Ok(case)
    }

    async fn brought(&self, person: usize, wanted: Admission) -> Option<Page> {
        if wanted == Admission::None {
            return None;
        }
        let page = self.world.sit(person).await;
        let seat = seat(person);
        match wanted {
            Admission::Held => self.boss.says(Said::Hold { seat }).await,
            Admission::Admitted => self.boss.says(Said::Admit { seat }).await,
            Admission::Denied => self.boss.says(Said::Deny { seat }).await,
            Admission::Removed => self.boss.says(Said::Remove { seat }).await,
            Admission::None | Admission::Waiting => {}
        }
        self.world.present().await;
        Some(page)
    }

    async fn quiet(&mut self) {
        self.world.present().await;
        let pages = [
            Some(&mut self.boss),
            self.speaker.as_mut(),
            self.other.as_mut(),
        ];
        for page in pages.into_iter().flatten() {
            page.drain();
        }
    }

    async fn stored(&self) -> StoredRoom {
        self.world
            .store
            .load(self.world.room)
            .await
            .unwrap()
            .unwrap()
    }

    async fn state(&self) -> State {
        domain::replay(&self.stored().await.events)
    }

    async fn admission(&self, person: usize) -> Admission {
        self.state().await.seat(seat(person)).unwrap().admission
    }

    fn seat_of(&self, whom: Whom) -> SeatId {
        match whom {
            Whom::Nobody => SeatId(9),
            Whom::Oneself => self.speaks,
            Whom::Boss => seat(BOSS),
            Whom::Other(_) => seat(OTHER),
        }
    }

    /// What the table says, as the code of the refusal.
    fn wanted(&self, state: &State, words: Words, whom: Whom) -> Result<(), ErrorCode> {
        let speaker = state.seat(self.speaks).unwrap();
        let code = |error: domain::PolicyError| ErrorCode::from_code(error.code());
        check(words.action(), speaker.role, speaker.admission).map_err(code)?;
        if words == Words::Late && !state.phase().is_ahead() {
            return Err(ErrorCode::WrongState);
        }
        let (Some(action), Some(done)) = (words.done_to(), words.leads_to()) else {
            return Ok(());
        };
        check(action, speaker.role, speaker.admission).map_err(code)?;
        let target = state
            .seat(self.seat_of(whom))
            .ok_or(ErrorCode::WrongState)?;
        if Some(target.admission) == done {
            return Ok(()); // so already
        }
        let target = Target {
            admission: target.admission,
            is_present: target.is_present(),
            is_self: whom == Whom::Oneself,
        };
        check_target(action, target).map_err(code)
    }
}

impl World {
    async fn sit(&self, person: usize) -> Page {
        let joined = self.service.join(self.request(person), HERE).await.unwrap();
        self.welcomed(&joined.resume).await
    }
}

/// One of everything that a page may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Words {
    Media,
    Connection,
    Hand,
    Chat,
    ChatTo,
    Turn,
    Leave,
    Admit,
    Deny,
    Hold,
    Remove,
    AskMute,
    Lock,
    OpenCard,
    Late,
    End,
}

impl Words {
    const ALL: [Self; 16] = [
        Self::Media,
        Self::Connection,
        Self::Hand,
        Self::Chat,
        Self::ChatTo,
        Self::Turn,
        Self::Leave,
        Self::Admit,
        Self::Deny,
        Self::Hold,
        Self::Remove,
        Self::AskMute,
        Self::Lock,
        Self::OpenCard,
        Self::Late,
        Self::End,
    ];

    fn said(self, seat: SeatId) -> Said {
        let chat = |to| Said::Chat {
            r#ref: "m1".to_owned().try_into().unwrap(),
            text: "Alô".to_owned().try_into().unwrap(),
            to,
        };
        match self {
            Self::Media => Said::Media {
                microphone: false,
                camera: true,
            },
            Self::Connection => Said::Connection {
                network: NetworkLevel::Poor,
            },
            Self::Hand => Said::Hand { raised: true },
            Self::Chat => chat(None),
            Self::ChatTo => chat(Some(seat)),
            Self::Turn => Said::Turn {
                kind: TurnKind::Repeat,
            },
            Self::Leave => Said::Leave,
            Self::Admit => Said::Admit { seat },
            Self::Deny => Said::Deny { seat },
            Self::Hold => Said::Hold { seat },
            Self::Remove => Said::Remove { seat },
            Self::AskMute => Said::AskMute { seat },
            Self::Lock => Said::Lock { locked: true },
            Self::OpenCard => Said::OpenCard { seat },
            Self::Late => Said::Late {
                delay: Some(Minutes(10)),
            },
            Self::End => Said::End,
        }
    }

    const fn action(self) -> Action {
        match self {
            Self::Media => Action::Media,
            Self::Connection => Action::Connection,
            Self::Hand => Action::Hand,
            Self::Chat | Self::ChatTo => Action::Chat,
            Self::Turn => Action::Turn,
            Self::Leave => Action::Leave,
            Self::Admit => Action::Admit,
            Self::Deny => Action::Deny,
            Self::Hold => Action::Hold,
            Self::Remove => Action::Remove,
            Self::AskMute => Action::AskMute,
            Self::Lock => Action::Lock,
            Self::OpenCard => Action::OpenCard,
            Self::Late => Action::Late,
            Self::End => Action::End,
        }
    }

    /// The action that has a target.
    const fn done_to(self) -> Option<Action> {
        match self {
            Self::ChatTo => Some(Action::ChatTo),
            Self::Admit
            | Self::Deny
            | Self::Hold
            | Self::Remove
            | Self::AskMute
            | Self::OpenCard => Some(self.action()),
            _ => None,
        }
    }

    /// What the target is afterwards, if that changes; `None` without a target.
    #[expect(
        clippy::option_option,
        reason = "no target, a target that stays as it is, and one that changes"
    )]
    const fn leads_to(self) -> Option<Option<Admission>> {
        match self {
            Self::Admit => Some(Some(Admission::Admitted)),
            Self::Deny => Some(Some(Admission::Denied)),
            Self::Hold => Some(Some(Admission::Held)),
            Self::Remove => Some(Some(Admission::Removed)),
            Self::ChatTo | Self::AskMute | Self::OpenCard => Some(None),
            _ => None,
        }
    }
}

/// What was allowed is done.
async fn is_done(case: &mut Case, words: Words, whom: Whom, before: &StoredRoom) {
    let stored = case.stored().await;
    let state = domain::replay(&stored.events);
    let target = state.seat(case.seat_of(whom));
    if let Some(Some(admission)) = words.leads_to() {
        assert_eq!(target.map(|seat| seat.admission), Some(admission));
    }
    let sends = stored
        .media
        .iter()
        .find(|record| record.seat == case.speaks);
    let heard = case.boss.drain();
    match words {
        Words::Media => assert!(!sends.unwrap().microphone),
        Words::Hand => assert!(sends.unwrap().hand),
        Words::Chat | Words::ChatTo => assert_eq!(stored.chat.len(), before.chat.len() + 1),
        Words::Leave => assert!(!state.is_present(case.speaks)),
        Words::Lock => assert!(state.locked()),
        Words::Late => assert!(state.late().is_some()),
        Words::End => assert_eq!(state.phase(), Phase::Ended),
        Words::Connection => assert!(heard.iter().any(|message| matches!(
            message,
            ServerMessage::SeatChanged { seat } if seat.network == Some(NetworkLevel::Poor)
        ))),
        Words::Turn => assert!(
            heard
                .iter()
                .any(|message| matches!(message, ServerMessage::Turn { .. }))
        ),
        Words::AskMute => {
            let page = match whom {
                Whom::Other(_) => case.other.as_mut(),
                _ => None,
            };
            let heard = page.map_or(heard, Page::drain);
            let by = case.speaks;
            assert!(heard.contains(&ServerMessage::MuteRequested { by }));
        }
        Words::Admit | Words::Deny | Words::Hold | Words::Remove | Words::OpenCard => {}
    }
}

async fn say(case: &mut Case, words: Words, whom: Whom) {
    let before = case.stored().await;
    let wanted = case.wanted(&domain::replay(&before.events), words, whom);
    let Some(speaker) = &case.speaker else {
        return;
    };
    speaker.says(words.said(case.seat_of(whom))).await;
    case.world.present().await;
    match wanted {
        Ok(()) => is_done(case, words, whom, &before).await,
        Err(code) => {
            // Who is out has no socket that is listened to; who is here hears why.
            let told = case.speaker.as_mut().map(Page::drain).unwrap_or_default();
            match &told[..] {
                [ServerMessage::Error { code: got, .. }] => assert_eq!(*got, code),
                [] => assert!(!case.state().await.is_present(case.speaks)),
                other => panic!("{other:?}"),
            }
            assert_eq!(case.stored().await, before);
            assert_eq!(case.boss.drain(), []);
            let other = case.other.as_mut().map(Page::drain);
            assert_eq!(other.unwrap_or_default(), []);
        }
    }
}

async fn everything_that(role: Role) {
    let mut world = World::new().await;
    let (mut allowed, mut refused) = (0, 0);
    for speaker in Admission::ALL {
        for words in Words::ALL {
            let whoms: Vec<_> = if words.done_to().is_some() {
                let others = Admission::ALL.map(Whom::Other);
                [Whom::Nobody, Whom::Oneself, Whom::Boss]
                    .into_iter()
                    .chain(others)
                    .collect()
            } else {
                vec![Whom::Nobody]
            };
            for whom in whoms {
                let other = match whom {
                    Whom::Other(admission) => admission,
                    _ => Admission::None,
                };
                let mut case = match Case::new(world, role, speaker, other).await {
                    Ok(case) => case,
                    Err(unreachable) => {
                        world = unreachable;
                        continue;
                    }
                };
                let state = case.state().await;
                match case.wanted(&state, words, whom) {
                    Ok(()) => allowed += 1,
                    Err(_) => refused += 1,
                }
                say(&mut case, words, whom).await;
                world = case.world;
            }
        }
    }
    assert!(
        allowed > 5 && refused > 50,
        "{allowed} allowed, {refused} refused"
    );
}

#[tokio::test(start_paused = true)]
async fn a_practitioner_does_what_the_table_allows_and_nothing_else() {
    everything_that(Role::Practitioner).await;
}

#[tokio::test(start_paused = true)]
async fn a_patient_does_what_the_table_allows_and_nothing_else() {
    everything_that(Role::Patient).await;
}

#[tokio::test(start_paused = true)]
async fn an_interpreter_does_what_the_table_allows_and_nothing_else() {
    everything_that(Role::Interpreter).await;
}

#[tokio::test(start_paused = true)]
async fn a_companion_does_what_the_table_allows_and_nothing_else() {
    everything_that(Role::Companion).await;
}

#[tokio::test(start_paused = true)]
async fn an_observer_does_what_the_table_allows_and_nothing_else() {
    everything_that(Role::Observer).await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_heard_after_the_end() {
    let mut world = World::new().await;
    for role in ROLES {
        let case = Case::new(world, role, Admission::Admitted, Admission::Waiting).await;
        let case = case.map_err(|_| "an admitted speaker").unwrap();
        case.world.service.end_room(case.world.room).await.unwrap();
        let before = case.stored().await;
        for words in Words::ALL {
            let speaker = case.speaker.as_ref().unwrap();
            speaker.says(words.said(seat(OTHER))).await;
        }
        case.world.present().await;
        assert_eq!(case.stored().await, before);
        world = case.world;
    }
}
