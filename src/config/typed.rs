//! Stage one: what was typed, in layers, each value with its source. Nothing is judged but the names.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::error::{ConfigError, unknown_key};
use super::flags::KeyFlags;
use super::keys::Key;

/// The prefix of the variables that are ours. Anything under it that is not a key is refused.
const PREFIX: &str = "NHIPCAU_";

/// Names the configuration file; the one variable that is not a key.
const CONFIG_VARIABLE: &str = "NHIPCAU_CONFIG";

/// The three layers, merged: flags over variables over the file.
#[derive(Debug)]
pub struct Typed {
    layers: Figment,
}

/// A value with the words for where it came from.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) value: Value,
    pub(super) source: String,
}

impl Typed {
    /// Gathers the layers. The file is the one named by `--config`, else by `NHIPCAU_CONFIG`, else none.
    ///
    /// # Errors
    /// An unreadable or malformed file, and every name that is not a key.
    pub fn gather(
        flags: &KeyFlags,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let (variables, named_file) = read_environment(environment, &mut problems);
        let file = match flags.config.clone().or(named_file) {
            Some(path) => read_file(&path, &mut problems),
            None => Layer::empty(),
        };
        if !problems.is_empty() {
            return Err(ConfigError::new(problems));
        }
        let layers = Figment::new()
            .merge(file)
            .merge(variables)
            .merge(read_flags(flags));
        Ok(Self { layers })
    }

    /// The winning value of a key, if anybody typed one.
    pub(super) fn find(&self, key: Key) -> Option<Found> {
        let value = self.layers.find_value(key.name()).ok()?;
        let source = self.layers.get_metadata(value.tag()).map_or_else(
            || "an unknown source".to_owned(),
            |metadata| metadata.interpolate(&Profile::Default, &[key.name()]),
        );
        Some(Found { value, source })
    }
}

/// One source of values.
struct Layer {
    values: Dict,
    metadata: Metadata,
}

impl Layer {
    fn empty() -> Self {
        Self {
            values: Dict::new(),
            metadata: Metadata::named("nothing"),
        }
    }

    fn new(
        values: Dict,
        describe: impl Fn(&str) -> String + Clone + Send + Sync + 'static,
    ) -> Self {
        let metadata = Metadata::named("layer")
            .interpolater(move |_, path| describe(path.first().copied().unwrap_or_default()));
        Self { values, metadata }
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        self.metadata.clone()
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

fn read_flags(flags: &KeyFlags) -> Layer {
    let mut values = Dict::new();
    for key in Key::ALL {
        let mut typed = flags.values(key);
        if typed.is_empty() {
            continue;
        }
        let value = if key == Key::PublicAddress {
            Value::from(typed)
        } else {
            Value::from(typed.remove(0))
        };
        values.insert(key.name().to_owned(), value);
    }
    Layer::new(values, |name| match Key::named(name) {
        Some(key) => format!("the flag {}", key.flag()),
        None => "a flag".to_owned(),
    })
}

/// Variables stay text: a secret of digits only must not turn into a number.
fn read_environment(
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    problems: &mut Vec<String>,
) -> (Layer, Option<PathBuf>) {
    let mut values = Dict::new();
    let mut file = None;
    for (name, value) in environment {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
            continue;
        };
        if name == CONFIG_VARIABLE {
            file = Some(PathBuf::from(value));
            continue;
        }
        let Some(key) = Key::ALL.into_iter().find(|key| key.variable() == name) else {
            problems.push(unknown_key(name, "the environment"));
            continue;
        };
        match value.into_string() {
            Ok(text) => {
                values.insert(key.name().to_owned(), Value::from(text));
            }
            Err(_) => problems.push(format!(
                "{} (from the variable {name}) is not UTF-8 text but must be {}",
                key.name(),
                key.allowed()
            )),
        }
    }
    problems.sort_unstable();
    let layer = Layer::new(values, |name| match Key::named(name) {
        Some(key) => format!("the variable {}", key.variable()),
        None => "a variable".to_owned(),
    });
    (layer, file)
}

fn read_file(path: &Path, problems: &mut Vec<String>) -> Layer {
    let shown = path.display();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            problems.push(format!(
                "the configuration file {shown} cannot be read: {error}"
            ));
            return Layer::empty();
        }
    };
    let values = match Toml::string(&text).data() {
        Ok(mut profiles) => profiles.remove(&Profile::Default).unwrap_or_default(),
        Err(error) => {
            problems.push(format!(
                "the configuration file {shown} is not TOML: {}",
                without_excerpt(&error)
            ));
            return Layer::empty();
        }
    };
    let source = format!("the file {shown}");
    for name in values.keys().filter(|name| Key::named(name).is_none()) {
        problems.push(unknown_key(name, &source));
    }
    Layer::new(values, move |_| source.clone())
}

/// What is wrong and where, without the parser's quotation of the faulty line, which may hold a secret.
fn without_excerpt(error: &figment::Error) -> String {
    let text = error.kind.to_string();
    let is_excerpt = |line: &&str| {
        line.trim_start_matches(|letter: char| letter == ' ' || letter.is_ascii_digit())
            .starts_with('|')
    };
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !is_excerpt(line))
        .collect();
    lines.join(": ")
}
