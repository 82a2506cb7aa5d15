#!/usr/bin/env bash
# The shipped rules and playbooks on the bundled captures, with nothing installed but sentinel itself (`make run`).
# On a terminal: the daemon in the background, a script that goes on logging traffic with attacks in it, and the live view;
# all of it ends with the view. Without one: everything once, then what was found and what was done about it.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${BIN:-.venv/bin}/python sentinel=${BIN:-.venv/bin}/sentinel config=examples/sentinel.yaml var=examples/var

rm -rf "$var" # each run shows what it did itself
mkdir -p "$var/logs"

# What holds now, and of what Slack would show the newest message about an incident (or about any).
aftermath() {
  printf '\nKept out by nginx, %s:\n' "$var/denylist.conf"
  grep '^deny' "$var/denylist.conf" 2>/dev/null || echo "nobody"
  printf '\nTold to Slack, %s:\n' "$var/slack.txt"
  awk -v about="${1:-}" '/^┌/ { message = "" } { message = message $0 "\n" } /^└/ && index(message, about) { last = message }
    END { printf "%s", last ? last : "nothing\n" }' "$var/slack.txt" 2>/dev/null || echo "nothing"
  printf '\nTo look on here: export SENTINEL_CONFIG=%s; %s incidents list\n' "$config" "$sentinel"
}

if [ ! -t 0 ] || [ ! -t 1 ]; then
  "$sentinel" run --once -c $config
  "$sentinel" incidents list -c $config
  told=$("$sentinel" incidents list -c $config --json | "$python" -c '
import json, sys
levels = ["informational", "low", "medium", "high", "critical"]
print(max(map(json.loads, sys.stdin), key=lambda i: (i["state"] == "contained", levels.index(i["severity"]), i["score"]))["id"])')
  echo
  "$sentinel" incidents show -c $config "$told"
  aftermath "$told"
  exit 0
fi

started=()
finish() {
  for pid in ${started[@]+"${started[@]}"}; do kill "$pid" 2>/dev/null || true; done
  wait || true
}
trap finish EXIT

"$sentinel" run -c $config >"$var/daemon.log" 2>&1 &
started+=($!)
until grep -q ' reads ' "$var/daemon.log"; do
  kill -0 "${started[0]}" 2>/dev/null || { cat "$var/daemon.log" >&2; exit 1; }
  sleep 0.1
done
"$python" examples/traffic.py >/dev/null 2>"$var/traffic.log" &
started+=($!)
"$sentinel" watch -c $config
aftermath
