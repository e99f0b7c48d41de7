use super::*;

fn owner(seat: u16) -> Owner {
    Owner {
        room: RoomId(1),
        seat: SeatId(seat),
    }
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 1], port))
}

fn at(seconds: u64) -> Instant {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    *START.get_or_init(Instant::now) + Duration::from_secs(seconds)
}

/// A binding request with a PRIORITY attribute before USERNAME, as browsers send.
fn binding_request(username: &str) -> Vec<u8> {
    let mut message = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
    message.extend([7; 12]);
    message.extend([0, 0x24, 0, 4, 1, 2, 3, 4]);
    message.extend([0, 6]);
    message.extend(u16::try_from(username.len()).unwrap().to_be_bytes());
    message.extend(username.as_bytes());
    message.resize(message.len().next_multiple_of(4), 0);
    message
}

#[test]
fn an_unknown_address_enters_only_by_a_known_fragment() {
    let mut demux = Demux::default();
    demux.register(owner(1), "abcd");

    assert_eq!(demux.route(address(1), &[0x80; 60]), Route::UnknownSource);
    assert_eq!(
        demux.route(address(1), &binding_request("zzzz:x")),
        Route::UnknownFragment
    );
    assert_eq!(
        demux.route(address(1), &binding_request("abcd:x")),
        Route::Candidate(owner(1))
    );

    demux.learn(address(1), owner(1), at(0));
    assert_eq!(demux.route(address(1), &[0x80; 60]), Route::Known(owner(1)));
}

#[test]
fn a_reused_address_moves_to_the_transport_that_names_itself() {
    let mut demux = Demux::default();
    demux.register(owner(1), "aaaa");
    demux.register(owner(2), "bbbb");
    demux.learn(address(1), owner(1), at(0));

    assert_eq!(
        demux.route(address(1), &binding_request("bbbb:x")),
        Route::Candidate(owner(2))
    );
    demux.learn(address(1), owner(2), at(0));
    assert_eq!(demux.route(address(1), &[0x80; 60]), Route::Known(owner(2)));
    demux.forget(owner(1));
    assert_eq!(demux.route(address(1), &[0x80; 60]), Route::Known(owner(2)));
}

#[test]
fn forgetting_leaves_nothing_behind_and_wandering_is_bounded() {
    let mut demux = Demux::default();
    demux.register(owner(1), "aaaa");
    for port in 1..100 {
        demux.learn(address(port), owner(1), at(u64::from(port)));
    }
    assert_eq!(demux.len(), (ADDRESSES_PER_TRANSPORT, 1));
    demux.register(owner(1), "cccc");
    assert_eq!(demux.len(), (0, 1));
    demux.forget(owner(1));
    assert_eq!(demux.len(), (0, 0));
}

#[test]
fn an_address_in_use_is_not_forgotten_for_strangers() {
    let mut demux = Demux::default();
    demux.register(owner(1), "aaaa");
    demux.learn(address(1), owner(1), at(0));
    for second in 1..60 {
        let port = u16::try_from(second).unwrap() * 100;
        if second % 4 == 0 {
            demux.was_accepted(address(1), owner(1), &binding_request("aaaa:x"), at(second));
        }
        for stranger in 0..10 {
            demux.learn(address(port + stranger), owner(1), at(second));
        }
        assert_eq!(demux.route(address(1), &[0x80; 60]), Route::Known(owner(1)));
    }
    // It is left, and its place taken.
    demux.learn(address(2), owner(1), at(70));
    assert_eq!(demux.route(address(2), &[0x80; 60]), Route::Known(owner(1)));
    assert_eq!(demux.len(), (ADDRESSES_PER_TRANSPORT, 1));
}

#[test]
fn a_check_says_both_fragments_and_whether_it_nominates() {
    let mut message = binding_request("abcd:wxyz");
    let plain = Check {
        local: "abcd",
        remote: "wxyz",
        nominates: false,
    };
    assert_eq!(stun_check(&message), Some(plain));
    // Integrity, and behind it what it does not cover.
    let mut forged = message.clone();
    forged.extend([0, 8, 0, 20]);
    forged.extend([0; 20]);
    forged.extend([0, 0x25, 0, 0]);
    assert_eq!(stun_check(&forged), Some(plain));
    message.extend([0, 0x25, 0, 0]);
    let nominates = true;
    assert_eq!(stun_check(&message), Some(Check { nominates, ..plain }));
}

#[test]
fn mangled_stun_names_nobody() {
    let whole = binding_request("abcd:wxyz");
    for end in 0..whole.len() - 3 {
        assert_eq!(stun_fragment(&whole[..end]), None, "cut at {end}");
    }
    assert_eq!(stun_fragment(&whole), Some("abcd"));
    assert_eq!(stun_fragment(&binding_request("no-colon")), None);
}

#[test]
fn an_overheard_request_opens_no_other_address() {
    let mut demux = Demux::default();
    demux.register(owner(1), "aaaa");
    let request = binding_request("aaaa:x");
    assert!(!demux.is_replay(owner(1), &request));
    demux.was_accepted(address(1), owner(1), &request, at(0));
    assert!(demux.is_replay(owner(1), &request));
    let mut next = request.clone();
    next[8..20].fill(9);
    assert!(!demux.is_replay(owner(1), &next));

    demux.register(owner(1), "aaaa");
    assert!(
        !demux.is_replay(owner(1), &request),
        "a new transport begins anew"
    );
}
