#!/usr/bin/env bash
# Times the whole program on made-up logs of 1 MB, 100 MB and 1 GiB, and ripgrep with the same literals beside it. The best of several runs counts:
# a busy machine only adds. usage: ./bench.sh [folder of the log generator]   (default: ../shared/tools/loggen)
set -euo pipefail
cd "$(dirname "$0")"
loggen=${1:-../shared/tools/loggen}
[ -d "$loggen" ] || { echo "bench.sh: no log generator at $loggen; name its folder"; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$work/envmedic" ./cmd/action
(cd "$loggen" && go build -o "$work/loggen" .)
mkdir "$work/repo"

# best RUNS COMMAND...: least wall time, least user+system time, most memory
best() {
  local runs=$1; shift
  for _ in $(seq "$runs"); do
    /usr/bin/time -f '%e %U %S %M' -o "$work/time" "$@" > /dev/null || true
    tail -n 1 "$work/time"
  done | awk '{c=$2+$3; if (NR==1||$1<w) w=$1; if (NR==1||c<b) b=c; if ($4>m) m=$4} END {printf "%6.2f s wall  %6.2f s cpu  %5.1f MiB", w, b, m/1024}'
}

for size in 1048576 104857600 1073741824; do
  "$work/loggen" "$size" > "$work/log"
  runs=$([ "$size" -gt 200000000 ] && echo 3 || echo 10)
  printf '%11d bytes  envmedic  %s\n' "$size" "$(best "$runs" "$work/envmedic" --format json --repo "$work/repo" "$work/log")"
  if command -v rg > /dev/null; then
    grep -hoE '^  - (- )?contains: "[^"\\]{6,}"' internal/diagnose/rules/*/rule.md | sed -E 's/^[^"]*"(.*)"$/\1/' | sort -u > "$work/literals"
    printf '%11d bytes  ripgrep   %s   (-F -f, %d of the same literals)\n' "$size" "$(best "$runs" rg -c -F -f "$work/literals" "$work/log")" "$(wc -l < "$work/literals")"
  fi
done
