#!/bin/bash
# Runs inside a booted machine (boot.sh) with our packages beside it: what an administrator does to them in the years of a box.
set -uo pipefail
. ./checks.sh
api() { curl -sf --max-time 5 -H "Authorization: Bearer $(cat /var/lib/skranke/admin.token)" -H 'Content-Type: application/json' "$@"; }
waiting() { api http://127.0.0.1:8080/api/v1/queue | grep -o '"number":"[^"]*"' | sort | tr '\n' ' '; }
version() { dpkg-query -W -f '${Version}' skranke; }
quietly() { "$@" >/run/share/said 2>&1 || { cat /run/share/said; return 1; }; }
none_of() { # none_of PATH…: says which there is
  local path
  for path in "$@"; do [ ! -e "$path" ] || { echo "there is $path"; return 1; }; done
}
no_units() { [ -z "$(systemctl list-unit-files --no-legend 'skrank*')" ]; }
packages=$(ls ./skranke_*.deb ./skranke-agent_*.deb ./skranke-capture_*.deb)   # skranke-screen wants a whole graphical system
config=/etc/skranke/skranked.toml

check "the packages install" quietly dpkg -i $packages
check "the daemon serves, without being asked" soon 20 healthy
check "with an empty site, which is why a site is given" grep -q '^# facility = ' $config
sed -i 's,^# facility = .*,facility = "/usr/share/doc/skranke/examples/borgerservice.toml",' $config
check "its settings are taken at a restart" systemctl restart skranked
check "and it serves" soon 20 healthy
for service in pas mitid; do api -d "{\"services\":[\"$service\"]}" http://127.0.0.1:8080/api/v1/visits >/dev/null; done
before=$(waiting)
check "two wait ($before)" test "$(wc -w <<<"$before")" = 2

# A newer version of the same, with a changed line in nothing but its version.
mkdir /tmp/next
for package in $packages; do
  dpkg-deb -R "$package" /tmp/next/tree
  sed -i 's/^Version: .*/&+next/; s/skranke (= [^)]*/&+next/' /tmp/next/tree/DEBIAN/control
  dpkg-deb -Zgzip -z1 --root-owner-group -b /tmp/next/tree /tmp/next >/dev/null
  rm -rf /tmp/next/tree
done
old=$(pid)
check "an upgrade" quietly dpkg -i /tmp/next/*.deb
check "is installed ($(version))" grep -q '+next$' <<<"$(version)"
check "the new daemon runs" test "$(pid)" != "$old"
check "and serves" soon 20 healthy
check "everybody still waits" test "$(waiting)" = "$before"
check "the settings are as they were left" grep -q '^facility = ' $config
check "back to the version before" quietly dpkg -i $packages
check "serves too" soon 20 healthy
check "and nobody is lost" test "$(waiting)" = "$before"

check "the packages are removed" quietly dpkg -r skranke skranke-agent skranke-capture
check "nothing of them runs" test -z "$(pgrep -f /usr/bin/skrank)"
check "nothing serves" test "$(curl -s -o /dev/null --max-time 2 http://127.0.0.1:8080/healthz; echo $?)" = 7
check "the journal stays" test -s /var/lib/skranke/skranke.db
check "and so do the settings" test -s $config
check "installed again" quietly dpkg -i $packages
check "it serves" soon 20 healthy
check "all who waited wait" test "$(waiting)" = "$before"

check "purged" quietly dpkg -P skranke skranke-agent skranke-capture
check "no data, no settings, no units, no programs are left" none_of /var/lib/skranke /etc/skranke /etc/skranke-agent /etc/skranke-capture /var/lib/skranke-capture-door /usr/bin/skrank* /usr/libexec/skranke* /lib/systemd/system/skrank* /usr/lib/systemd/system/skrank*
check "systemd knows of none" no_units
exit $failed
