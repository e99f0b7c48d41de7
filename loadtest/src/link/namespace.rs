//! Network namespaces: how one is named, and work done inside it.

use std::fs::File;
use std::os::fd::AsFd as _;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, bail};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

/// A network namespace that stays while this is held.
#[derive(Debug)]
pub struct Namespace {
    name: String,
    file: File,
}

impl Namespace {
    /// By the id of a process in it, by the name that `ip netns` gave it, or by a path such as `/proc/7/ns/net`.
    pub fn open(name: &str) -> anyhow::Result<Self> {
        let path = if name.contains('/') {
            PathBuf::from(name)
        } else if name.bytes().all(|byte| byte.is_ascii_digit()) {
            PathBuf::from(format!("/proc/{name}/ns/net"))
        } else {
            PathBuf::from("/var/run/netns").join(name)
        };
        let file = File::open(&path)
            .with_context(|| format!("namespace {name}: cannot open {}", path.display()))?;
        Ok(Self {
            name: name.to_owned(),
            file,
        })
    }

    /// Does something inside: what it opens stays there. On a thread of its own, which ends with it.
    pub fn within<T: Send>(
        &self,
        act: impl FnOnce() -> anyhow::Result<T> + Send,
    ) -> anyhow::Result<T> {
        let enter = || {
            move_into_link_name_space(self.file.as_fd(), Some(LinkNameSpaceType::Network))
                .with_context(|| {
                    format!(
                        "namespace {}: cannot enter it (CAP_SYS_ADMIN is needed)",
                        self.name
                    )
                })?;
            act()
        };
        std::thread::scope(|scope| scope.spawn(enter).join())
            .unwrap_or_else(|_| bail!("namespace {}: the work in it panicked", self.name))
    }

    /// Runs `ip` inside, with these words, and gives back what it says.
    pub fn ip(&self, words: &str) -> anyhow::Result<String> {
        let run = || {
            Command::new("ip")
                .args(words.split_whitespace())
                .output()
                .context("cannot run `ip` (iproute2)")
        };
        let output = self.within(run)?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            bail!("namespace {}: `ip {words}`: {}", self.name, why.trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}
