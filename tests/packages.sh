#!/usr/bin/env bash
# packages.sh [PACKAGE...]     Installs from Debian what the tests need and this machine lacks (or the packages named).
# Not root: names what is missing and fails.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

# command:package; judged by the command, so that another make of it does as well
needs=(nginx:nginx-light mvn:maven unzip:unzip curl:curl openssl:openssl tmux:tmux setpriv:util-linux ps:procps
  zstd:zstd xz:xz-utils bzip2:bzip2 gzip:gzip
  git:git systemd-analyze:systemd /lib/systemd/systemd-journal-remote:systemd-journal-remote)

jdk() { # Elasticsearch 8.19 runs on these; javac builds its test plugin
  local home version
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    [ -x "$home/bin/javac" ] && [ -r "$home/release" ] || continue
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
    if [ "${version:-0}" -ge 17 ] && [ "$version" -le 24 ]; then return 0; fi
  done
  return 1
}
installed() { dpkg -s "$1" 2>/dev/null | grep -q '^Status: install ok installed'; }
missing() {
  local need package
  if [ $# -gt 0 ]; then for package; do installed "$package" || echo "$package"; done; return; fi
  for need in "${needs[@]}"; do command -v "${need%%:*}" >/dev/null || echo "${need#*:}"; done
  jdk || echo openjdk-17-jdk-headless
}

mapfile -t lacking < <(missing "$@")
[ ${#lacking[@]} -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ]; then echo "missing here: ${lacking[*]}; install them first (apt-get install, as root)" >&2; exit 1; fi

echo "installing ${lacking[*]}"
log=$(mktemp) policy=/usr/sbin/policy-rc.d made=
# no service may start because it was installed: the tests start their own, on ports of their own
[ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy; chmod +x $policy; made=1; }
# apt's own exit code also counts packages that were broken before; what is there now is asked below
{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${lacking[@]}"; } >"$log" 2>&1 || true
[ -z "$made" ] || rm -f $policy
mapfile -t lacking < <(missing "$@")
if [ ${#lacking[@]} -gt 0 ]; then tail -5 "$log" >&2; echo "could not install: ${lacking[*]}" >&2; exit 1; fi
rm -f "$log"
