//! Certificates from files: what is refused, what a change brings, and what the clock says.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::reload::{Change, Watch};
use super::{Freshness, Identity, TlsError, Validity, self_signed};

/// A directory with a certificate and its key, gone when the test ends.
struct Files(PathBuf);

impl Files {
    fn new(name: &str) -> Self {
        let directory =
            std::env::temp_dir().join(format!("nhipcau-tls-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a temporary directory");
        let files = Self(directory);
        files.write_pair();
        files
    }

    fn certificate(&self) -> PathBuf {
        self.0.join("cert.pem")
    }

    fn key(&self) -> PathBuf {
        self.0.join("key.pem")
    }

    fn write_pair(&self) {
        let made =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        write(&self.certificate(), &made.cert.pem());
        write(&self.key(), &made.signing_key.serialize_pem());
    }

    fn read(&self) -> Result<Identity, TlsError> {
        Identity::from_files(&self.certificate(), &self.key())
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Writes with a time of change of its own, so that a test need not wait for the clock of the file system.
fn write(path: &Path, text: &str) {
    use std::sync::atomic::{AtomicU64, Ordering};
    static TICKS: AtomicU64 = AtomicU64::new(1_000_000_000);
    std::fs::write(path, text).expect("a file is written");
    let tick = TICKS.fetch_add(1, Ordering::Relaxed);
    let file = std::fs::File::options()
        .append(true)
        .open(path)
        .expect("the file opens");
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(tick))
        .expect("its time is set");
}

fn refusal(files: &Files) -> String {
    match files.read() {
        Ok(_) => panic!("the files are accepted"),
        Err(error) => error
            .to_string()
            .replace(&files.0.display().to_string(), ""),
    }
}

#[test]
fn a_matching_pair_is_accepted() {
    assert!(Files::new("pair").read().is_ok());
}

#[test]
fn each_broken_pair_is_named() {
    let files = Files::new("broken");
    let certificate = std::fs::read_to_string(files.certificate()).expect("readable");
    let key = std::fs::read_to_string(files.key()).expect("readable");

    write(&files.certificate(), "");
    assert!(refusal(&files).starts_with("/cert.pem holds no PEM certificate"));
    write(&files.certificate(), &key);
    assert!(refusal(&files).starts_with("/cert.pem holds no PEM certificate"));
    write(&files.certificate(), &certificate);
    write(&files.key(), &certificate);
    assert!(refusal(&files).starts_with("/key.pem holds no PEM private key"));
    files.write_pair();
    write(&files.certificate(), &certificate);
    assert_eq!(
        refusal(&files),
        "the key in /key.pem does not belong to the certificate in /cert.pem"
    );
    std::fs::remove_file(files.key()).expect("removed");
    assert!(refusal(&files).starts_with("/key.pem cannot be read"));
}

#[test]
fn a_change_is_read_once_and_a_broken_one_is_told_once() {
    let files = Files::new("reload");
    let Ok((mut watch, _)) = Watch::start(files.certificate(), files.key()) else {
        panic!("the files are good");
    };
    assert!(matches!(watch.poll(), Change::None));
    files.write_pair();
    assert!(matches!(watch.poll(), Change::Renewed(_)));
    assert!(matches!(watch.poll(), Change::None));
    write(&files.certificate(), "half a certif");
    assert!(matches!(
        watch.poll(),
        Change::Broken(TlsError::NoCertificate(_))
    ));
    assert!(matches!(watch.poll(), Change::None));
    files.write_pair();
    assert!(matches!(watch.poll(), Change::Renewed(_)));
    std::fs::remove_file(files.key()).expect("removed");
    assert!(matches!(
        watch.poll(),
        Change::Broken(TlsError::Unreadable { .. })
    ));
}

#[test]
fn a_self_signed_certificate_is_good_from_yesterday_for_a_year() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
    let names = self_signed::Names::of_this_machine(&[]).expect("interfaces");
    let identity = self_signed::make(&names, now).expect("a certificate");
    let validity = identity.validity().expect("a validity");
    let day = Duration::from_hours(24);
    assert_eq!(validity.at(now), Freshness::Good { days: 365 });
    assert_eq!(validity.at(now - 2 * day), Freshness::NotYet);
    assert_eq!(validity.at(now + 367 * day), Freshness::Expired { days: 2 });
}

#[test]
fn days_are_whole_and_rounded_down() {
    let at = |hours: u64| SystemTime::UNIX_EPOCH + Duration::from_hours(hours);
    let validity = Validity {
        from: at(0),
        until: at(48),
    };
    assert_eq!(validity.at(at(0)), Freshness::Good { days: 2 });
    assert_eq!(validity.at(at(1)), Freshness::Good { days: 1 });
    assert_eq!(validity.at(at(48)), Freshness::Good { days: 0 });
    assert_eq!(validity.at(at(49)), Freshness::Expired { days: 0 });
}
