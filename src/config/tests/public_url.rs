//! Where people reach the page.

use super::*;

#[test]
fn the_page_is_reached_over_https_and_at_its_root() {
    for text in [
        "https://kham.example.vn",
        "https://kham.example.vn:8443",
        "https://203.0.113.7",
        "https://[2001:db8::1]",
        "https://[2001:db8::1]:8443",
    ] {
        let (settings, _) = flags(&[&format!("--public-url={text}")]).run().expect(text);
        assert_eq!(settings.public_url.as_deref(), Some(text));
    }
    for text in [
        "kham.example.vn",
        "http://kham.example.vn",
        "https://",
        "https://kham.example.vn/",
        "https://kham.example.vn/x",
        "https://user@kham.example.vn",
        "https://kham.example.vn:0",
        "https://kham.example.vn:65536",
        "https://[::1",
        "https://kham.example.vn#x",
        "https://khám.example.vn",
    ] {
        let refused = flags(&[&format!("--public-url={text}")]).run();
        assert!(refused.is_err(), "{text}");
    }
    let (settings, _) = flags(&[]).run().expect("valid");
    assert_eq!(settings.public_url, None);
}
