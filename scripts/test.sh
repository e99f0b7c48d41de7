#!/usr/bin/env bash
# Every check there is, one step after the other, each with its name and its time; stops at the first that fails.
# The steps' own output stands as it is: each test runner closes with its own count.
set -euo pipefail
cd "$(dirname "$0")/.."

export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-auto}
# A machine that builds once has no use for what makes the second build quick, and it is half of what a build leaves.
[ -z "${CI:-}" ] || export CARGO_INCREMENTAL=${CARGO_INCREMENTAL:-0}
names=() seconds=() current=''

table() {
  local code=$? i total=0
  [ -z "$current" ] || { names+=("$current (failed)"); seconds+=($((SECONDS - began))); }
  printf '\n%-48s %8s\n' 'step' 'seconds'
  for i in "${!names[@]}"; do
    printf '%-48s %8d\n' "${names[$i]}" "${seconds[$i]}"
    total=$((total + seconds[i]))
  done
  printf '%-48s %8d\n' 'all' "$total"
  [ -z "$current" ] || printf '\nThe step "%s" failed; its output is above the table.\n' "$current" >&2
  exit "$code"
}
trap table EXIT

step() {
  current=$1 began=$SECONDS
  shift
  printf '\n=== %s: %s\n' "$current" "$*"
  "$@"
  printf -- '--- %s: %d s\n' "$current" $((SECONDS - began))
  names+=("$current") seconds+=($((SECONDS - began))) current=''
}

# What is quick and fails often comes first; the page comes before Rust, which embeds it.
step 'tools'                     scripts/tools.sh test
step 'format'                    cargo fmt --all --check
step 'Rust packages'             cargo fetch --locked --quiet
step 'dependencies and licences' scripts/cargo-deny.sh
step 'page: packages'            make --no-print-directory page-packages
step 'page: types and style'     npm --prefix web-client run --silent check
step 'page: unit tests'          npm --prefix web-client run --silent test
step 'page: build'               make --no-print-directory page
step 'page: size'                npm --prefix web-client run --silent size
step 'clippy'                    cargo clippy --locked --quiet --workspace --all-targets -- -D warnings
# With the tests, so that features are chosen once: a plain build would compile half of the dependencies a second time.
step 'build'                     cargo build --locked --workspace --all-targets
step 'tests'                     cargo test --locked --workspace
step 'API: packages'             make --no-print-directory api-packages
step 'API: FHIR and calendars'   npm --prefix tests/api run --silent test
step 'API: schemathesis'         node tests/api/run.mjs
# Private items are documented too, so that links to them lead somewhere.
step 'rustdoc'                   env RUSTDOCFLAGS='-D warnings -A rustdoc::private_intra_doc_links' cargo doc --locked --quiet --workspace --no-deps --document-private-items
step 'instructions per packet'   scripts/bench-guard.sh
step 'browser tests: packages'   make --no-print-directory browser-packages
step 'browser tests'             npm --prefix tests/browser run --silent test
step 'lab: figures'              node --test tests/lab/figures/figures.test.mjs tests/lab/report/report.test.mjs
step 'lab: two weak links'       node tests/lab/smoke.mjs
