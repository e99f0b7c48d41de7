//! Voice that was lost on its way up is asked for again (NACK, RFC 4585 section 6.2.1), where the
//! answer can still come in time.

use std::time::Duration;

/// Beyond this round trip the packet comes when its place has been played: browsers let their jitter
/// buffer grow for packets that come late, and a conversation bears no more than this.
const LONGEST_ROUND_TRIP: Duration = Duration::from_millis(400);

/// Whether lost voice is worth asking for. While the round trip is not known it is not: on the
/// weakest links requests and answers would take what the voice itself needs.
pub fn is_worth_asking(round_trip: Option<Duration>) -> bool {
    round_trip.is_some_and(|round_trip| round_trip <= LONGEST_ROUND_TRIP)
}

/// Whether it is known that what is asked for now would come too late.
pub fn is_too_late_to_ask(round_trip: Option<Duration>) -> bool {
    round_trip.is_some() && !is_worth_asking(round_trip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_only_where_the_answer_comes_in_time() {
        assert!(is_worth_asking(Some(Duration::from_millis(400))));
        assert!(!is_worth_asking(Some(Duration::from_millis(401))));
        assert!(!is_worth_asking(None));
    }

    #[test]
    fn nothing_is_too_late_before_the_round_trip_is_known() {
        assert!(is_too_late_to_ask(Some(Duration::from_millis(401))));
        assert!(!is_too_late_to_ask(Some(Duration::from_millis(400))));
        assert!(!is_too_late_to_ask(None));
    }
}
