//! `--print-config`: the effective configuration as TOML that could be read back, each value with its source.

use std::fmt::Write as _;

use super::keys::Key;
use super::{AdminSecret, Settings, StoreLocation, Tls, Typed, UdpPorts, parse};

pub(super) fn print(settings: &Settings, typed: &Typed) -> String {
    let mut out = String::from("# The configuration in effect. Secrets are not shown.\n");
    for key in Key::ALL {
        let source = typed.find(key).map(|found| found.source);
        let from = source.unwrap_or_else(|| "the default".to_owned());
        // Writing to a String cannot fail.
        let _ = match value(settings, typed, key) {
            Shown::Value(value) => writeln!(out, "\n# from {from}\n{} = {value}", key.name()),
            Shown::Comment(words) => writeln!(out, "\n# from {from}\n# {}: {words}", key.name()),
            Shown::Nothing => Ok(()),
        };
    }
    out
}

/// What a key looks like in the output.
enum Shown {
    Value(String),
    Comment(String),
    Nothing,
}

fn value(settings: &Settings, typed: &Typed, key: Key) -> Shown {
    match key {
        Key::Listen => Shown::Value(quoted(&settings.listen)),
        Key::UdpPorts => Shown::Value(match settings.udp_ports {
            UdpPorts::Any => quoted(&0),
            UdpPorts::Range { first, last } => quoted(&format_args!("{first}-{last}")),
        }),
        Key::PublicAddress => {
            if settings.public_addresses.is_empty() {
                return Shown::Comment("every address of the interfaces".to_owned());
            }
            let all: Vec<String> = settings
                .public_addresses
                .iter()
                .map(|ip| quoted(ip))
                .collect();
            Shown::Value(format!("[{}]", all.join(", ")))
        }
        Key::TlsCert => match &settings.tls {
            Tls::Files { certificate, .. } => Shown::Value(quoted(&certificate.display())),
            Tls::Off | Tls::SelfSigned => Shown::Nothing,
        },
        Key::TlsPrivate => match &settings.tls {
            Tls::Files { key, .. } => Shown::Value(quoted(&key.display())),
            Tls::Off | Tls::SelfSigned => Shown::Nothing,
        },
        Key::TlsSelfSigned => Shown::Value((settings.tls == Tls::SelfSigned).to_string()),
        Key::AdminSecret => match settings.admin_secret {
            AdminSecret::Configured(_) => Shown::Comment("[redacted]".to_owned()),
            AdminSecret::MadeAtStart => Shown::Comment("a random one, made at start".to_owned()),
        },
        // The secret itself is reported above, whichever way it came.
        Key::AdminSecretFile => Shown::Nothing,
        Key::Store => match &settings.store {
            StoreLocation::File(path) => Shown::Value(quoted(&path.display())),
            StoreLocation::Redis(address) => match address.without_secret() {
                Some(text) => Shown::Value(quoted(&text)),
                None => Shown::Comment(format!("{address}, with a password that is not shown")),
            },
        },
        Key::PublicUrl => match &settings.public_url {
            Some(url) => Shown::Value(quoted(&url)),
            None => Shown::Nothing,
        },
        Key::StoreKeyFile => Shown::Value(quoted(&settings.store_keys.display())),
        Key::MessagesDir => Shown::Value(quoted(&settings.messages.display())),
        Key::WebhooksTo => Shown::Value(quoted(&settings.webhooks.as_str())),
        Key::Shards => Shown::Value(settings.shards.to_string()),
        Key::DrainSeconds => Shown::Value(settings.drain.as_secs().to_string()),
        Key::Log => Shown::Value(quoted(&settings.log)),
        Key::ClinicName => match &settings.clinic_name {
            Some(name) => Shown::Value(quoted(&name.as_str())),
            None => Shown::Nothing,
        },
        Key::TokenKeys => match typed.find(key) {
            Some(found) => Shown::Value(parse::shown(&found.value)),
            None => Shown::Nothing,
        },
    }
}

/// A TOML basic string.
fn quoted(value: &dyn std::fmt::Display) -> String {
    let mut out = String::from("\"");
    for letter in value.to_string().chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
