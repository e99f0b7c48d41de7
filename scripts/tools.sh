#!/usr/bin/env bash
# Sees to it that the programs a step needs are there: installs from Debian's packages what is missing, says so, and
# leaves alone what is there.
#
#   scripts/tools.sh build     what building the server and the page needs
#   scripts/tools.sh test      what the tests need besides
#   scripts/tools.sh lab       what the lab needs: a browser, speech, and the programs around a network namespace
#   scripts/tools.sh screens   what pictures of the page need besides: fonts for all its languages
set -euo pipefail

say() { printf '  %s\n' "$*"; }
fail() { printf '\n%s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# True when version $1 is at least $2.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1)" = "$2" ]; }

# program:package pairs; a folder may stand for a program.
readonly BUILD='cc:build-essential make:make'
readonly TEST='cmake:cmake valgrind:valgrind chromium:chromium firefox-esr:firefox-esr pulseaudio:pulseaudio
  ip:iproute2 iptables:iptables unshare:util-linux pip3:python3-pip espeak-ng:espeak-ng openssl:openssl
  redis-server:redis-server'
readonly LAB='chromium:chromium ip:iproute2 unshare:util-linux espeak-ng:espeak-ng openssl:openssl'
readonly FONTS='/usr/share/fonts/truetype/noto:fonts-noto-core /usr/share/fonts/truetype/nanum:fonts-nanum'

check_languages() {
  has cargo || fail "Rust is missing. Install it from https://rustup.rs, then try again."
  has node || fail "Node.js is missing. Install version 20.19 or newer (Debian: apt-get install nodejs npm), then try again."
  has npm || fail "npm is missing. It comes with Node.js (Debian: apt-get install npm); install it, then try again."
  local wanted found
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  found=$(cargo --version | cut -d' ' -f2)
  at_least "$found" "$wanted" || fail "Rust $found is too old, $wanted is needed. Try: rustup update stable"
  found=$(node --version | tr -d v)
  at_least "$found" 20.19.0 || fail "Node.js $found is too old, 20.19 is needed."
}

check_rust_components() {
  local part
  for part in fmt clippy; do
    cargo "$part" --version >/dev/null 2>&1 || fail "cargo $part is missing. Try: rustup component add rustfmt clippy"
  done
}

install_missing() {
  local missing=() pair
  for pair in $1; do
    has "${pair%%:*}" || [ -d "${pair%%:*}" ] || missing+=("${pair##*:}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local root=''
  [ "$(id -u)" = 0 ] || root='sudo'
  has apt-get || fail "These programs are missing and this is no Debian, so install them by hand: ${missing[*]}"
  [ -z "$root" ] || has sudo || fail "These packages are missing; install them as root: apt-get install ${missing[*]}"
  say "installing from Debian's packages: ${missing[*]}"
  local log=target/apt.log
  mkdir -p target
  { $root apt-get update -q && $root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 \
    || { tail -n 20 "$log" >&2; fail "apt-get could not install ${missing[*]}; all it said is in $log"; }
}

check_languages
case ${1:-build} in
  build) install_missing "$BUILD" ;;
  test) check_rust_components; install_missing "$BUILD $TEST" ;;
  lab) install_missing "$BUILD $LAB" ;;
  screens) check_rust_components; install_missing "$BUILD $TEST $FONTS" ;;
  *) fail "usage: scripts/tools.sh build|test|lab|screens" ;;
esac
