use std::time::Duration;

use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};

use super::*;
use crate::opaque::Link;

/// A fresh Ed25519 pair, made once with `openssl genpkey -algorithm ed25519`.
const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTu3L1eW91r/ItlYo/wYO6V6uyorcMNV4YwYC3kaNfj
-----END PRIVATE KEY-----
";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAL0yeALw28/cpq9pbLbqV40jmIA8rAYPfi2A12cx3LXI=
-----END PUBLIC KEY-----
";
/// 32 bytes of `a`.
const SECRET: &str = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";
const NOW: Timestamp = Timestamp(1_732_200_000_000);
const NOW_SECONDS: u64 = 1_732_200_000;

fn keys() -> TokenKeys {
    TokenKeys::new(vec![
        TokenKey::hs256("old", SECRET).unwrap(),
        TokenKey::ed_dsa("new", PUBLIC).unwrap(),
    ])
    .unwrap()
}

fn claims() -> Value {
    json!({
        "consultation": "2026-11-22/lan/7", "sub": "bn-1037", "name": "Cụ Sính",
        "role": "patient", "exp": NOW_SECONDS + 600, "iss": "his.example",
    })
}

fn sign(algorithm: Algorithm, kid: Option<&str>, claims: &Value) -> SignedToken {
    let key = match algorithm {
        Algorithm::EdDSA => EncodingKey::from_ed_pem(PRIVATE.as_bytes()).unwrap(),
        _ => EncodingKey::from_base64_secret(SECRET).unwrap(),
    };
    let mut header = Header::new(algorithm);
    header.kid = kid.map(str::to_owned);
    token(jsonwebtoken::encode(&header, claims, &key).unwrap())
}

fn token(text: String) -> SignedToken {
    match Link::try_from(text).unwrap() {
        Link::Signed(token) => token,
        Link::Opaque(_) => panic!("a signed token was expected"),
    }
}

fn verify(token: &SignedToken) -> Result<SignedInvitation, SignedError> {
    keys().verify(token, NOW)
}

#[test]
fn either_algorithm_opens_the_same_seat() {
    let old = verify(&sign(Algorithm::HS256, Some("old"), &claims())).unwrap();
    let new = verify(&sign(Algorithm::EdDSA, Some("new"), &claims())).unwrap();
    assert_eq!(old, new);
    assert_eq!(old.person.name.as_str(), "Cụ Sính");
}

#[test]
fn one_consultation_is_one_room_and_one_person_is_one_seat_of_it() {
    let with = |claim: &str, value: &str| {
        let mut claims = claims();
        claims[claim] = json!(value);
        verify(&sign(Algorithm::HS256, Some("old"), &claims)).unwrap()
    };
    let first = verify(&sign(Algorithm::HS256, Some("old"), &claims())).unwrap();
    let other = with("sub", "bs-2");
    assert_eq!(first.room, other.room);
    assert_ne!(first.link, other.link);
    assert_ne!(first.room, with("consultation", "2026-11-22/lan/8").room);
    assert_eq!(first.link, with("name", "Cụ Sính (Sa Pa)").link);
}

#[test]
fn what_no_key_of_ours_signed_is_unknown() {
    let good = sign(Algorithm::HS256, Some("old"), &claims());
    let (signed, signature) = good.as_str().rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    let mut other = claims();
    other["role"] = json!("practitioner");
    let forged = sign(Algorithm::HS256, Some("old"), &other);
    let forged = forged.as_str().split('.').nth(1).unwrap();
    // {"alg":"none","kid":"old"}
    let none = "eyJhbGciOiJub25lIiwia2lkIjoib2xkIn0";
    let texts = [
        format!("{header}.{forged}.{signature}"),
        format!("{header}.{payload}.{}", "A".repeat(43)),
        format!("{none}.{payload}.{signature}"),
        format!("{none}.{payload}.A"),
        "a.b.c".to_owned(),
    ];
    for text in texts {
        assert_eq!(
            verify(&token(text.clone())),
            Err(SignedError::Unknown),
            "{text}"
        );
    }
    for kid in [None, Some("new"), Some("other"), Some("")] {
        let token = sign(Algorithm::HS256, kid, &claims());
        assert_eq!(verify(&token), Err(SignedError::Unknown), "{kid:?}");
    }
    // The right secret, and an algorithm that this key does not have.
    let token = sign(Algorithm::HS512, Some("old"), &claims());
    assert_eq!(verify(&token), Err(SignedError::Unknown));
}

#[test]
fn a_public_key_is_no_secret() {
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("new".to_owned());
    let key = EncodingKey::from_secret(PUBLIC.as_bytes());
    let text = jsonwebtoken::encode(&header, &claims(), &key).unwrap();
    assert_eq!(verify(&token(text)), Err(SignedError::Unknown));
}

#[test]
fn a_header_that_must_be_understood_is_refused() {
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("old".to_owned());
    header.crit = Some(vec!["b64".to_owned()]);
    let key = EncodingKey::from_base64_secret(SECRET).unwrap();
    let text = jsonwebtoken::encode(&header, &claims(), &key).unwrap();
    assert_eq!(verify(&token(text)), Err(SignedError::Unknown));
}

#[test]
fn it_is_good_for_its_time_give_or_take_a_minute() {
    let token = |claim: &str, offset: i64| {
        let mut claims = claims();
        claims[claim] = json!(NOW_SECONDS.saturating_add_signed(offset));
        verify(&sign(Algorithm::HS256, Some("old"), &claims)).map(|_| ())
    };
    assert_eq!(token("exp", -59), Ok(()));
    assert_eq!(token("exp", -60), Err(SignedError::Expired));
    assert_eq!(token("nbf", 60), Ok(()));
    assert_eq!(token("nbf", 61), Err(SignedError::NotYet));
}

#[test]
fn a_signed_claim_that_cannot_be_used_is_named() {
    let cases = [
        ("exp", Value::Null, "u64"),
        ("exp", json!("tomorrow"), "u64"),
        ("role", json!("nurse"), "nurse"),
        ("name", json!(""), "name must be 1 to 60"),
        ("sub", json!("x".repeat(65)), "sub must be 1 to 64"),
        ("consultation", json!("a\nb"), "consultation must be"),
        ("consultation", json!(""), "consultation must be"),
        ("languages", json!(["vi"]), "length"),
        ("languages", json!(["vi", "Korean"]), "language must be"),
    ];
    for (claim, value, words) in cases {
        let mut claims = claims();
        claims[claim] = value.clone();
        match verify(&sign(Algorithm::HS256, Some("old"), &claims)) {
            Err(SignedError::Claims(told)) => assert!(told.contains(words), "{told}"),
            other => panic!("{claim} {value}: {other:?}"),
        }
    }
}

#[test]
fn a_weak_or_broken_key_is_refused_by_name() {
    let words = |key: Result<TokenKey, TokenKeyError>| key.unwrap_err().to_string();
    insta::assert_snapshot!(words(TokenKey::hs256("a", "YWJj")), @"secret must be base64 of 32 bytes at least, got 3 bytes");
    insta::assert_snapshot!(words(TokenKey::hs256("a", "not base64!")), @"secret must be base64 of 32 bytes at least, and is no base64");
    insta::assert_snapshot!(words(TokenKey::hs256("", SECRET)), @"kid must be 1 to 64 printable characters");
    for pem in [
        "",
        "PUBLIC",
        PRIVATE,
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
    ] {
        assert_eq!(
            TokenKey::ed_dsa("a", pem),
            Err(TokenKeyError::PublicKey),
            "{pem}"
        );
    }
    let key = TokenKey::hs256("a", SECRET).unwrap();
    assert_eq!(format!("{key:?}"), r#"TokenKey("a", Hs256)"#);
    let twice = TokenKeys::new(vec![key.clone(), key.clone()]);
    assert_eq!(twice, Err(TokenKeyError::Repeated));
    let many = TokenKeys::new(vec![key; 17]);
    assert_eq!(many, Err(TokenKeyError::TooMany { got: 17 }));
}

#[test]
fn time_is_this_servers_own() {
    let token = sign(Algorithm::HS256, Some("old"), &claims());
    let later = Timestamp(NOW.0 + u64::try_from(Duration::from_secs(661).as_millis()).unwrap());
    assert_eq!(keys().verify(&token, later), Err(SignedError::Expired));
}
