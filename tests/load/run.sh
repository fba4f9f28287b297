#!/bin/sh
# Puts the example receiver under load: tagged callbacks, each sent twice, over 100 connections. Then
# looks at what it handed on. Fails if a callback is missing, was handed on twice, or was not answered
# 200 or 503 (which the same callback gets while the first is being handed over).
#
#   tests/load/run.sh <directory of the built programs> [seconds] [ids]
set -eu
bin=$1
seconds=${2:-60}
count=${3:-2000000}
here=$(dirname "$0")
work=$(mktemp -d)
trap 'kill "$receiver" 2>/dev/null || true; rm -rf "$work"' EXIT
receiver=

secret=0123456789abcdef0123456789abcdef
"$bin/tagged_ids" "$count" team k1 $secret >"$work/ids"
DROPCOWBOY_TEAM_ID=team DROPCOWBOY_CALLBACK_KEYS=k1:$secret \
  "$bin/receive_callbacks" 0 100000 >"$work/out" 2>"$work/err" &
receiver=$!
until grep -q listening "$work/out"; do :; done
url=$(sed -n 's/^listening on //p' "$work/out")

memory() { awk '/VmRSS/ {print $2}' "/proc/$receiver/status"; }
(
  while sleep 5 && [ -d "/proc/$receiver" ]; do
    echo "resident: $(memory) KiB, handed on: $(wc -l <"$work/out")"
  done
) &
LOAD_IDS=$work/ids LOAD_THREADS=2 wrk -t 2 -c 100 -d "$seconds" -s "$here/callbacks.lua" \
  --timeout 20s "$url" | tee "$work/wrk" | tail -2

kill -TERM "$receiver"
wait "$receiver"
receiver=
answered=$(sed -n 's/^answered \([0-9]*\),.*/\1/p' "$work/wrk")
# Each of the two threads sends its ids in order, so below the last one handed on none may be missing,
# but for those that were on the 100 connections when the time was up.
sed -n 's/^order-\([0-9]*\): delivered.*/\1/p' "$work/out" | awk -v connections=100 '
  { seen[$1]++; if ($1 > last[$1 % 2]) last[$1 % 2] = $1 }
  END {
    for (id in seen) if (seen[id] > 1) twice++
    for (thread = 0; thread < 2; ++thread)
      for (id = thread; id < last[thread] - 2 * connections; id += 2) if (!(id in seen)) lost++
    printf "handed on %d, lost %d, twice %d\n", NR, lost, twice
    exit lost + twice > 0
  }'
echo "answered $answered, refused $(wc -l <"$work/err")"
[ ! -s "$work/err" ] && grep -q 'connect 0, read 0, write 0,.*timeout 0' "$work/wrk"
