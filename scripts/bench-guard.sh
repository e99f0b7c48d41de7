#!/usr/bin/env bash
# Counts the instructions that the media core spends on each forwarded packet and compares them with the committed
# figures. Instructions, unlike seconds, are the same on a busy machine. See tests/bench.
#
#   scripts/bench-guard.sh            compare
#   scripts/bench-guard.sh --update   write today's figures into tests/bench/instructions.txt
#   scripts/bench-guard.sh --profile  compare, and list the functions that cost most
set -euo pipefail
cd "$(dirname "$0")/.."

# Above this the change is no noise: runs differ by less than half of one percent.
readonly TOLERANCE_PERCENT=3
readonly FIGURES=tests/bench/instructions.txt
readonly OUT=target/bench-guard
readonly PROGRAM=target/release/media-bench

command -v valgrind >/dev/null 2>&1 || scripts/tools.sh test

# Optimised code is what runs in a clinic, so it is what is counted; only the media core and its engine are built.
echo "building the media core, optimised"
cargo build --locked --quiet --release --package media-bench
rm -rf "$OUT"
mkdir -p "$OUT"
echo "counting instructions (about a minute)"
valgrind --tool=callgrind --callgrind-out-file="$OUT/count" --collect-atstart=no --toggle-collect='*server_work*' \
  --dump-before='*begin_phase*' "$PROGRAM" >"$OUT/forwarded" 2>"$OUT/valgrind.log" \
  || { cat "$OUT/forwarded" "$OUT/valgrind.log" >&2; echo "the bench did not run to its end" >&2; exit 1; }

# Each phase writes one part when it ends: 1 connecting, 2 voice, 3 warming up, 4 pictures.
instructions() { sed -n 's/^\(totals\|summary\): \([0-9]*\).*/\2/p' "$OUT/count.$1" | head -n1; }
forwarded() { sed -n "s/^$1_forwarded=//p" "$OUT/forwarded"; }
committed() { sed -n "s/^$1_instructions_per_forwarded_packet=//p" "$FIGURES"; }

verdict=0
update=''
for kind in voice:2 video:4; do
  name=${kind%%:*}
  now=$(($(instructions "${kind##*:}") / $(forwarded "$name")))
  echo "${name}_instructions_per_forwarded_packet=$now"
  update+="${name}_instructions_per_forwarded_packet=$now"$'\n'
  before=$(committed "$name")
  change=$(awk -v now="$now" -v before="${before:-0}" 'BEGIN { printf "%+.1f", before ? (now / before - 1) * 100 : 100 }')
  if awk -v c="$change" -v t="$TOLERANCE_PERCENT" 'BEGIN { exit !(c > t) }'; then
    echo "  $change % against the committed $before: forwarding $name has become dearer." >&2
    echo "  Look for the cause with: scripts/bench-guard.sh --profile" >&2
    echo "  If it is worth its price, commit the new figure: scripts/bench-guard.sh --update" >&2
    verdict=1
  elif awk -v c="$change" -v t="$TOLERANCE_PERCENT" 'BEGIN { exit !(c < -t) }'; then
    echo "  $change % against the committed $before: cheaper. Keep it so with: scripts/bench-guard.sh --update"
  else
    echo "  $change % against the committed $before"
  fi
done

case ${1:-} in
  --update)
    { sed -n '/^#/p' "$FIGURES"; printf '%s' "$update"; } >"$OUT/figures"
    cp "$OUT/figures" "$FIGURES"
    echo "written to $FIGURES"
    verdict=0 ;;
  --profile)
    for part in 2 4; do
      callgrind_annotate --auto=no --inclusive=yes "$OUT/count.$part" | grep -v "libc.so\|ld-linux" | head -n 60
    done ;;
esac
exit "$verdict"
