#!/usr/bin/env bash
# Runs schemathesis, which makes requests from a description of an API and judges the answers by it; what is given is
# passed on. Installs it first where it is missing: pinned, by hash, into target/tools.
set -euo pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)

WANTED=$ROOT/tests/api/requirements.txt
VERSION=$(sed -n 's/^schemathesis==\([0-9.]*\).*/\1/p' "$WANTED")
# Compiled parts are for one version of Python.
TOOLS=$ROOT/target/tools/schemathesis-$VERSION-$(python3 -c 'import sys; print("py%d.%d" % sys.version_info[:2])')
readonly ROOT WANTED VERSION TOOLS

if [ ! -x "$TOOLS/bin/st" ]; then
  echo "  fetching schemathesis $VERSION into $TOOLS"
  rm -rf "$TOOLS.part"
  pip3 install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --only-binary :all: --require-hashes \
    --target "$TOOLS.part" -r "$WANTED"
  mv "$TOOLS.part" "$TOOLS"
fi
[ $# -gt 0 ] || exit 0
PYTHONPATH=$TOOLS exec python3 "$TOOLS/bin/st" "$@"
