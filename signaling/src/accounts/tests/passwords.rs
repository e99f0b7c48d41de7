use std::task::{Context, Poll, Waker};

use super::*;

/// Cheap, so that tests are quick.
const CHEAP: Cost = Cost {
    memory_kib: 16,
    passes: 1,
};

fn choose(text: &str) -> Result<Password, PasswordError> {
    Password::choose(text, &sign_in_name("lan.nguyen@benhvien.vn"))
}

#[test]
fn length_is_counted_in_whole_letters() {
    assert!(choose("trời xanh 1").is_ok());
    assert_eq!(choose("ếếếếếếếếế"), Err(PasswordError::Length { got: 9 }));
    // The same nine letters, three code points each.
    let decomposed = "e\u{302}\u{301}".repeat(9);
    assert_eq!(choose(&decomposed), Err(PasswordError::Length { got: 9 }));
    assert!(choose(&"e\u{302}\u{301}".repeat(128)).is_ok());
    let long = "a".repeat(129);
    assert_eq!(
        choose(&long).unwrap_err().to_string(),
        "password must be 10 to 128 characters, got 129"
    );
    assert!(choose(&"x".repeat(1_000_000)).is_err());
}

#[test]
fn each_rule_names_itself() {
    for (text, code) in [
        ("ngắn", "password_length"),
        ("mười một\u{7}chữ", "password_character"),
        ("LAN.NGUYEN@benhvien.vn", "password_is_name"),
        ("Lan.Nguyen", "password_is_name"),
        ("MatKhau123", "password_common"),
        ("1234567890", "password_common"),
    ] {
        assert_eq!(choose(text).unwrap_err().code(), code, "{text}");
    }
    // Nothing else is asked: neither capitals nor signs.
    assert!(choose("nắng chiều vàng").is_ok());
}

#[tokio::test]
async fn a_keyboard_that_sends_other_code_points_types_the_same_password() {
    let passwords = Passwords::new(CHEAP, 4).unwrap();
    let hash = passwords
        .hash(choose("tiếng Việt đẹp").unwrap())
        .await
        .unwrap();
    let decomposed = "tie\u{302}\u{301}ng Vi\u{ea}\u{323}t\u{a0}\u{111}e\u{323}p";
    for (typed, verdict) in [
        ("tiếng Việt đẹp", Verdict::Right),
        (decomposed, Verdict::Right),
        ("tiếng việt đẹp", Verdict::Wrong),
        ("", Verdict::Wrong),
    ] {
        let compared = passwords.compare(Password::typed(typed), Some(hash.clone()));
        assert_eq!(compared.await.unwrap(), verdict, "{typed}");
    }
}

#[tokio::test]
async fn a_hash_is_argon2id_with_a_salt_of_its_own() {
    let passwords = Passwords::new(CHEAP, 4).unwrap();
    let password = choose("nắng chiều vàng").unwrap();
    let one = passwords.hash(password.clone()).await.unwrap();
    let other = passwords.hash(password).await.unwrap();
    assert!(one.as_str().starts_with("$argon2id$v=19$m=16,t=1,p=1$"));
    assert_ne!(one, other);
}

#[tokio::test]
async fn a_hash_of_cheaper_days_is_right_and_to_be_made_anew() {
    let password = choose("nắng chiều vàng").unwrap();
    let cheap = Passwords::new(CHEAP, 4).unwrap();
    let hash = cheap.hash(password.clone()).await.unwrap();
    for dearer in [
        Cost {
            memory_kib: 32,
            ..CHEAP
        },
        Cost { passes: 2, ..CHEAP },
    ] {
        let passwords = Passwords::new(dearer, 4).unwrap();
        let compared = passwords.compare(password.clone(), Some(hash.clone()));
        assert_eq!(compared.await.unwrap(), Verdict::RightButCheap);
        let newer = passwords.hash(password.clone()).await.unwrap();
        let compared = passwords.compare(password.clone(), Some(newer));
        assert_eq!(compared.await.unwrap(), Verdict::Right);
    }
}

#[tokio::test]
async fn whoever_has_no_password_is_compared_all_the_same() {
    let passwords = Passwords::new(CHEAP, 4).unwrap();
    let hash = passwords
        .hash(choose("nắng chiều vàng").unwrap())
        .await
        .unwrap();
    let before = passwords.made();
    for hash in [Some(hash), None] {
        let compared = passwords.compare(Password::typed("sai mật khẩu rồi"), hash);
        assert_eq!(compared.await.unwrap(), Verdict::Wrong);
    }
    assert_eq!(passwords.made() - before, 2);
}

/// The one thread that hashes could run on is busy until all have come, so that none is done before.
#[test]
fn too_many_at_once_are_told_so() {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.max_blocking_threads(1).build().unwrap();
    let passwords = Passwords::new(CHEAP, 4).unwrap();
    let compare = || passwords.compare(Password::typed("sai mật khẩu rồi"), None);
    runtime.block_on(async {
        let (release, busy) = std::sync::mpsc::channel::<()>();
        let busy = tokio::task::spawn_blocking(move || busy.recv());
        let (mut refused, mut waiting) = (0, Vec::new());
        for _ in 0..200 {
            let mut one = Box::pin(compare());
            match one.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(verdict) => {
                    assert_eq!(verdict, Err(HashError::Busy));
                    refused += 1;
                }
                Poll::Pending => waiting.push(one),
            }
        }
        assert_eq!(
            (refused, waiting.len()),
            (200 - 68, 68),
            "4 run and 64 wait"
        );
        release.send(()).unwrap();
        busy.await.unwrap().unwrap();
        for verdict in futures_util::future::join_all(waiting).await {
            assert_eq!(verdict, Ok(Verdict::Wrong));
        }
        assert_eq!(passwords.made(), 68);
        assert_eq!(
            compare().await,
            Ok(Verdict::Wrong),
            "and then there is room"
        );
    });
}

#[test]
fn the_cost_is_the_one_that_owasp_asks_for() {
    assert_eq!((Cost::OWASP.memory_kib, Cost::OWASP.passes), (19_456, 2));
}
