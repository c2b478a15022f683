#!/bin/bash
# boot.sh BUILD SCRIPT: installs BUILD below /usr on a throw-away copy of this machine's root, boots the copy's systemd in namespaces of its own, and runs
# SCRIPT in it as root. PACKAGES=DIR: nothing is installed, the packages in DIR lie beside the script. Nothing outside is touched: the copy is an overlay in memory, the network is loopback only. Exit status: the script's.
# Exit 77: cannot run here (said on stderr).
set -euo pipefail
skip() { echo "SKIPPED machine: $*" >&2; exit 77; }

if [ "${1:-}" = --inside ]; then
  root=$2 share=$3
  mount --make-rprivate /
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
  mount -t tmpfs -o mode=755 tmpfs "$root/run"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mount -t tmpfs -o mode=755 tmpfs "$root/dev"
  mkdir "$root/run/share" "$root/dev/pts" "$root/dev/shm"
  mount --bind "$share" "$root/run/share"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
  for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  ip link set lo up
  cd "$root"
  mkdir -p outside
  pivot_root . outside
  exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -c 'umount -l /outside; exec /lib/systemd/systemd systemd.show_status=0'
fi

build=$1 script=$2
[ "$(id -u)" = 0 ] || skip "namespaces need root"
for tool in unshare pivot_root ip curl; do command -v $tool >/dev/null || skip "no $tool"; done
[ -x /lib/systemd/systemd ] || skip "this machine has no systemd"
unshare --mount --pid --fork --cgroup --net true 2>/dev/null || skip "no namespaces"
grep -q cgroup2 /proc/filesystems || skip "no unified control groups"

work=$(mktemp -d)
trap 'umount -l "$work/disk/root" "$work/disk" 2>/dev/null; rm -rf "$work"' EXIT
mkdir "$work/disk" "$work/share"
mount -t tmpfs tmpfs "$work/disk"
mkdir "$work"/disk/{new,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/disk/new,workdir=$work/disk/work" "$work/disk/root" 2>/dev/null || skip "no overlay"

# The product as it is installed; the build may have been configured with another prefix, which then holds for the settings' place only.
root=$work/disk/root
if [ -n "${PACKAGES:-}" ]; then
  ls "$PACKAGES"/*.deb >/dev/null 2>&1 || skip "there are no packages"
  cp "$PACKAGES"/*.deb "$work/share/"
  rm -f "$root/usr/sbin/policy-rc.d"   # with which containers keep packages from starting anything
else
  DESTDIR=$root cmake --install "$build" --prefix /usr >/dev/null
  mkdir -p "$root/etc/skranke"
  cp "$(dirname "$0")/../../examples/skranked.toml" "$root/etc/skranke/"
fi
: >"$root/etc/fstab"
cp "$script" "$work/share/script"
cp "$(dirname "$0")/checks.sh" "$work/share/"
cat >"$root/etc/systemd/system/in-the-machine.service" <<'UNIT'
[Service]
ExecStart=/bin/bash -c 'cd /run/share && bash ./script >out 2>&1 </dev/null; echo $? >status; journalctl --no-pager -u skranked >journal; systemctl poweroff --force'
UNIT
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
ln -s ../in-the-machine.service "$root/etc/systemd/system/multi-user.target.wants/"
ln -sf /lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"

timeout -k 5 180 unshare --mount --pid --fork --kill-child --uts --ipc --net --cgroup bash "$0" --inside "$root" "$work/share" </dev/null >/dev/null 2>&1 || true
cat "$work/share/out" 2>/dev/null || true
status=$(cat "$work/share/status" 2>/dev/null || echo 125)
[ "$status" = 0 ] || { echo "--- the daemon's journal"; cat "$work/share/journal" 2>/dev/null || true; }
exit "$status"
