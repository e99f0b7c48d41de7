//! Who may use whom. The compiler checks what crosses a crate; this checks the rest.

use crate::tree::{self, SourceFile};

/// Files under `place` must not mention any of `words` outside comments and tests.
struct Rule {
    place: &'static str,
    except: &'static [&'static str],
    words: &'static [&'static str],
    why: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        place: "src/media/",
        except: &[],
        words: &[
            "tokio",
            "axum",
            "serde",
            "signaling::",
            "mio::",
            "quinn_udp",
            "std::fs",
            "std::thread",
            "UdpSocket",
            "TcpStream",
            "Instant::now",
            "SystemTime::now",
            "crate::io",
            "crate::server",
            "crate::config",
            "Mutex",
        ],
        why: "the media core is sans-IO and knows neither signaling nor the shell",
    },
    Rule {
        place: "src/media/allocation/",
        except: &[],
        words: &["str0m", "Instant"],
        why: "allocation is pure arithmetic",
    },
    Rule {
        place: "src/media/downlink/rewriter.rs",
        except: &[],
        words: &["str0m"],
        why: "rewriting is pure arithmetic",
    },
    Rule {
        place: "src/media/downlink/switcher.rs",
        except: &[],
        words: &["str0m", "Instant"],
        why: "switching is a pure state machine",
    },
    Rule {
        place: "src/media/downlink/hand_over.rs",
        except: &[],
        words: &["str0m", "Instant"],
        why: "who gets which slot is a pure function",
    },
    Rule {
        place: "src/media/routing.rs",
        except: &[],
        words: &["str0m", "Instant", "super::"],
        why: "who hears whom is one pure rule",
    },
    Rule {
        place: "src/media/",
        except: &[
            "src/media/transport.rs",
            "src/media/transport/",
            "src/media/negotiation.rs",
            "src/media/codec.rs",
            "src/media/mod.rs",
        ],
        words: &[
            "&mut Rtc",
            "direct_api",
            "poll_output",
            "handle_input",
            "sdp_api",
        ],
        why: "one door to the engine, and it drains",
    },
    Rule {
        place: "src/io/",
        except: &[],
        words: &[
            "tokio",
            "axum",
            "serde",
            "signaling::",
            "crate::server",
            "crate::config",
        ],
        why: "the shell around the media core knows only the core",
    },
    Rule {
        place: "src/server/",
        except: &["src/server/media_adapter.rs"],
        words: &["signaling::media_port::JoinMedia", "crate::media::"],
        why: "signaling and the media plane meet in media_adapter.rs and nowhere else",
    },
    Rule {
        place: "signaling/src/",
        except: &[],
        words: &["nhipcau", "str0m"],
        why: "signaling never names the SFU",
    },
    Rule {
        place: "signaling/src/consultation/",
        except: &[],
        words: &[
            "tokio",
            "axum",
            "redb",
            "SystemTime",
            "Instant",
            "serde",
            "crate::store",
            "crate::http",
            "crate::protocol",
            "crate::text",
            "crate::ws",
            "async ",
        ],
        why: "the domain is pure: std and ids, time is passed in",
    },
    Rule {
        place: "signaling/src/protocol/",
        except: &[],
        words: &[
            "tokio",
            "axum",
            "redb",
            "crate::store",
            "crate::http",
            "crate::ws",
            "crate::consultation",
        ],
        why: "the wire knows nothing of what stands behind it",
    },
    Rule {
        place: "signaling/src/",
        except: &[
            "signaling/src/http/",
            "signaling/src/ws/",
            "signaling/src/http.rs",
            "signaling/src/ws.rs",
            "signaling/src/lib.rs",
        ],
        words: &["axum"],
        why: "only http and ws know the web framework",
    },
    Rule {
        place: "signaling/src/",
        except: &["signaling/src/store/"],
        words: &["redb"],
        why: "only the embedded store knows its database",
    },
    Rule {
        place: "signaling/src/",
        except: &["signaling/src/store/redis/"],
        words: &[" redis::", "(redis::", "use redis"],
        why: "only one folder knows the client of Redis; ours is `self::redis`",
    },
    Rule {
        place: "loadtest/",
        except: &[],
        words: &["nhipcau::", "signaling::", "str0m"],
        why: "a second implementation judges the first",
    },
    Rule {
        place: "web-client/src/",
        except: &["web-client/src/media/"],
        words: &[
            "new RTCPeerConnection",
            "setLocalDescription",
            "setRemoteDescription",
        ],
        why: "one folder owns the peer connection",
    },
    Rule {
        place: "web-client/src/",
        except: &["web-client/src/signaling/"],
        words: &["new WebSocket", "fetch("],
        why: "one folder talks to the server",
    },
    Rule {
        place: "web-client/src/",
        except: &[
            "web-client/src/app/",
            "web-client/src/views/",
            "web-client/src/ui/",
            "web-client/src/clinic/",
            "web-client/src/desk/",
        ],
        words: &["preact"],
        why: "what loads before the first voice has no framework",
    },
    Rule {
        place: "web-client/src/views/",
        except: &[],
        words: &["/signaling/", "/media/"],
        why: "views render models and nothing else",
    },
    Rule {
        place: "web-client/src/clinic/views/",
        except: &[],
        words: &["/signaling/", "/api.ts"],
        why: "views render models and nothing else",
    },
    Rule {
        place: "web-client/src/",
        except: &["web-client/src/clinic/", "web-client/src/i18n/clinic/"],
        words: &["/clinic/"],
        why: "a patient loads nothing of the staff's pages",
    },
    Rule {
        place: "web-client/src/",
        except: &["web-client/src/clinic/", "web-client/src/desk/"],
        words: &["signaling/staff", "signaling/handover"],
        why: "only staff ask with a session: on their pages, and at the desk that only they fetch",
    },
];

fn all() -> Vec<SourceFile> {
    ["src", "signaling/src", "loadtest/src", "web-client/src"]
        .iter()
        .flat_map(|folder| tree::files(folder, &[".rs", ".ts", ".tsx"]))
        .filter(|file| !file.is_test())
        .collect()
}

fn broken_by(rule: &Rule, file: &SourceFile) -> Vec<String> {
    let is_excepted = rule
        .except
        .iter()
        .any(|except| file.path.starts_with(except));
    if !file.path.starts_with(rule.place) || is_excepted {
        return Vec::new();
    }
    let code = file.code();
    rule.words
        .iter()
        .filter(|word| code.contains(*word))
        .map(|word| format!("{} mentions `{word}`: {}", file.path, rule.why))
        .collect()
}

#[test]
fn nobody_uses_what_is_not_theirs() {
    let files = all();
    let broken: Vec<String> = RULES
        .iter()
        .flat_map(|rule| files.iter().flat_map(|file| broken_by(rule, file)))
        .collect();
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_rule_still_has_files_to_watch() {
    let files = all();
    for rule in RULES {
        assert!(
            files.iter().any(|file| file.path.starts_with(rule.place)),
            "{} is gone: {}",
            rule.place,
            rule.why
        );
    }
}

#[test]
fn a_breach_is_seen() {
    let file = SourceFile {
        path: "src/media/room.rs".to_owned(),
        text: "// tokio in a comment is fine\nuse tokio::time::sleep;\n".to_owned(),
    };
    let seen: Vec<String> = RULES
        .iter()
        .flat_map(|rule| broken_by(rule, &file))
        .collect();
    assert_eq!(seen.len(), 1, "{seen:?}");
}
