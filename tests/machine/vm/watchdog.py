"""Runs inside the machine at each of its starts. In its first life the machine hangs: systemd, which feeds the watchdog (softdog here), is frozen. In its
second all that was acknowledged is there. What the first life said is kept in the share, which the host holds."""

import os
import sys
import time
from pathlib import Path

from wires import FACILITY, ask, check, failed, healthy, run, soon

SAID = Path("first-life")
WAITING = Path("waiting")
LIFE = Path("/proc/sys/kernel/random/boot_id").read_text()


def numbers():
    return " ".join(sorted(each["number"] for each in ask("GET", "/queue")["waiting"]))


def is_fed():
    """Who holds the watchdog: systemd, and nobody else could."""
    held = [os.readlink(each) for each in Path("/proc/1/fd").iterdir()]
    return [each for each in held if each.startswith("/dev/watchdog")]


def first_life():
    sys.stdout = SAID.open("w", encoding="utf-8")
    check("the package has told systemd how long the machine may hang", run("systemctl", "show", "-P", "RuntimeWatchdogUSec") == "14s")
    run("modprobe", "softdog")
    check("and systemd feeds the watchdog as soon as there is one", soon(is_fed, 60), list(Path("/dev").glob("watchdog*")))
    site, settings = Path("/etc/skranke/site.toml"), Path("/etc/skranke/skranked.toml")
    site.write_text(FACILITY)
    site.chmod(0o644)
    settings.write_text('facility = "/etc/skranke/site.toml"\n' + settings.read_text())
    run("systemctl", "restart", "skranked.service")
    check("the daemon serves", soon(healthy, 60), run("journalctl", "-u", "skranked", "-n", "20", "--no-pager"))
    os.sync()   # the settings; what follows is on disk when it is acknowledged, or it is the daemon's fault
    for _ in range(3):
        ask("POST", "/visits", {"services": ["pas"]})
    WAITING.write_text(LIFE + numbers())
    print("# the machine hangs", flush=True)
    Path("/sys/fs/cgroup/init.scope/cgroup.freeze").write_text("1")
    time.sleep(180)  # it does not come to this end
    check("the machine is reset", False)


def second_life():
    life, before = WAITING.read_text().split("\n")
    print(SAID.read_text(), end="")
    said_well = "not ok" not in SAID.read_text()
    check("the machine was reset and has started anew", said_well and life + "\n" != LIFE)
    check("it serves again", soon(healthy, 60), run("journalctl", "-u", "skranked", "-n", "20", "--no-pager"))
    check(f"and who had a number still waits ({before})", len(before.split()) == 3 and numbers() == before, numbers())


if WAITING.exists():
    second_life()
else:
    try:
        first_life()
    finally:
        sys.stdout.flush()
        sys.stdout = sys.__stdout__
        print(SAID.read_text(), end="")
sys.exit(1 if failed else 0)
