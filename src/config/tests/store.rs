//! Where consultations are kept, as a person types it.

use super::*;

#[test]
fn a_redis_is_an_address_and_its_password_is_in_no_output() {
    let with_password = flags(&["--store=redis://:swordfish@host:6380/2"]);
    let (settings, _) = with_password.run().expect("valid");
    let StoreLocation::Redis(address) = &settings.store else {
        panic!("an address of a Redis");
    };
    assert_eq!(address.to_string(), "Redis at host:6380, database 2");
    assert!(!format!("{settings:?}").contains("swordfish"));
    let printed = with_password.printed();
    let line = "# store: Redis at host:6380, database 2, with a password that is not shown";
    assert!(printed.contains(line), "{printed}");
    assert!(!printed.contains("swordfish"));
    for open in [
        "redis://host",
        "rediss://host:6380/1",
        "redis+unix:///run/redis.sock",
    ] {
        let printed = flags(&[&format!("--store={open}")]).printed();
        assert!(
            printed.contains(&format!("store = \"{open}\"")),
            "{printed}"
        );
    }
}

#[test]
fn keys_and_messages_lie_beside_a_file_and_for_a_redis_in_the_working_folder() {
    let paths = |store: &str| {
        let (settings, _) = flags(&[&format!("--store={store}")]).run().expect("valid");
        [settings.store_keys, settings.messages].map(|path| path.display().to_string())
    };
    assert_eq!(
        paths("/srv/clinic.redb"),
        ["/srv/clinic.redb.key", "/srv/clinic.redb.messages"]
    );
    assert_eq!(
        paths("redis://:swordfish@host"),
        ["./nhipcau.key", "./nhipcau.messages"]
    );
}
