//! What the documents name exists.

use std::collections::BTreeSet;
use std::fs;

use crate::tree;

fn document(name: &str) -> String {
    fs::read_to_string(tree::root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The code between back-quotes, inline.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn make_targets() -> BTreeSet<String> {
    document("Makefile")
        .lines()
        .filter(|line| !line.starts_with(['\t', '#', ' ', '.']))
        .filter_map(|line| line.split_once(':'))
        .filter(|(_, rest)| !rest.starts_with('='))
        .flat_map(|(targets, _)| targets.split_whitespace())
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_make_commands_that_the_documents_name_exist() {
    let targets = make_targets();
    assert!(
        targets.contains("run") && targets.contains("test"),
        "{targets:?}"
    );
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "docs/operations.md",
        "docs/low-signal.md",
    ] {
        let text = document(name);
        let commands: Vec<&str> = text
            .lines()
            .map(str::trim)
            .chain(quoted(&text))
            .filter_map(|line| line.strip_prefix("make "))
            .filter_map(|rest| rest.split_whitespace().next())
            .collect();
        assert!(!commands.is_empty(), "{name} names no make command");
        for target in commands {
            assert!(
                targets.contains(target),
                "{name} names `make {target}`, which does not exist"
            );
        }
    }
}

#[test]
fn the_paths_that_the_documents_name_exist() {
    let folders = [
        "src/",
        "signaling/",
        "loadtest/",
        "web-client/",
        "tests/",
        "docs/",
        "scripts/",
        "deploy/",
    ];
    let mut missing = Vec::new();
    let documents = [
        "README.md",
        "ARCHITECTURE.md",
        "PROTOCOL.md",
        "docs/operations.md",
        "docs/devices.md",
        "docs/low-signal.md",
    ];
    for name in documents {
        let text = document(name);
        for path in quoted(&text).filter(|code| folders.iter().any(|f| code.starts_with(f))) {
            let is_made_by_a_build = path.contains("/dist") || path.contains("target/");
            if !is_made_by_a_build
                && !path.contains(['*', ' ', '{', '<'])
                && !tree::root().join(path).exists()
            {
                missing.push(format!("{name}: {path}"));
            }
        }
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

/// ARCHITECTURE.md says of each invariant which test proves it: `Proof:` and test names.
#[test]
fn the_tests_that_prove_the_invariants_exist() {
    let rust = ["src", "signaling", "loadtest", "tests"]
        .iter()
        .flat_map(|folder| tree::files(folder, &[".rs"]));
    let browser = ["tests", "web-client/src"]
        .iter()
        .flat_map(|folder| tree::files(folder, &[".mjs", ".ts"]));
    let sources: Vec<String> = rust.chain(browser).map(|file| file.text).collect();
    let architecture = document("ARCHITECTURE.md");
    let mut proofs = 0;
    for line in architecture.lines().filter(|line| line.contains("Proof:")) {
        let (_, names) = line.split_once("Proof:").unwrap();
        for name in quoted(names) {
            proofs += 1;
            let as_function = format!("fn {name}(");
            let as_sentence = [format!("'{name}'"), format!("\"{name}\"")];
            let exists = sources.iter().any(|source| {
                source.contains(&as_function)
                    || as_sentence.iter().any(|name| source.contains(name))
            });
            assert!(
                exists,
                "ARCHITECTURE.md names the test `{name}`, which does not exist"
            );
        }
    }
    assert!(proofs > 5, "ARCHITECTURE.md names only {proofs} proofs");
}

#[test]
fn the_decision_records_are_numbered_without_a_gap_and_listed() {
    let mut names: Vec<String> = tree::files("docs/adr", &[".md"])
        .into_iter()
        .map(|file| file.path.trim_start_matches("docs/adr/").to_owned())
        .filter(|name| name != "README.md")
        .collect();
    names.sort();
    let list = document("docs/adr/README.md");
    for (number, name) in (1..).zip(&names) {
        assert!(
            name.starts_with(&format!("{number:04}-")),
            "{name} should be number {number}"
        );
        assert!(
            list.contains(name.as_str()),
            "docs/adr/README.md does not list {name}"
        );
    }
    assert!(names.len() >= 8, "{names:?}");
}

#[test]
fn ci_runs_make_test_and_nothing_else() {
    let script = document(".ci/run");
    let commands: Vec<&str> = script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("set "))
        .filter(|line| !line.starts_with("cd "))
        .collect();
    assert!(
        matches!(commands.as_slice(), ["make test" | "exec make test"]),
        "{commands:?}"
    );
}
