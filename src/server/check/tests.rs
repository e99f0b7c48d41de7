//! What `check` says about good and bad surroundings.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use signaling::store::{Doubt, KeysError, RedisAddress, StoreError};

use super::{Finding, Report, Verdict, addresses, certificate, ports, store};
use crate::config::{AdminSecret, Settings, StoreLocation, Tls, UdpPorts};

fn settings() -> Settings {
    Settings {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        udp_ports: UdpPorts::Any,
        public_addresses: vec![Ipv4Addr::LOCALHOST.into()],
        tls: Tls::Off,
        admin_secret: AdminSecret::MadeAtStart,
        store: StoreLocation::File(fresh_file()),
        store_keys: std::env::temp_dir().join(format!("nhipcau-check-{}.key", std::process::id())),
        public_url: None,
        messages: std::env::temp_dir()
            .join(format!("nhipcau-check-{}.messages", std::process::id())),
        webhooks: signaling::webhook::Reach::Public,
        shards: 1,
        drain: Duration::ZERO,
        log: "off".to_owned(),
        clinic_name: None,
        token_keys: signaling::TokenKeys::default(),
    }
}

fn fresh_file() -> PathBuf {
    std::env::temp_dir().join(format!("nhipcau-check-{}.redb", std::process::id()))
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(500_000)
}

/// What is wrong, with the way to mend it.
fn wrong(finding: &Finding) -> (&str, &str) {
    match &finding.verdict {
        Verdict::Problem { wrong, mend } => (wrong, mend),
        other => panic!("no problem: {other:?}"),
    }
}

fn is_good(finding: &Finding) -> bool {
    matches!(finding.verdict, Verdict::Good(_))
}

/// A folder that is gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("nhipcau-check-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_fresh_machine_is_ready_and_nothing_is_left_behind() {
    let settings = settings();
    let report = Report::make(&settings, now());
    assert!(report.is_good(), "{report}");
    assert!(report.to_string().ends_with("ready to serve\n"));
    assert!(!fresh_file().exists());
}

#[test]
fn a_taken_port_of_the_page_is_named() {
    let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let listen = held.local_addr().expect("an address");
    let finding = ports::http(&Settings {
        listen,
        ..settings()
    });
    let (what, mend) = wrong(&finding);
    assert!(
        what.starts_with(&format!("TCP {listen} cannot be opened")),
        "{what}"
    );
    assert!(mend.contains("--listen"), "{mend}");
}

#[test]
fn an_address_of_another_machine_cannot_be_listened_on() {
    let listen = "192.0.2.1:0".parse().expect("an address");
    let finding = ports::http(&Settings {
        listen,
        ..settings()
    });
    assert!(
        wrong(&finding)
            .1
            .starts_with("no interface has this address")
    );
}

#[test]
fn too_few_free_media_ports_are_a_problem_and_named() {
    let held = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).expect("a port");
    let port = held.local_addr().expect("an address").port();
    let udp_ports = UdpPorts::Range {
        first: port,
        last: port,
    };
    let finding = ports::udp(&Settings {
        udp_ports,
        ..settings()
    });
    let (what, mend) = wrong(&finding);
    assert!(
        what.starts_with(&format!(
            "1 UDP ports are needed and 0 can be opened; not {port}"
        )),
        "{what}"
    );
    assert!(mend.contains("--udp-ports"), "{mend}");
}

#[test]
fn an_address_of_this_machine_is_tried_and_a_foreign_one_is_noted() {
    let foreign = "203.0.113.7".parse().expect("an address");
    let listen = "0.0.0.0:0".parse().expect("an address");
    let public_addresses = vec![Ipv4Addr::LOCALHOST.into(), foreign];
    let findings = addresses::advertised(&Settings {
        listen,
        public_addresses,
        ..settings()
    });
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert!(is_good(&findings[0]));
    assert!(matches!(&findings[1].verdict, Verdict::Note(words) if words.contains("forwards UDP")));
}

#[test]
fn private_addresses_alone_are_noted_for_a_public_page() {
    let listen = "0.0.0.0:0".parse().expect("an address");
    let findings = addresses::advertised(&Settings {
        listen,
        ..settings()
    });
    assert!(
        matches!(&findings[1].verdict, Verdict::Note(words) if words.contains("--public-address"))
    );
}

#[test]
fn a_certificate_is_judged_by_the_clock_and_by_its_key() {
    let folder = Folder::new("certificate");
    let (cert, key) = (folder.0.join("cert.pem"), folder.0.join("key.pem"));
    let judged = |from: i64, until: i64| {
        write_pair(&cert, &key, from, until);
        let tls = Tls::Files {
            certificate: cert.clone(),
            key: key.clone(),
        };
        certificate::judge(&Settings { tls, ..settings() }, now())
    };
    assert_eq!(
        judged(-1, 90),
        Finding::good(
            "certificate",
            "belongs to its key and is good for 90 more days"
        )
    );
    assert!(
        matches!(judged(-1, 3).verdict, Verdict::Note(words) if words.contains("expires in 3 days"))
    );
    assert_eq!(wrong(&judged(-9, -2)).0, "expired 2 days ago");
    assert_eq!(wrong(&judged(1, 2)).0, "is not good yet");

    std::fs::write(&key, "nonsense").expect("written");
    let tls = Tls::Files {
        certificate: cert.clone(),
        key: key.clone(),
    };
    let finding = certificate::judge(&Settings { tls, ..settings() }, now());
    assert!(wrong(&finding).0.contains("holds no PEM private key"));
}

fn write_pair(cert: &Path, key: &Path, from_days: i64, until_days: i64) {
    let at = |days: i64| {
        let span = Duration::from_hours(days.unsigned_abs() * 24);
        if days < 0 { now() - span } else { now() + span }
    };
    let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).expect("a name");
    params.not_before = at(from_days).into();
    params.not_after = at(until_days).into();
    let pair = rcgen::KeyPair::generate().expect("a key");
    let made = params.self_signed(&pair).expect("a certificate");
    std::fs::write(cert, made.pem()).expect("written");
    std::fs::write(key, pair.serialize_pem()).expect("written");
}

#[tokio::test]
async fn a_store_opens_or_can_be_made_or_is_named() {
    let folder = Folder::new("store");
    let path = folder.0.join("nhipcau.redb");
    let keys = folder.0.join("nhipcau.redb.key");
    let open = |path: &Path| store::file(path, &keys);
    assert!(is_good(&open(&path)));
    assert!(!path.exists(), "a try leaves no database behind");
    assert!(!keys.exists(), "nor its keys");

    let now = signaling::Clock::system().now();
    let held = signaling::store::Store::open_embedded(&path, &keys, now).await;
    let finding = open(&path);
    assert!(wrong(&finding).1.contains("stop a running nhipcau"));
    drop(held.expect("a store"));
    assert!(is_good(&open(&path)));

    for (mode, told) in [(0o640, true), (0o600, false)] {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&keys, permissions).expect("changed");
        let is_note = matches!(open(&path).verdict, Verdict::Note(_));
        assert_eq!(is_note, told, "{mode:o}");
    }

    let aside = folder.0.join("aside.key");
    std::fs::rename(&keys, &aside).expect("moved");
    let finding = open(&path);
    assert!(wrong(&finding).0.contains("is not there"));
    assert!(wrong(&finding).1.contains("--store-key-file"));
    std::fs::rename(&aside, &keys).expect("moved back");

    std::fs::write(&path, "this is no database").expect("written");
    assert!(wrong(&open(&path)).0.contains("cannot be opened"));
    assert!(
        wrong(&open(&folder.0.join("no/such/folder.redb")))
            .0
            .contains("cannot be made")
    );
}

#[tokio::test]
async fn a_store_that_rotted_is_told_from_one_that_is_in_use() {
    let folder = Folder::new("rot");
    let path = folder.0.join("nhipcau.redb");
    let keys = folder.0.join("nhipcau.redb.key");
    let now = signaling::Clock::system().now();
    let made = signaling::store::Store::open_embedded(&path, &keys, now).await;
    drop(made.expect("a store"));
    let mut bytes = std::fs::read(&path).expect("its file");
    let pages = bytes.iter_mut().skip(4096); // behind redb's header
    pages.filter(|byte| **byte != 0).for_each(|byte| *byte ^= 1);
    std::fs::write(&path, bytes).expect("written");
    let finding = store::file(&path, &keys);
    let (problem, remedy) = wrong(&finding);
    assert!(problem.contains("the store is damaged"), "{problem}");
    assert!(remedy.contains("last copy"), "{remedy}");
}

#[test]
fn a_redis_is_judged_by_what_it_keeps() {
    let address = RedisAddress::parse("redis://:swordfish@10.0.0.7/2").expect("an address");
    let away = StoreError::Away {
        why: format!("{address} refuses the connection: see whether it runs"),
    };
    let late = Doubt::LateToDisk {
        found: "everysec".to_owned(),
    };
    let policy = "allkeys-lru".to_owned();
    let doubts = vec![
        Doubt::NoAppendOnlyFile,
        late,
        Doubt::SettingsHidden,
        Doubt::ThrowsAway { policy },
        Doubt::WriteFailed,
    ];
    let later = StoreError::Format { found: 2, known: 1 };
    let path = "/etc/nhipcau.key".into();
    let keyless = StoreError::Keys(KeysError::FileMissing { path });
    let looked = [
        Ok(Vec::new()),
        Ok(doubts),
        Err(away),
        Err(later),
        Err(keyless),
    ];
    let reports = looked.map(|looked| {
        let findings = store::redis(&address, looked);
        Report { findings }.to_string()
    });
    assert!(!reports.concat().contains("swordfish"));
    insta::assert_snapshot!("redis", reports.join("\n"));
}

#[test]
fn a_redis_that_does_not_run_is_in_the_way() {
    let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let closed = held.local_addr().expect("an address");
    drop(held);
    let address = RedisAddress::parse(&format!("redis://{closed}")).expect("an address");
    let findings = store::open(&StoreLocation::Redis(address), Path::new("no.key"));
    let (what, _mend) = wrong(&findings[0]);
    assert!(what.contains("see whether it runs"), "{what}");
}

#[test]
fn the_report_puts_the_remedy_below_the_problem() {
    let report = Report {
        findings: vec![
            Finding::good("page", "TCP 127.0.0.1:8080 can be opened"),
            Finding::note("address", "192.0.2.1 is not of this machine"),
            Finding::problem("store", "/nowhere cannot be made", "make its folder"),
        ],
    };
    assert!(!report.is_good());
    insta::assert_snapshot!("report", report.to_string());
}
