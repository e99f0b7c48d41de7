//! Stage two: typed values become [`Settings`], or every problem becomes a sentence.

use std::path::PathBuf;
use std::time::Duration;

use figment::value::Value;
use signaling::TokenKeys;

use super::error::{ConfigError, not_allowed};
use super::keys::{self, Key};
use super::{
    AdminSecret, Secret, Settings, StoreLocation, Tls, Typed, UdpPorts, parse, token_keys,
};

/// Validates every key before giving up, so that a person mends all of them at once.
pub(super) fn validate(typed: &Typed, cores: usize) -> Result<Settings, ConfigError> {
    let mut reader = Reader {
        typed,
        problems: Vec::new(),
    };
    let store = reader
        .take(Key::Store, parse::store)
        .unwrap_or_else(|| StoreLocation::File(PathBuf::from(keys::DEFAULT_STORE)));
    let store_keys = reader.take(Key::StoreKeyFile, parse::path);
    let messages = reader.take(Key::MessagesDir, parse::path);
    let settings = Settings {
        listen: reader
            .take(Key::Listen, parse::listen)
            .unwrap_or(keys::DEFAULT_LISTEN),
        udp_ports: reader
            .take(Key::UdpPorts, parse::udp_ports)
            .unwrap_or(keys::DEFAULT_UDP_PORTS),
        public_addresses: reader
            .take(Key::PublicAddress, parse::addresses)
            .unwrap_or_default(),
        public_url: reader.take(Key::PublicUrl, parse::public_url),
        tls: reader.tls(),
        admin_secret: reader.admin_secret(),
        store_keys: store_keys.unwrap_or_else(|| keys::default_store_keys(&store)),
        messages: messages.unwrap_or_else(|| keys::default_messages(&store)),
        store,
        webhooks: reader
            .take(Key::WebhooksTo, parse::reach)
            .unwrap_or(keys::DEFAULT_WEBHOOKS),
        shards: reader.shards(cores),
        drain: Duration::from_secs(u64::from(reader.drain_seconds())),
        log: reader
            .take(Key::Log, parse::log)
            .unwrap_or_else(|| keys::DEFAULT_LOG.to_owned()),
        clinic_name: reader.take(Key::ClinicName, parse::name),
        token_keys: reader.token_keys(),
    };
    reader.check_plain_http(&settings);
    reader.check_ports_suffice(&settings);
    if reader.problems.is_empty() {
        Ok(settings)
    } else {
        Err(ConfigError::new(reader.problems))
    }
}

/// Reads keys and collects what is wrong with them.
struct Reader<'a> {
    typed: &'a Typed,
    problems: Vec<String>,
}

impl Reader<'_> {
    /// The parsed value; `None` when nothing was typed or when a problem was noted.
    fn take<T>(&mut self, key: Key, parse: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        let found = self.typed.find(key)?;
        let parsed = parse(&found.value);
        if parsed.is_none() {
            self.problems
                .push(not_allowed(key, &parse::shown(&found.value), &found.source));
        }
        parsed
    }

    fn source(&self, key: Key) -> String {
        self.typed
            .find(key)
            .map_or_else(|| "the default".to_owned(), |found| found.source)
    }

    fn shards(&mut self, cores: usize) -> u16 {
        let most = keys::MOST_SHARDS;
        let typed = self.take(Key::Shards, |value| parse::whole(value, 1, u32::from(most)));
        let wanted = typed.and_then(|number| u16::try_from(number).ok());
        wanted.unwrap_or_else(|| u16::try_from(cores).unwrap_or(most).clamp(1, most))
    }

    fn drain_seconds(&mut self) -> u32 {
        self.take(Key::DrainSeconds, |value| {
            parse::whole(value, 0, keys::LONGEST_DRAIN_SECONDS)
        })
        .unwrap_or(keys::DEFAULT_DRAIN_SECONDS)
    }

    fn tls(&mut self) -> Tls {
        let certificate = self.take(Key::TlsCert, parse::path);
        let key = self.take(Key::TlsPrivate, parse::path);
        let self_signed = self.take(Key::TlsSelfSigned, parse::claim).unwrap_or(false);
        match (certificate, key) {
            (Some(certificate), Some(key)) => {
                if self_signed {
                    self.problems.push(format!(
                        "tls_self_signed is true (from {}) but tls_cert is set too (from {}); keep one of the two",
                        self.source(Key::TlsSelfSigned),
                        self.source(Key::TlsCert)
                    ));
                }
                Tls::Files { certificate, key }
            }
            (Some(_), None) => self.half_a_pair(Key::TlsCert, Key::TlsPrivate),
            (None, Some(_)) => self.half_a_pair(Key::TlsPrivate, Key::TlsCert),
            (None, None) if self_signed => Tls::SelfSigned,
            (None, None) => Tls::Off,
        }
    }

    fn half_a_pair(&mut self, given: Key, missing: Key) -> Tls {
        // A typed but refused partner already has its own sentence.
        if self.typed.find(missing).is_none() {
            self.problems.push(format!(
                "{} is set (from {}) but {} is not; it must be {}",
                given.name(),
                self.source(given),
                missing.name(),
                missing.allowed()
            ));
        }
        Tls::Off
    }

    fn admin_secret(&mut self) -> AdminSecret {
        let given = self.take(Key::AdminSecret, |value| Secret::parse(value.as_str()?));
        let Some(file) = self.take(Key::AdminSecretFile, parse::path) else {
            return given.map_or(AdminSecret::MadeAtStart, AdminSecret::Configured);
        };
        let source = self.source(Key::AdminSecretFile);
        if self.typed.find(Key::AdminSecret).is_some() {
            self.problems.push(format!(
                "admin_secret is set (from {}) and admin_secret_file too (from {source}); keep one of the two",
                self.source(Key::AdminSecret)
            ));
            return AdminSecret::MadeAtStart;
        }
        let shown = format!("{:?}", file.display().to_string());
        match std::fs::read_to_string(&file) {
            Err(error) => {
                let sentence = not_allowed(Key::AdminSecretFile, &shown, &source);
                self.problems.push(format!("{sentence}: {error}"));
                AdminSecret::MadeAtStart
            }
            Ok(text) => Secret::parse(text.trim_end_matches(['\r', '\n'])).map_or_else(
                || {
                    let inside = format!("the file {} named by {source}", file.display());
                    self.problems
                        .push(not_allowed(Key::AdminSecret, "", &inside));
                    AdminSecret::MadeAtStart
                },
                AdminSecret::Configured,
            ),
        }
    }

    fn token_keys(&mut self) -> TokenKeys {
        let Some(file) = self.take(Key::TokenKeys, parse::path) else {
            return TokenKeys::default();
        };
        let source = self.source(Key::TokenKeys);
        token_keys::read(&file).unwrap_or_else(|problem| {
            let name = Key::TokenKeys.name();
            let shown = file.display();
            self.problems.push(format!(
                "{name} is \"{shown}\" (from {source}) but {problem}"
            ));
            TokenKeys::default()
        })
    }

    /// Browsers give the microphone to secure pages only, and links must not cross a network in the clear.
    fn check_plain_http(&mut self, settings: &Settings) {
        let tls_was_typed = [Key::TlsCert, Key::TlsPrivate]
            .into_iter()
            .any(|key| self.typed.find(key).is_some());
        if settings.tls != Tls::Off || settings.listen.ip().is_loopback() || tls_was_typed {
            return;
        }
        self.problems.push(format!(
            "listen is \"{}\" (from {}) but must be a loopback address while there is no certificate: \
             give --tls-cert FILE and --tls-key FILE, or --tls-self-signed on a LAN, \
             or listen on 127.0.0.1 behind a proxy on this machine",
            settings.listen,
            self.source(Key::Listen)
        ));
    }

    fn check_ports_suffice(&mut self, settings: &Settings) {
        let UdpPorts::Range { first, last } = settings.udp_ports else {
            return;
        };
        let ports = u32::from(last - first) + 1;
        if ports < u32::from(settings.shards) {
            self.problems.push(format!(
                "udp_ports is \"{first}-{last}\" (from {}) which is {ports} port(s), but must hold one for each \
                 of the {} shards (from {}): widen it, or lower shards",
                self.source(Key::UdpPorts),
                settings.shards,
                self.source(Key::Shards)
            ));
        }
    }
}
