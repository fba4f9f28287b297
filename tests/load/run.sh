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

# Each of the two threads sends its ids in order. What is missing below the last one handed on may have
# been on its way when the time was up: it is sent again. If it was answered 200 before, it counts as
# seen, and stays missing.
missing() {
  sed -n 's/^order-\([0-9]*\): delivered.*/\1/p' "$work/out" | awk '
    { seen[$1] = 1; if ($1 > last[$1 % 2]) last[$1 % 2] = $1 }
    END {
      for (thread = 0; thread < 2; ++thread)
        for (id = thread; id < last[thread]; id += 2) if (!(id in seen)) print id
    }'
}
missing >"$work/missing"
while read -r number; do
  id=$(sed -n "$((number + 1))p" "$work/ids")
  curl -s -o "$work/answer" -d '{"phone_number":"+15550010001","attempt_date":"2019-03-17T21:10:26.000Z",
    "drop_id":"5c8eb7a2f1d3e40011a9c3b7","status":"success","dnc":false,"foreign_id":"'"$id"'"}' "$url"
done <"$work/missing"

kill -TERM "$receiver"
wait "$receiver"
receiver=
lost=$(missing | wc -l)
twice=$(grep ': delivered' "$work/out" | cut -d: -f1 | sort | uniq -d | wc -l)
echo "handed on $(grep -c ': delivered' "$work/out"), of these $(wc -l <"$work/missing") sent again at the" \
  "end; lost $lost, twice $twice"
cat "$work/err"
[ "$lost" -eq 0 ] && [ "$twice" -eq 0 ] && ! grep -q '^refused' "$work/err"
