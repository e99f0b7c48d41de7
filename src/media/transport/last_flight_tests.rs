use std::time::Duration;

use super::*;

/// A page and us, who have said all but the last word of the handshake.
struct Pair {
    page: Box<dyn DtlsInstance>,
    server: Box<dyn DtlsInstance>,
    now: Instant,
    /// The page's last flight.
    asks: Vec<u8>,
}

/// Everything that one side has to say now, and whether its handshake is over. Its clock stands still.
fn said(side: &mut dyn DtlsInstance, now: Instant) -> (Vec<Vec<u8>>, bool) {
    let (mut datagrams, mut is_over) = (Vec::new(), false);
    let mut buf = [0; 2_000];
    loop {
        match side.poll_output(&mut buf) {
            DtlsOutput::Packet(datagram) => datagrams.push(datagram.to_vec()),
            DtlsOutput::Connected => is_over = true,
            DtlsOutput::Timeout(at) if at <= now => side.handle_timeout(now).unwrap(),
            DtlsOutput::Timeout(_) => return (datagrams, is_over),
            _ => {}
        }
    }
}

impl Pair {
    fn before_the_last_word() -> Self {
        let now = Instant::now();
        let plain = from_feature_flags().dtls_provider;
        let certificate = plain.generate_certificate().unwrap();
        let [mut page, mut server] = [plain, cryptography().dtls_provider].map(|provider| {
            provider
                .new_dtls(&certificate, now, DtlsVersion::Dtls12, Some(1_200))
                .unwrap()
        });
        page.set_active(true);
        server.set_active(false);
        page.handle_timeout(now).unwrap();
        server.handle_timeout(now).unwrap();
        for _ in 0..2 {
            let (datagrams, _) = said(page.as_mut(), now);
            let last = datagrams.last().unwrap().clone();
            for datagram in &datagrams {
                server.handle_packet(datagram).unwrap();
            }
            if repeats_last_flight(&last) {
                let asks = last;
                return Self {
                    page,
                    server,
                    now,
                    asks,
                };
            }
            for datagram in said(server.as_mut(), now).0 {
                page.handle_packet(&datagram).unwrap();
            }
        }
        panic!("a handshake is two flights of each side");
    }

    /// What the page gets for its last flight after so long.
    fn answers(&mut self, after_ms: u64) -> Vec<Vec<u8>> {
        self.now += Duration::from_millis(after_ms);
        self.server.handle_packet(&self.asks).unwrap();
        said(self.server.as_mut(), self.now).0
    }
}

#[test]
fn every_repeat_of_the_page_is_answered_until_it_has_heard() {
    let mut pair = Pair::before_the_last_word();
    let (first, is_over) = said(pair.server.as_mut(), pair.now);
    assert!(is_over);
    assert_eq!(first.len(), 1);
    let mut last = Vec::new();
    // As Chromium does over a round trip of 100 ms.
    for after_ms in [200, 400, 800, 1_600, 3_200] {
        let answers = pair.answers(after_ms);
        assert_eq!(answers.len(), 1, "after {after_ms} ms more");
        last.clone_from(&answers[0]);
    }
    // Only the last one arrives.
    pair.page.handle_packet(&last).unwrap();
    assert!(said(pair.page.as_mut(), pair.now).1, "the page is through");
    pair.page.send_application_data(b"a message").unwrap();
    for datagram in said(pair.page.as_mut(), pair.now).0 {
        pair.server.handle_packet(&datagram).unwrap();
    }
    said(pair.server.as_mut(), pair.now);
    assert!(pair.answers(3_000).is_empty(), "it has what it asks for");
}

#[test]
fn a_stranger_who_makes_repeats_up_gets_a_bounded_number_sent() {
    let mut pair = Pair::before_the_last_word();
    said(pair.server.as_mut(), pair.now);
    let answers: usize = (0..100).map(|_| pair.answers(10).len()).sum();
    // And what the engine's DTLS itself answers.
    assert!(answers <= 20, "{answers}");
}

#[test]
fn only_what_stands_once_in_a_last_flight_is_taken_for_one() {
    let pair = Pair::before_the_last_word();
    assert!(repeats_last_flight(&pair.asks));
    let until = pair.asks.len();
    for cut in 0..until {
        // Whatever is cut off, it is read without harm.
        repeats_last_flight(&pair.asks[..cut]);
        repeats_last_flight(&pair.asks[cut..]);
    }
    let mut encrypted = pair.asks.clone();
    encrypted[4] = 1;
    let first = usize::from(u16::from_be_bytes([encrypted[11], encrypted[12]])) + 13;
    assert!(
        repeats_last_flight(&encrypted[first..]),
        "a record of its own"
    );
    assert!(!repeats_last_flight(&encrypted[..first]));
}
