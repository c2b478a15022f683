#!/bin/bash
# with-cups.sh [--] COMMAND [ARGS…]: runs COMMAND next to a real but private print service, and ends with the command's exit status.
#
# In its own network, mount and process namespaces (nothing of the machine's own CUPS is seen or touched, and all of it dies with the command):
# an unprivileged cupsd, a driverless 80 mm printer (ippeveprinter), and a raw ESC/POS printer that answers no questions (socat).
# COMMAND runs as root inside; the loopback network works, so a daemon and a browser can run in here too. It gets
#   CUPS_SERVER        127.0.0.1:8631, with the queues "ticket" (driverless) and "raw80" (raw, ESC/POS)
#   PRINTER_URI        the driverless printer itself
#   PAPER_URL          its paper: append 0 (out), 5 (low) or 75 (full) and fetch it
#   PRINT_DIR          what came out: ipp.NNN (raster bytes) with ipp.NNN.env (job attributes), raw.NNN (ESC/POS bytes); NNN rises with time
#   SPOOLER, PRINTER   commands: "$SPOOLER stop|start|restart", "$PRINTER stop|start"
# A file "slow" in PRINT_DIR holds the seconds that each ticket takes to come out.
# Exit 77: cannot run here (not root, or a package is missing), said on stderr.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

skip() { echo "SKIPPED with-cups.sh: $*" >&2; exit 77; }

if [ "${1:-}" != --inside ]; then
  [ "${1:-}" = -- ] && shift
  [ $# -gt 0 ] || { echo "usage: with-cups.sh COMMAND [ARGS…]" >&2; exit 2; }
  [ "$(id -u)" = 0 ] || skip "namespaces need root"
  for tool in unshare setpriv cupsd lpadmin ippeveprinter avahi-daemon dbus-daemon socat ip; do
    command -v $tool >/dev/null || [ -x /usr/sbin/$tool ] || skip "no $tool"
  done
  [ -e /usr/lib/cups/backend/socket ] || [ -e /usr/lib/cups/backend-available/socket ] || skip "no socket backend (package cups)"
  unshare --net --mount --pid --fork true 2>/dev/null || skip "no namespaces"
  home=$(mktemp -d "${TMPDIR:-/tmp}/skranke-cups.XXXXXX") && chmod 755 "$home"
  trap 'rm -rf "$home"' EXIT
  unshare --net --mount --pid --fork --kill-child --mount-proc bash "$0" --inside "$home" "$@"
  exit
fi
shift
home=$1
shift
export PATH=$PATH:/usr/sbin:/sbin

ip link set lo up
ip link set lo multicast on
ip route add 224.0.0.0/4 dev lo
mkdir -p /run/avahi-daemon "$home"/{etc,spool/tmp,cache,state,log,bin,doc,print}
mount -t tmpfs tmpfs /run/avahi-daemon   # avahi's pid file

# A copy of cupsd's programs: run by root-owned set-ups they change user, here they must belong to us.
cp -rL /usr/lib/cups/. "$home/bin/"
[ -e "$home/bin/backend/socket" ] || cp -L "$home/bin/backend-available/socket" "$home/bin/backend/socket"
chmod 755 "$home"/bin/backend/* "$home"/bin/filter/*

cat > "$home/etc/cups-files.conf" <<CONF
User lp
Group lp
SystemGroup lp
ServerRoot $home/etc
ServerBin $home/bin
DataDir /usr/share/cups
DocumentRoot $home/doc
RequestRoot $home/spool
TempDir $home/spool/tmp
CacheDir $home/cache
StateDir $home/state
AccessLog $home/log/access_log
ErrorLog $home/log/error_log
PageLog $home/log/page_log
Sandboxing off
Printcap
CONF
# What we recommend for an appliance (docs), and an open door on the loopback.
cat > "$home/etc/cupsd.conf" <<CONF
Listen 127.0.0.1:8631
LogLevel ${CUPS_LOG:-info}
Browsing No
WebInterface No
DefaultAuthType None
PreserveJobFiles No
ErrorPolicy retry-current-job
JobRetryInterval 2
DirtyCleanInterval 0
<Location />
  Order allow,deny
  Allow localhost
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow localhost
  </Limit>
</Policy>
CONF
cat > "$home/came-out" <<'SCRIPT'
#!/bin/sh
# ippeveprinter runs this for each document, with the job's attributes as IPP_* variables
n=$PRINT_DIR/ipp.$(date +%s%N)
env | grep ^IPP_ | sort > "$n.env"
cp "$1" "$n.part" && mv "$n.part" "$n"
[ -f "$PRINT_DIR/slow" ] && sleep "$(cat "$PRINT_DIR/slow")"
exit 0
SCRIPT
# ippeveprinter before 2.4.10 wants an Avahi even when told to register nothing: a private bus and an Avahi on the loopback do.
cat > "$home/bus.conf" <<CONF
<busconfig><type>system</type><listen>unix:path=$home/bus</listen><auth>EXTERNAL</auth><policy context="default"><allow user="*"/><allow own="*"/>
<allow send_type="method_call"/><allow send_type="signal"/><allow send_type="method_return"/><allow send_type="error"/><allow receive_type="method_call"/>
<allow receive_type="signal"/><allow receive_type="method_return"/><allow receive_type="error"/></policy></busconfig>
CONF
printf '[server]\nhost-name=roll\nallow-interfaces=lo\nuse-ipv6=no\n[publish]\npublish-workstation=no\n' > "$home/avahi.conf"

export PRINT_DIR=$home/print CUPS_SERVER=127.0.0.1:8631 PRINTER_URI=ipp://localhost:8701/ipp/print
export PAPER_URL="http://localhost:8701/media?size0=om_ticket_80x100mm&type0=continuous&level0="
export SPOOLER=$home/spooler PRINTER=$home/printer DBUS_SYSTEM_BUS_ADDRESS=unix:path=$home/bus

as_lp="setpriv --reuid=lp --regid=lp --clear-groups env -i PATH=$PATH HOME=$home TMPDIR=$home/spool/tmp PRINT_DIR=$PRINT_DIR DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SYSTEM_BUS_ADDRESS"
# until SECONDS COMMAND…: polls, because every one of these daemons says "ready" in another way
cat > "$home/until" <<'SCRIPT'
#!/bin/bash
end=$(( $(date +%s) + $1 )); shift
while [ "$(date +%s)" -lt $end ]; do "$@" >/dev/null 2>&1 && exit 0; sleep 0.05; done
echo "gave up waiting for: $*" >&2; exit 1
SCRIPT
cat > "$home/spooler" <<SCRIPT
#!/bin/bash
stop() { [ -f $home/cupsd.pid ] && kill -9 \$(cat $home/cupsd.pid) 2>/dev/null; rm -f $home/cupsd.pid; $home/until 5 bash -c '! (exec 3<>/dev/tcp/127.0.0.1/8631)'; }
start() { $as_lp cupsd -f -c $home/etc/cupsd.conf -s $home/etc/cups-files.conf >>$home/log/cupsd 2>&1 & echo \$! >$home/cupsd.pid; $home/until 10 bash -c 'lpstat -r | grep -q "is running"'; }
case \$1 in stop) stop ;; start) start ;; restart) stop; start ;; esac
SCRIPT
cat > "$home/printer" <<SCRIPT
#!/bin/bash
stop() { [ -f $home/ipp.pid ] && kill -9 \$(cat $home/ipp.pid) 2>/dev/null; rm -f $home/ipp.pid; $home/until 5 bash -c '! (exec 3<>/dev/tcp/127.0.0.1/8701)'; }
start() { cd $PRINT_DIR; $as_lp ippeveprinter -n localhost -p 8701 -r off -a $home/ticket80.conf -c $home/came-out -d $home/spool/tmp -v Roll80 >>$home/log/ipp 2>&1 & echo \$! >$home/ipp.pid; $home/until 10 bash -c 'exec 3<>/dev/tcp/127.0.0.1/8701'; }
case \$1 in stop) stop ;; start) start ;; restart) stop; start ;; esac
SCRIPT
cp "$here/ticket80.conf" "$home/ticket80.conf"
chmod 755 "$home"/{came-out,until,spooler,printer}
chown -R lp:lp "$home"

$as_lp dbus-daemon --config-file="$home/bus.conf" --nofork --nopidfile >"$home/log/dbus" 2>&1 &
"$home/until" 10 test -S "$home/bus"
avahi-daemon -f "$home/avahi.conf" --no-drop-root --no-chroot --no-rlimits --no-proc-title >"$home/log/avahi" 2>&1 &
$as_lp socat -u TCP-LISTEN:9101,bind=127.0.0.1,reuseaddr,fork SYSTEM:'f=$PRINT_DIR/raw.$(date +%s%N); cat > $f.part; if [ -s $f.part ]; then mv $f.part $f; else rm $f.part; fi' >"$home/log/raw" 2>&1 &
"$SPOOLER" start && "$home/until" 15 grep -q "startup complete" "$home/log/avahi" && "$PRINTER" start &&
  lpadmin -p ticket -E -v "$PRINTER_URI" -m everywhere &&
  lpadmin -p raw80 -E -v 'socket://127.0.0.1:9101/?waiteof=false' -m raw 2>/dev/null ||   # the slash before "?" is needed
  { echo "with-cups.sh: the print service did not start" >&2; tail -n 5 "$home"/log/* >&2; exit 1; }
"$@"
status=$?
[ $status = 0 ] || { echo "with-cups.sh: the spooler's last words" >&2; grep -E '^[EWC] ' "$home/log/error_log" | tail -n 30 >&2; tail -n 5 "$home/log/ipp" >&2; }
[ -n "${KEEP_PRINT_LOGS:-}" ] && cp -r "$home/log" "$home/print" "$home/etc" "$KEEP_PRINT_LOGS/"
exit $status
