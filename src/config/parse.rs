//! From a typed value to a unit: one small function a kind. `None` means "not allowed".

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use figment::value::Value;
use signaling::store::RedisAddress;
use signaling::text::DisplayName;
use signaling::webhook::Reach;

use super::keys::MOST_PUBLIC_ADDRESSES;
use super::{StoreLocation, UdpPorts};

/// The value as the person wrote it, for a sentence about it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(_, text) => format!("{text:?}"),
        Value::Char(_, letter) => format!("{:?}", letter.to_string()),
        Value::Bool(_, claim) => claim.to_string(),
        Value::Num(_, number) => match (number.to_i128(), number.to_f64()) {
            (Some(whole), _) => whole.to_string(),
            (None, Some(fraction)) => fraction.to_string(),
            (None, None) => number
                .to_u128()
                .map_or_else(|| "a number".to_owned(), |whole| whole.to_string()),
        },
        Value::Array(_, values) => {
            let inner: Vec<String> = values.iter().map(shown).collect();
            format!("[{}]", inner.join(", "))
        }
        Value::Dict(..) => "a table".to_owned(),
        Value::Empty(..) => "nothing".to_owned(),
    }
}

/// Text, or a whole number as text: `udp_ports = 0` needs no quotes in TOML.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(_, text) => Some(text.clone()),
        Value::Char(_, letter) => Some(letter.to_string()),
        Value::Num(_, number) => number.to_i128().map(|whole| whole.to_string()),
        _ => None,
    }
}

pub(super) fn listen(value: &Value) -> Option<SocketAddr> {
    value.as_str()?.parse().ok()
}

pub(super) fn udp_ports(value: &Value) -> Option<UdpPorts> {
    let text = text(value)?;
    if text == "0" {
        return Some(UdpPorts::Any);
    }
    let (first, last) = text.split_once('-').unwrap_or((&text, &text));
    let (first, last) = (port(first)?, port(last)?);
    (first <= last).then_some(UdpPorts::Range { first, last })
}

fn port(text: &str) -> Option<u16> {
    text.trim().parse().ok().filter(|port| *port != 0)
}

/// A list, or text with commas between the addresses (a variable has no other way to hold several).
pub(super) fn addresses(value: &Value) -> Option<Vec<IpAddr>> {
    let typed: Vec<String> = match value {
        Value::Array(_, values) => values.iter().map(text).collect::<Option<_>>()?,
        other => text(other)?.split(',').map(str::to_owned).collect(),
    };
    let mut addresses = Vec::with_capacity(typed.len());
    for one in typed {
        let address: IpAddr = one.trim().parse().ok()?;
        if address.is_unspecified() || address.is_multicast() {
            return None;
        }
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    (1..=MOST_PUBLIC_ADDRESSES)
        .contains(&addresses.len())
        .then_some(addresses)
}

pub(super) fn whole(value: &Value, lowest: u32, highest: u32) -> Option<u32> {
    let number: u32 = text(value)?.trim().parse().ok()?;
    (lowest..=highest).contains(&number).then_some(number)
}

pub(super) fn path(value: &Value) -> Option<PathBuf> {
    value
        .as_str()
        .filter(|text| !text.is_empty())
        .map(PathBuf::from)
}

/// The path of a file, or the address of a Redis.
pub(super) fn store(value: &Value) -> Option<StoreLocation> {
    let text = value.as_str().filter(|text| !text.is_empty())?;
    if RedisAddress::is_meant(text) {
        let address = RedisAddress::parse(text).ok()?;
        return Some(StoreLocation::Redis(address));
    }
    // Something else that is no path: making a file of that name would help nobody.
    let is_path = !text.contains("://");
    is_path.then(|| StoreLocation::File(PathBuf::from(text)))
}

pub(super) fn claim(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(_, claim) => Some(*claim),
        Value::String(_, text) => text.parse().ok(),
        _ => None,
    }
}

/// An https address without a path, in the one form that links are made of.
pub(super) fn public_url(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let place = text.strip_prefix("https://")?;
    if let Some(place) = place.strip_prefix('[') {
        let alone = place.strip_suffix(']').map(str::parse::<Ipv6Addr>);
        let with_port = format!("[{place}").parse::<SocketAddr>();
        return (matches!(alone, Some(Ok(_))) || with_port.is_ok()).then(|| text.to_owned());
    }
    let (host, port) = place.split_once(':').unwrap_or((place, "443"));
    let is_name =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    let is_host =
        host.starts_with(|first: char| first.is_ascii_alphanumeric()) && host.bytes().all(is_name);
    let is_port = port.parse::<u16>().is_ok_and(|port| port > 0);
    (is_host && is_port).then(|| text.to_owned())
}

/// How far webhooks go.
pub(super) fn reach(value: &Value) -> Option<Reach> {
    let mut all = Reach::ALL.into_iter();
    all.find(|reach| Some(reach.as_str()) == value.as_str())
}

/// A name for people, as on a door.
pub(super) fn name(value: &Value) -> Option<DisplayName> {
    DisplayName::parse(value.as_str()?).ok()
}

/// A filter that the log library can read; an empty one would silence errors too.
pub(super) fn log(value: &Value) -> Option<String> {
    let text = value.as_str().filter(|text| !text.trim().is_empty())?;
    tracing_subscriber::EnvFilter::builder().parse(text).ok()?;
    Some(text.to_owned())
}
