//! Roles and standing: who somebody is here, and whether they are let in.

/// What a person is in the consultation. It comes from the invitation and decides permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Leads the consultation.
    Practitioner,
    /// Whom it is about.
    Patient,
    /// Translates.
    Interpreter,
    /// Family or a village health worker beside the patient.
    Companion,
    /// Watches: a trainee, a supervisor.
    Observer,
}

/// Whether a seat's media is forwarded. The media core enforces it; this crate decides it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Connected, but not one packet goes either way. The default: nobody is let in by omission.
    #[default]
    Waiting,
    /// Hears and sees the others that are admitted, and is heard and seen by them.
    Admitted,
}
