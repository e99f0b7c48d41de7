//! Who may do what, when, and to whom: the whole policy on one screen. Pure.
//!
//! Every word of a page is checked against it, by [`super::may()`], [`super::may_to()`] and
//! [`super::decide()`]. The clinic itself (coordinators, whoever runs the server) has no seat, and
//! may do what a practitioner may at any time. Who comes in without being let in is in
//! [`Role::enters_directly`].
//!
//! **Invariant:** what is not in the table is refused.

mod error;

use std::fmt;

pub use error::PolicyError;

use super::{Admission, Role};
use Admission::{Admitted, Denied, Held, None as NotYet, Removed, Waiting};

const NO: When = When::No;
const IN: When = When::In;
const HERE: When = When::Here;
const EVER: When = When::Ever;

/// Who may do what, and when.
#[rustfmt::skip]
pub const POLICY: [Rule; 30] = [
    //   action               practitioner patient interpreter companion observer
    rule(Action::Media,      [HERE,       HERE,   HERE,       HERE,     HERE]),
    rule(Action::Connection, [HERE,       HERE,   HERE,       HERE,     HERE]),
    rule(Action::Leave,      [HERE,       HERE,   HERE,       HERE,     HERE]),
    rule(Action::Hand,       [IN,         IN,     IN,         IN,       IN  ]),
    rule(Action::Chat,       [HERE,       HERE,   HERE,       HERE,     NO  ]),
    rule(Action::Turn,       [IN,         IN,     IN,         IN,       NO  ]),
    rule(Action::ChatTo,     [IN,         NO,     NO,         NO,       NO  ]),
    rule(Action::Admit,      [EVER,       NO,     NO,         NO,       NO  ]),
    rule(Action::Deny,       [IN,         NO,     NO,         NO,       NO  ]),
    rule(Action::Hold,       [IN,         NO,     NO,         NO,       NO  ]),
    rule(Action::Remove,     [IN,         NO,     NO,         NO,       NO  ]),
    rule(Action::AskMute,    [IN,         NO,     NO,         NO,       NO  ]),
    rule(Action::Lock,       [IN,         NO,     NO,         NO,       NO  ]),
    rule(Action::OpenCard,   [IN,         NO,     NO,         NO,       NO  ]),
    rule(Action::End,        [EVER,       NO,     NO,         NO,       NO  ]),
    rule(Action::Reschedule, [EVER,       NO,     NO,         NO,       NO  ]),
    rule(Action::Cancel,     [EVER,       NO,     NO,         NO,       NO  ]),
    rule(Action::NoShow,     [EVER,       NO,     NO,         NO,       NO  ]),
    rule(Action::Reopen,     [EVER,       NO,     NO,         NO,       NO  ]),
    rule(Action::Priority,   [EVER,       NO,     NO,         NO,       NO  ]),
    rule(Action::Late,       [EVER,       NO,     NO,         NO,       NO  ]),
    rule(Action::Treat,      [EVER,       NO,     NO,         NO,       NO  ]),
    rule(Action::Transfer,   [EVER,       NO,     NO,         NO,       NO  ]),
    rule(Action::Interpret,  [EVER,       NO,     NO,         NO,       NO  ]),
    rule(Action::Represent,  [EVER,       NO,     NO,         NO,       NO  ]),
    rule(Action::Consent,    [HERE,       HERE,   HERE,       HERE,     HERE]),
    rule(Action::Withdraw,   [EVER,       EVER,   EVER,       EVER,     EVER]),
    rule(Action::HearConsent,[IN,         NO,     NO,         NO,       NO  ]),
    rule(Action::Write,      [EVER,       NO,     NO,         NO,       NO  ]),
    rule(Action::SignOff,    [EVER,       NO,     NO,         NO,       NO  ]),
];

/// To whom, for the actions that are done to somebody.
#[rustfmt::skip]
pub const TARGETS: [TargetRule; 12] = [
    //     action            who is one of these                          and
    target(Action::Admit,    &[NotYet, Waiting, Held, Denied, Removed],   Reach::Anybody),
    target(Action::Deny,     &[Waiting, Held],                            Reach::Anybody),
    target(Action::Hold,     &[Waiting],                                  Reach::Anybody),
    target(Action::Remove,   &[Waiting, Held, Admitted],                  Reach::Others),
    target(Action::AskMute,  &[Admitted],                                 Reach::OthersPresent),
    target(Action::OpenCard, &[Waiting, Held],                            Reach::Anybody),
    // Also to those who were let in while it was being written.
    target(Action::ChatTo,   &[Waiting, Held, Admitted],                  Reach::Others),
    // Nobody hears who is not there, or writes down their own word as somebody else's.
    target(Action::HearConsent, &[Waiting, Held, Admitted],               Reach::OthersPresent),
    // Whoever was put out is nothing here any more, until a practitioner admits them again.
    target(Action::Treat,    &[NotYet, Waiting, Held, Admitted],          Reach::Anybody),
    target(Action::Transfer, &[NotYet, Waiting, Held, Admitted],          Reach::Anybody),
    target(Action::Interpret,&[NotYet, Waiting, Held, Admitted],          Reach::Anybody),
    target(Action::Represent,&[NotYet, Waiting, Held, Admitted],          Reach::Anybody),
];

/// Something that somebody may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Says what it sends: microphone, camera.
    Media,
    /// Says how its connection is.
    Connection,
    /// Raises or lowers a hand.
    Hand,
    /// Gets up.
    Leave,
    /// Writes.
    Chat,
    /// Writes to one person.
    ChatTo,
    /// Asks for a pause, a repetition, slower speech.
    Turn,
    /// Lets somebody in.
    Admit,
    /// Lets somebody not in.
    Deny,
    /// Asks somebody to wait a little more.
    Hold,
    /// Takes somebody out.
    Remove,
    /// Asks somebody to mute themselves.
    AskMute,
    /// Locks or unlocks.
    Lock,
    /// Looks closer at somebody who waits, which warms their transport.
    OpenCard,
    /// Ends it for everybody.
    End,
    /// Moves the booked time.
    Reschedule,
    /// Calls the appointment off.
    Cancel,
    /// Says that the patient never came.
    NoShow,
    /// Takes an end back.
    Reopen,
    /// Says who is seen first by law.
    Priority,
    /// Tells those who wait that it begins late.
    Late,
    /// Hands the treatment on to another practitioner.
    Treat,
    /// Hands a practitioner's seat over to a colleague.
    Transfer,
    /// Says what an interpreter interprets.
    Interpret,
    /// Says who speaks for the patient.
    Represent,
    /// Agrees, on one's own page.
    Consent,
    /// Does not agree any more.
    Withdraw,
    /// Writes down what somebody else agreed to, or withdrew, aloud.
    HearConsent,
    /// Writes notes or the summary.
    Write,
    /// Answers for what was written.
    SignOff,
}

/// When a role may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Never.
    No,
    /// While admitted.
    In,
    /// While waiting, held or admitted.
    Here,
    /// There or not, also before anybody came and after the end; unless turned away or put out.
    Ever,
}

/// One row of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What.
    pub action: Action,
    practitioner: When,
    patient: When,
    interpreter: When,
    companion: When,
    observer: When,
}

/// One row of the targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TargetRule {
    /// What.
    pub action: Action,
    /// What the other may be.
    pub admissions: &'static [Admission],
    /// What else must be so.
    pub reach: Reach,
}

/// How far an action reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To anybody.
    Anybody,
    /// Not to oneself.
    Others,
    /// Not to oneself, and not to an empty seat.
    OthersPresent,
}

/// The seat that something is to be done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Whether its person is let in.
    pub admission: Admission,
    /// Somebody sits in it.
    pub is_present: bool,
    /// It is the seat of whoever wants it done.
    pub is_self: bool,
}

/// When somebody of this role may do this.
pub fn when(action: Action, role: Role) -> When {
    let row = POLICY.iter().find(|row| row.action == action);
    row.map_or(When::No, |row| row.when(role))
}

/// Whether somebody of this role and admission may do this.
pub fn check(action: Action, role: Role, admission: Admission) -> Result<(), PolicyError> {
    let when = when(action, role);
    if when == When::No {
        return Err(PolicyError::Role { action, role });
    }
    if when.includes(admission) {
        return Ok(());
    }
    Err(PolicyError::Moment {
        action,
        when,
        admission,
    })
}

/// Whether this may be done to that seat, by whoever may do it at all.
pub fn check_target(action: Action, target: Target) -> Result<(), PolicyError> {
    let rule = TARGETS.iter().find(|rule| rule.action == action);
    let allowed = rule.map_or(&[][..], |rule| rule.admissions);
    let reach = rule.map_or(Reach::Others, |rule| rule.reach);
    if target.is_self && reach != Reach::Anybody {
        return Err(PolicyError::Oneself { action });
    }
    let admission = target.admission;
    if !allowed.contains(&admission) {
        return Err(PolicyError::Target {
            action,
            allowed,
            admission,
        });
    }
    if reach == Reach::OthersPresent && !target.is_present {
        return Err(PolicyError::Empty { action });
    }
    Ok(())
}

/// Every cell of the policy: what, who, in which admission, and whether they may.
pub fn cells() -> impl Iterator<Item = (Action, Role, Admission, bool)> {
    POLICY.iter().flat_map(|rule| {
        Role::ALL.into_iter().flat_map(move |role| {
            let when = rule.when(role);
            let admissions = Admission::ALL.into_iter();
            admissions
                .map(move |admission| (rule.action, role, admission, when.includes(admission)))
        })
    })
}

impl Rule {
    /// When this role may.
    pub const fn when(&self, role: Role) -> When {
        match role {
            Role::Practitioner => self.practitioner,
            Role::Patient => self.patient,
            Role::Interpreter => self.interpreter,
            Role::Companion => self.companion,
            Role::Observer => self.observer,
        }
    }
}

impl When {
    /// Whether it is the moment.
    pub const fn includes(self, admission: Admission) -> bool {
        match self {
            Self::No => false,
            Self::In => matches!(admission, Admitted),
            Self::Here => matches!(admission, Waiting | Held | Admitted),
            Self::Ever => matches!(admission, NotYet | Waiting | Held | Admitted),
        }
    }
}

const fn rule(
    action: Action,
    [practitioner, patient, interpreter, companion, observer]: [When; 5],
) -> Rule {
    Rule {
        action,
        practitioner,
        patient,
        interpreter,
        companion,
        observer,
    }
}

const fn target(action: Action, admissions: &'static [Admission], reach: Reach) -> TargetRule {
    TargetRule {
        action,
        admissions,
        reach,
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Media => "media",
            Self::Connection => "connection",
            Self::Hand => "hand",
            Self::Leave => "leave",
            Self::Chat => "chat",
            Self::ChatTo => "chat to one person",
            Self::Turn => "turn",
            Self::Admit => "admit",
            Self::Deny => "deny",
            Self::Hold => "hold",
            Self::Remove => "remove",
            Self::AskMute => "askMute",
            Self::Lock => "lock",
            Self::OpenCard => "openCard",
            Self::End => "end",
            Self::Reschedule => "reschedule",
            Self::Cancel => "cancel",
            Self::NoShow => "noShow",
            Self::Reopen => "reopen",
            Self::Priority => "priority",
            Self::Late => "late",
            Self::Treat => "treat",
            Self::Transfer => "transfer",
            Self::Interpret => "interpret",
            Self::Represent => "represent",
            Self::Consent => "consent",
            Self::Withdraw => "withdraw",
            Self::HearConsent => "hearConsent",
            Self::Write => "write",
            Self::SignOff => "signOff",
        })
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::No => "never",
            Self::In => "admitted",
            Self::Here => "waiting, held or admitted",
            Self::Ever => "not turned away or put out",
        })
    }
}
