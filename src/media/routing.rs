//! Who hears and sees whom: one pure rule.
//!
//! Signaling decides each seat's [`Standing`]; this rule turns two standings into yes or no; the
//! room asks it for every packet. Whatever is not allowed here is not forwarded, whatever the
//! publisher's page sends.

/// What signaling says of a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Present but not let in: neither hears nor is heard.
    Waiting,
    /// Let in.
    Admitted,
}

/// Whether `listener` may receive what `source` publishes. Deny by default.
pub fn may_receive(listener: Standing, source: Standing) -> bool {
    matches!((listener, source), (Standing::Admitted, Standing::Admitted))
}

#[cfg(test)]
mod tests {
    use super::{Standing, may_receive};

    #[test]
    fn only_two_admitted_people_meet() {
        use Standing::{Admitted, Waiting};
        for (listener, source, expected) in [
            (Admitted, Admitted, true),
            (Admitted, Waiting, false),
            (Waiting, Admitted, false),
            (Waiting, Waiting, false),
        ] {
            assert_eq!(
                may_receive(listener, source),
                expected,
                "{listener:?} ← {source:?}"
            );
        }
    }
}
