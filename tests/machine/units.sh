#!/bin/bash
# Runs inside a booted machine (boot.sh): the units as they are shipped.
set -uo pipefail
. ./checks.sh
restarts() { [ "$(systemctl show -P NRestarts skranked)" -ge "$1" ]; }
exposure() { systemd-analyze security skranked.service | sed -n 's/.*: \([0-9.]*\) .*/\1/p' | tail -n 1; }
ticket() {
  curl -sf --max-time 5 -H "Authorization: Bearer $(cat /var/lib/skranke/admin.token)" -H 'Content-Type: application/json' \
    -d '{"services":["pas"],"print":true,"kiosk":"rooms"}' http://127.0.0.1:8080/api/v1/visits
}
count() { ls /var/lib/skranke/tickets/preview 2>/dev/null | wc -l; }

systemd-sysusers && systemd-tmpfiles --create
sed -i 's,^# facility = .*,facility = "/usr/share/doc/skranke/examples/borgerservice.toml",' /etc/skranke/skranked.toml
systemctl daemon-reload
check "the units start" systemctl start skranked.socket skranked.service
check "it serves" soon 5 healthy
check "as its own user" test "$(stat -c %U "/proc/$(pid)")" = skranke
check "without any capability" grep -q '^CapEff:.*0000000000000000$' "/proc/$(pid)/status"
check "under a filter of system calls" grep -q '^Seccomp:.*2$' "/proc/$(pid)/status"
check "exposed no more than 1.5 (is $(exposure))" awk "BEGIN { exit !($(exposure) <= 1.5) }"
check "its folder is its own" test "$(stat -c '%U %a' /var/lib/skranke)" = "skranke 700"
check "no file of it can be read by others" test -z "$(find /var/lib/skranke -type f -perm /077)"
check "a ticket can be taken" test -n "$(ticket)"
one_picture() { [ "$(count)" = 1 ]; }
check "and comes out" soon 10 one_picture
check "it sees nothing of the rest" nsenter -t "$(pid)" -m bash -c '! touch /usr/x 2>/dev/null && [ -z "$(ls -A /home 2>/dev/null)" ]'

kill -KILL "$(pid)"
check "killed, it is started again" soon 10 restarts 1
check "and serves" soon 10 healthy
check "with the journal whole" skrankectl journal verify
kill -STOP "$(pid)"
check "hanging, the watchdog starts it again" soon 45 restarts 2
check "and it serves" soon 10 healthy
check "a stop is clean" systemctl stop skranked.socket skranked.service
check "by its own exit" test "$(systemctl show -P Result skranked)" = success

# The agent of this box: no GPIO chip is here, and it must say so rather than fail.
systemctl start skranked.socket skranked.service
check "serving for the agent" soon 10 healthy
check "its socket is the agent's alone" test "$(stat -c '%G %a' /run/skranke/agent.sock)" = "skranke-agent 660"
printf '[agent]\nid = "box"\n[daemon]\nurl = "unix:/run/skranke/agent.sock"\n[[button]]\nid = "next-1"\nline = "BTN1"\ndesk = "desk-1"\n' >/etc/skranke-agent/agent.toml
chgrp skranke-agent /etc/skranke-agent/agent.toml
devices() { curl -sf -H "Authorization: Bearer $(cat /var/lib/skranke/admin.token)" http://127.0.0.1:8080/api/v1/devices; }
tells() { devices | grep -q '"box/next-1".*"absent"'; }
agent_exposure() { systemd-analyze security skranke-agent.service | sed -n 's/.*: \([0-9.]*\) .*/\1/p' | tail -n 1; }
check "the agent starts" systemctl start skranke-agent.service
check "as a user of its own" test "$(stat -c %U "/proc/$(systemctl show -P MainPID skranke-agent)")" = skranke-agent
check "tells of the wire that is not there" soon 10 tells
check "cannot read the daemon's data" nsenter -t "$(systemctl show -P MainPID skranke-agent)" -m setpriv --reuid=skranke-agent --regid=skranke-agent --clear-groups bash -c '! ls /var/lib/skranke 2>/dev/null'
check "the agent is exposed no more than 2.0 (is $(agent_exposure))" awk "BEGIN { exit !($(agent_exposure) <= 2.0) }"
kill -STOP "$(systemctl show -P MainPID skranke-agent)"
agent_restarted() { [ "$(systemctl show -P NRestarts skranke-agent)" -ge 1 ]; }
check "hanging, the agent is started again" soon 30 agent_restarted
check "the agent stops cleanly" systemctl stop skranke-agent.service
check "by its own exit too" test "$(systemctl show -P Result skranke-agent)" = success
systemctl stop skranked.socket skranked.service

# A capture device behind its socket: a driver for each connection, as a user of its own. No reader is here, and it must say so.
cat >/run/ask-the-reader <<'PYTHON'
import json, os, socket, struct, subprocess, time
line = socket.socket(socket.AF_UNIX)
line.settimeout(20)
line.connect("/run/skranke-capture/finger.sock")
head = json.dumps({"do": "take", "modality": "finger", "finger": 2}).encode()
runs = lambda: subprocess.run(["pgrep", "-u", "skranke-finger"], capture_output=True, text=True).stdout.split()
until = time.monotonic() + 10
while not runs() and time.monotonic() < until:
    time.sleep(0.05)
print("user" if runs() else "nobody")
line.sendall(struct.pack(">II", len(head), 0) + head)
size, _ = struct.unpack(">II", line.recv(8, socket.MSG_WAITALL))
print(json.loads(line.recv(size, socket.MSG_WAITALL)).get("error"))
PYTHON
as_user() { setpriv --reuid="$1" --regid="$2" --clear-groups python3 -B /run/ask-the-reader 2>/dev/null | tr '\n' ' '; }
finger_exposure() { systemd-analyze security skranke-finger@.service | sed -n 's/.*: \([0-9.]*\) .*/\1/p' | tail -n 1; }
driver_ended() { [ -z "$(pgrep -u skranke-finger)" ]; }
check "the reader's socket is there" systemctl start skranke-finger.socket
check "its driver runs as a user of its own and says what is not there" test "$(as_user skranke skranke)" = "user absent "
check "and ends" soon 5 driver_ended
check "nobody else may ask it" test -z "$(as_user nobody nogroup)"
check "it is exposed no more than 2.0 (is $(finger_exposure))" awk "BEGIN { exit !($(finger_exposure) <= 2.0) }"

# The same reader for another box: the door before it, which asks for a key.
cat >/run/ask-the-door <<'PYTHON'
import json, socket, ssl, struct, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
context.load_cert_chain("/run/" + sys.argv[1] + ".pem", "/run/" + sys.argv[1] + ".key")
line = context.wrap_socket(socket.create_connection(("127.0.0.1", 7791), 20))
def said():
    got = b""
    while len(got) < 8 or len(got) < 8 + struct.unpack(">II", got[:8])[0]:
        piece = line.recv(4096)
        if not piece:
            raise SystemExit("nothing")
        got += piece
    return json.loads(got[8:])
print(said())
head = json.dumps({"do": "take", "modality": "finger", "finger": 2}).encode()
line.sendall(struct.pack(">II", len(head), 0) + head)
print(said().get("error"))
PYTHON
at_the_door() { python3 -B /run/ask-the-door "$1" 2>/dev/null | tr '\n' ' '; }
for who in appliance stranger; do openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /run/$who.key -out /run/$who.pem -subj /CN=$who -days 20 2>/dev/null; done
door() { systemctl show -P MainPID skranke-capture-door; }
door_exposure() { systemd-analyze security skranke-capture-door.service | sed -n 's/.*: \([0-9.]*\) .*/\1/p' | tail -n 1; }
check "the door is there before it is told anything" systemctl start skranke-capture-door.service
door_is_its_own() { [ "$(stat -c %U "/proc/$(door)")" = skranke-door ]; }
check "as a user of its own" soon 10 door_is_its_own
has_key() { skranke-capture-door --key 2>/dev/null | grep -Eq '^[0-9a-f]{64}$'; }
check "it has made a key and shows it" soon 10 has_key
check "and lets nobody in" test -z "$(at_the_door appliance)"
mkdir -p /etc/skranke-capture
printf 'appliance_key = "%s"\n' "$(openssl x509 -in /run/appliance.pem -pubkey -noout | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1)" >/etc/skranke-capture/door.toml
check "told a key, it passes on what the reader's driver says" test "$(at_the_door appliance)" = "{'door': 1} absent "
check "to nobody else" test -z "$(at_the_door stranger)"
check "it cannot call anybody" nsenter -t "$(door)" -n bash -c '! (exec 3<>/dev/tcp/127.0.0.1/7791) 2>/dev/null'
check "nor read the daemon's settings" nsenter -t "$(door)" -m bash -c '! ls /etc/skranke/skranked.toml /var/lib/skranke/* 2>/dev/null'
check "the door is exposed no more than 2.0 (is $(door_exposure))" awk "BEGIN { exit !($(door_exposure) <= 2.0) }"
systemctl stop skranke-capture-door.service skranke-capture-door.socket skranke-finger.socket

# As root, with another user's data: the daemon must be able to go on.
check "a backup" skrankectl backup /var/tmp/copy.db
check "is put back" skrankectl restore /var/tmp/copy.db
systemctl start skranked.socket skranked.service
check "and served again" soon 10 healthy
exit $failed
