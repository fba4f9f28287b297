#!/bin/sh
# Puts the example receiver under load: distinct tagged callbacks over 100 connections, and then
# counts what it handed on. Fails if one that was answered 200 is missing, or came twice.
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
handed_on=$(grep -c ': delivered' "$work/out")
twice=$(grep ': delivered' "$work/out" | sort | uniq -d | wc -l)
echo "answered $answered, handed on $handed_on, twice $twice, refused $(wc -l <"$work/err")"
# wrk drops the answers that are under way when its time is up: those may be handed on, too.
[ "$twice" -eq 0 ] && [ "$handed_on" -ge "$answered" ] && [ "$handed_on" -le $((answered + 100)) ]
