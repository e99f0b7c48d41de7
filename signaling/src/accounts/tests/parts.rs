//! Second factor, recovery codes, cookies, sealing, hashes of secrets.

use super::super::secret::random;
use super::*;
use crate::opaque::LinkToken;

/// RFC 6238 appendix B, the column of SHA-1: the secret is "12345678901234567890".
#[test]
fn codes_are_those_of_the_rfc() {
    let secret = TotpSecret::new(*b"12345678901234567890");
    for (seconds, digits) in [
        (59, 94_287_082),
        (1_111_111_109, 7_081_804),
        (1_111_111_111, 14_050_471),
        (1_234_567_890, 89_005_924),
        (2_000_000_000, 69_279_037),
        (20_000_000_000, 65_353_130),
    ] {
        let step = Step::at(Timestamp(seconds * 1_000));
        assert_eq!(secret.number(step) % 100_000_000, digits);
        let six = format!("{:06}", digits % 1_000_000);
        assert_eq!(secret.code(step), TotpCode::parse(&six).unwrap());
    }
}

#[test]
fn a_code_is_taken_one_step_before_and_after_its_own() {
    let secret = TotpSecret::new(*b"12345678901234567890");
    let now = Timestamp(1_111_111_111_000);
    let Step(step) = Step::at(now);
    let found = |step| secret.find(&secret.code(Step(step)), now);
    for near in [step - 1, step, step + 1] {
        assert_eq!(found(near), Some(Step(near)));
    }
    assert_eq!([found(step - 2), found(step + 2)], [None, None]);
}

#[test]
fn an_app_reads_the_secret_from_the_uri() {
    let secret = TotpSecret::new(*b"12345678901234567890");
    assert_eq!(secret.text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let name = sign_in_name("lan@benhvien.vn");
    assert_eq!(
        secret.uri("Trạm y tế: A", &name),
        "otpauth://totp/Tr%E1%BA%A1m%20y%20t%E1%BA%BF%3A%20A:lan%40benhvien.vn\
         ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tr%E1%BA%A1m%20y%20t%E1%BA%BF%3A%20A\
         &algorithm=SHA1&digits=6&period=30"
    );
}

#[test]
fn a_code_is_six_digits_with_any_spaces() {
    assert_eq!(TotpCode::parse("123 456"), TotpCode::parse("123456"));
    for wrong in ["", "12345", "1234567", "12345a", "１２３４５６"] {
        assert_eq!(TotpCode::parse(wrong), Err(TotpCodeError), "{wrong}");
    }
}

#[test]
fn a_recovery_code_is_read_as_people_write_it() {
    let code = RecoveryCode::from_bytes([0, 1, 2, 3, 31, 30, 29, 28, 27, 26, 25, 24]);
    assert_eq!(code.text(), "0123-ZYXW-VTSR");
    for written in ["0123-ZYXW-VTSR", "o1 23 zyxw vtsr", "OL23ZYXWVTSR"] {
        assert_eq!(RecoveryCode::parse(written), Ok(code.clone()), "{written}");
    }
    for wrong in [
        "",
        "0123-ZYXW-VTS",
        "0123-ZYXW-VTSRR",
        "0123-ZYXW-VTSU",
        "0123-ZYXW-VTSé",
    ] {
        assert_eq!(
            RecoveryCode::parse(wrong),
            Err(RecoveryCodeError),
            "{wrong}"
        );
    }
}

#[test]
fn cookies_are_for_this_host_and_no_script() {
    let token = SessionToken::new([0xab; 32]);
    let value = "ab".repeat(32);
    assert_eq!(
        Cookies::Secure.session(&token),
        format!("__Host-session={value}; Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Strict")
    );
    assert_eq!(
        Cookies::Loopback.session(&token),
        format!("session={value}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict")
    );
    assert_eq!(
        Cookies::Secure.no_session(),
        "__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict"
    );
}

#[test]
fn a_session_is_found_in_what_browsers_send() {
    let token = SessionToken::new([0xab; 32]);
    let cookie = format!("__Host-session={}", "ab".repeat(32));
    let found = |headers: &[&str]| Cookies::Secure.find_session(headers.iter().copied());
    assert_eq!(
        found(&[&format!("a=b; {cookie}; c=d")]),
        Some(token.clone())
    );
    assert_eq!(found(&["a=b", &cookie]), Some(token));
    let upper = format!("__Host-session={}", "AB".repeat(32));
    let bare = format!("session={}", "ab".repeat(32));
    let twice = format!("{cookie}; __Host-session={}", "cd".repeat(32));
    let short = "__Host-session=abab".to_owned();
    for wrong in ["", &upper, &bare, &twice, &short, "__Host-session", "; ;="] {
        assert_eq!(found(&[wrong]), None, "{wrong}");
    }
}

#[test]
fn a_known_device_is_known_for_its_own_account() {
    let secret = AccountSecret::new([1; 32]);
    let device = secret.device(LAN, random().unwrap());
    let set = Cookies::Secure.device(&device);
    let (pair, attributes) = set.split_once("; ").unwrap();
    assert_eq!(
        attributes,
        "Path=/; Max-Age=31536000; HttpOnly; Secure; SameSite=Strict"
    );
    let found = Cookies::Secure.find_device([pair]).unwrap();
    assert!(secret.knows_device(LAN, &found));
    assert!(!secret.knows_device(MAI, &found));
    assert!(!AccountSecret::new([2; 32]).knows_device(LAN, &found));
}

#[test]
fn a_csrf_token_belongs_to_one_session() {
    let secret = AccountSecret::new([1; 32]);
    let csrf = secret.csrf(&SessionToken::new([1; 32]));
    assert!(csrf.matches(&csrf.text()));
    let others = secret.csrf(&SessionToken::new([2; 32])).text();
    for wrong in ["", &others, &csrf.text()[..63], &csrf.text().to_uppercase()] {
        assert!(!csrf.matches(wrong), "{wrong}");
    }
}

#[test]
fn a_secret_of_one_kind_is_none_of_another() {
    let secret = AccountSecret::new([1; 32]);
    let link = LinkToken::from_bytes([3; 16]);
    let hashes = [
        secret.invitation(&link),
        secret.first_link(&link),
        secret.key_secret(KeyId(1), &link),
        secret.key_secret(KeyId(2), &link),
        AccountSecret::new([2; 32]).invitation(&link),
    ];
    let different: std::collections::HashSet<_> = hashes.iter().collect();
    assert_eq!(different.len(), hashes.len());
    let lan = sign_in_name("lan@benhvien.vn");
    let here = secret.sign_in_name(CLINIC, &lan);
    assert_ne!(here, secret.sign_in_name(ELSEWHERE, &lan));
    assert_eq!(
        here,
        secret.sign_in_name(CLINIC, &sign_in_name(" LAN@benhvien.VN "))
    );
}

#[test]
fn what_is_sealed_opens_in_its_place_with_its_key() {
    let aes = AesSealer::new([1; 32]).unwrap();
    let sealed = aes.seal(b"here", b"secret").unwrap();
    assert_eq!(aes.open(b"here", &sealed).unwrap(), b"secret");
    assert_ne!(
        aes.seal(b"here", b"secret").unwrap(),
        sealed,
        "a nonce each"
    );
    assert!(aes.open(b"there", &sealed).is_err());
    let other = AesSealer::new([2; 32]).unwrap();
    assert_eq!(other.open(b"here", &sealed), Err(SealError::NotOpened));
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert!(aes.open(b"here", &changed).is_err(), "{place}");
        assert!(aes.open(b"here", &sealed[..place]).is_err(), "{place}");
    }
}

#[test]
fn nothing_secret_shows_in_debug() {
    let secret = AccountSecret::new([1; 32]);
    let token = SessionToken::new([1; 32]);
    for shown in [
        format!("{secret:?}"),
        format!("{token:?}"),
        format!("{:?}", secret.csrf(&token)),
        format!("{:?}", secret.device(LAN, [1; 16])),
        format!("{:?}", TotpSecret::new([1; 20])),
        format!("{:?}", TotpCode::parse("111111").unwrap()),
        format!("{:?}", RecoveryCode::from_bytes([1; 12])),
        format!("{:?}", sign_in_name("111")),
        format!("{:?}", Password::typed("1111111111")),
        format!("{:?}", PasswordHash::new("1111")),
        format!("{:?}", AesSealer::new([1; 32]).unwrap()),
    ] {
        assert!(shown.ends_with("(…)"), "{shown}");
    }
}

#[test]
fn a_sign_in_name_is_an_address_or_a_number() {
    assert_eq!(sign_in_name("  BS-0042 ").as_str(), "bs-0042");
    for (wrong, why) in [
        ("ab", "sign-in name must be 3 to 254 characters, got 2"),
        (
            "bác sĩ",
            "sign-in name holds the character U+00E1; letters a-z, digits and signs without spaces are allowed",
        ),
    ] {
        assert_eq!(SignInName::parse(wrong).unwrap_err().to_string(), why);
    }
    assert!(SignInName::parse(&"a".repeat(254)).is_ok());
    assert!(SignInName::parse(&"a".repeat(255)).is_err());
}

/// Pages and hospital systems act on these.
#[test]
fn refusals_keep_their_codes() {
    for (refusal, code) in [
        (Refusal::UnknownAccount, "account_unknown"),
        (Refusal::NotAdministrator, "forbidden"),
        (Refusal::LastAdministrator, "last_administrator"),
        (Refusal::AdministratorExists, "administrator_exists"),
        (Refusal::NameTaken, "name_taken"),
        (Refusal::TooManyAccounts, "too_many_accounts"),
        (Refusal::TooManyKeys, "too_many_keys"),
        (Refusal::UnknownKey, "key_unknown"),
        (Refusal::TooManyWebhooks, "too_many_webhooks"),
        (Refusal::UnknownWebhook, "webhook_unknown"),
        (Refusal::LinkUnknown, "link_unknown"),
        (Refusal::LinkExpired, "link_expired"),
        (Refusal::SignIn, "sign_in_failed"),
        (Refusal::CodeRequired, "code_required"),
        (Refusal::CodeWrong, "code_wrong"),
        (Refusal::TotpEnrolled, "totp_enrolled"),
        (Refusal::TotpNotOffered, "totp_not_offered"),
        (Refusal::UnknownSession, "session_unknown"),
    ] {
        assert_eq!(refusal.code(), code);
    }
}
