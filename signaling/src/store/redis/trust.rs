//! What is promised of what is stored, and whether this Redis can keep it.

use std::collections::HashMap;

use redis::aio::MultiplexedConnection;
use redis::{RedisResult, cmd};

/// Why something that was stored may be lost or changed after all. The words are for the
/// administrator: what is so, what may happen, what mends it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// It writes no log of its own.
    #[error(
        "Redis writes no append-only file: when it stops or its machine fails, consultations, names and chat since \
         its last snapshot are lost, all of them if it makes none. To mend it: appendonly yes"
    )]
    NoAppendOnlyFile,
    /// It writes its log later than it answers.
    #[error(
        "Redis brings its append-only file to the disk later than it answers (appendfsync {found}): when its machine \
         fails, the last second or more of consultations, names and chat is lost. To mend it: appendfsync always"
    )]
    LateToDisk {
        /// Its setting.
        found: String,
    },
    /// It does not tell its settings.
    #[error(
        "Redis does not tell its settings (CONFIG GET is forbidden, as on many rented servers): whoever runs it must \
         say whether appendfsync is always; if not, the last second or more is lost when its machine fails"
    )]
    SettingsHidden,
    /// It throws things away when it is full.
    #[error(
        "Redis throws away what it likes when its memory is full (maxmemory-policy {policy}): rooms, names and chat \
         may vanish at any time. To mend it: maxmemory-policy noeviction"
    )]
    ThrowsAway {
        /// Its setting.
        policy: String,
    },
    /// It could not write its log the last time.
    #[error(
        "Redis could not write its append-only file the last time it tried: see to its disk, or nothing can be stored"
    )]
    WriteFailed,
}

/// What a Redis says of itself.
pub(super) struct Traits {
    info: HashMap<String, String>,
    settings: Option<HashMap<String, String>>,
}

impl Traits {
    /// Asks. Works while Redis still reads its files.
    pub(super) async fn ask(connection: &mut MultiplexedConnection) -> RedisResult<Self> {
        let mut info = HashMap::new();
        for section in ["replication", "persistence", "memory"] {
            let text: String = cmd("INFO").arg(section).query_async(connection).await?;
            let lines = text.lines().filter_map(|line| line.split_once(':'));
            info.extend(lines.map(|(name, value)| (name.to_owned(), value.trim().to_owned())));
        }
        let asked = cmd("CONFIG")
            .arg("GET")
            .arg("append*")
            .query_async(connection)
            .await;
        let settings = match asked {
            Ok(settings) => Some(settings),
            Err(error) if super::problem::is_answer(&error) => None,
            Err(error) => return Err(error),
        };
        Ok(Self { info, settings })
    }

    pub(super) fn is_replica(&self) -> bool {
        self.says("role", "slave")
    }

    pub(super) fn is_loading(&self) -> bool {
        self.says("loading", "1")
    }

    /// Everything for which what was stored may be lost.
    pub(super) fn doubts(&self) -> Vec<Doubt> {
        let mut doubts = Vec::new();
        if self.says("aof_enabled", "0") {
            doubts.push(Doubt::NoAppendOnlyFile);
        } else {
            let found = self.settings.as_ref().map(|all| all.get("appendfsync"));
            match found {
                None => doubts.push(Doubt::SettingsHidden),
                Some(Some(found)) if found == "always" => {}
                Some(found) => doubts.push(Doubt::LateToDisk {
                    found: found.cloned().unwrap_or_default(),
                }),
            }
            if self
                .info
                .get("aof_last_write_status")
                .is_some_and(|status| status != "ok")
            {
                doubts.push(Doubt::WriteFailed);
            }
        }
        // Without a limit nothing is ever thrown away.
        let is_limited = !self.says("maxmemory", "0");
        if let Some(policy) = self.info.get("maxmemory_policy")
            && policy != "noeviction"
            && is_limited
        {
            let policy = policy.clone();
            doubts.push(Doubt::ThrowsAway { policy });
        }
        doubts
    }

    fn says(&self, name: &str, value: &str) -> bool {
        self.info.get(name).is_some_and(|said| said == value)
    }
}
