//! What `deploy/`, the Dockerfile and the operators' documents say fits the tree and each other.

use std::collections::BTreeSet;
use std::fs;

use crate::tree;

fn text(path: &str) -> String {
    fs::read_to_string(tree::root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What a `COPY` takes from the checkout; nothing for a copy from another stage.
fn copied(line: &str) -> Vec<&str> {
    let Some(rest) = line.strip_prefix("COPY ") else {
        return Vec::new();
    };
    let mut words: Vec<&str> = rest.split_whitespace().collect();
    if words.iter().any(|word| word.starts_with("--from=")) {
        return Vec::new();
    }
    words.pop();
    words
}

#[test]
fn the_dockerfile_copies_what_is_there_and_what_the_build_may_see() {
    let ignore = text(".dockerignore");
    let visible: BTreeSet<&str> = ignore
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .collect();
    let dockerfile = text("Dockerfile");
    let mut sources = BTreeSet::new();
    for source in dockerfile.lines().flat_map(copied) {
        assert!(
            tree::root().join(source).exists(),
            "the Dockerfile copies {source}, which does not exist"
        );
        let top = source.split('/').next().unwrap_or_default();
        assert!(visible.contains(top), ".dockerignore hides {source}");
        sources.insert(top);
    }
    assert_eq!(
        sources, visible,
        "what .dockerignore shows is what the Dockerfile copies"
    );
}

/// Cargo reads every member's manifest before it builds any of them.
#[test]
fn the_dockerfile_copies_every_member_of_the_workspace() {
    let manifest = text("Cargo.toml");
    let members = manifest
        .lines()
        .find_map(|line| line.strip_prefix("members = "))
        .unwrap();
    let dockerfile = text("Dockerfile");
    let sources: Vec<&str> = dockerfile.lines().flat_map(copied).collect();
    for member in members.split('"').skip(1).step_by(2) {
        assert!(
            sources.iter().any(|source| member.starts_with(source)),
            "the Dockerfile does not copy {member}"
        );
    }
}

/// The number after `name =` or `name=`.
fn number(text: &str, name: &str) -> u64 {
    text.lines()
        .filter_map(|line| line.strip_prefix(name))
        .filter_map(|rest| rest.trim_start().strip_prefix('='))
        .find_map(|value| value.trim().parse().ok())
        .unwrap_or_else(|| panic!("no number for {name}"))
}

#[test]
fn the_service_is_not_killed_while_it_drains() {
    let drain = number(&text("deploy/nhipcau.toml"), "drain_seconds");
    let patience = number(&text("deploy/nhipcau.service"), "TimeoutStopSec");
    assert!(
        patience >= drain + 10,
        "TimeoutStopSec {patience} leaves no time after {drain} s of draining"
    );
    let stop = format!("--stop-timeout {patience}");
    for path in ["Dockerfile", "docs/operations.md"] {
        assert!(text(path).contains(&stop), "{path} should say {stop}");
    }
}

#[test]
fn the_ports_are_the_same_everywhere() {
    let example = text("deploy/nhipcau.toml");
    let ports = example
        .lines()
        .find_map(|line| line.strip_prefix("udp_ports = "))
        .unwrap()
        .trim_matches('"');
    for path in ["Dockerfile", "docs/operations.md"] {
        assert!(text(path).contains(ports), "{path} should say {ports}");
    }
}

/// `--flag` words on lines that call the program, in the documents and in what is shipped.
#[test]
fn the_flags_that_are_shown_exist() {
    let snapshots = "src/config/snapshots/nhipcau__config__tests__";
    let help = ["help", "help_serve"].map(|name| text(&format!("{snapshots}{name}.snap")));
    let is_flag = |flag: &str| {
        help.iter().any(|help| {
            help.split([' ', '[', '\n', '='])
                .any(|word| word.trim_matches(',') == flag)
        })
    };
    assert!(is_flag("--listen") && is_flag("--demo") && !is_flag("--colour"));
    let mut seen = 0;
    for path in ["docs/operations.md", "deploy/nhipcau.service", "README.md"] {
        for line in text(path).lines() {
            let Some((_, call)) = ["nhipcau serve ", "nhipcau check "]
                .iter()
                .find_map(|program| line.split_once(program))
            else {
                continue;
            };
            let call = call.split(['`', '#', '|', ';']).next().unwrap_or_default();
            for word in call
                .split_whitespace()
                .filter(|word| word.starts_with("--"))
            {
                let flag = word.split('=').next().unwrap_or_default();
                assert!(is_flag(flag), "{path} shows {flag}, which does not exist");
                seen += 1;
            }
        }
    }
    assert!(seen > 2, "{seen} flags seen");
}
