#!/usr/bin/env python3
"""The plug of a whole machine is pulled while eight people take tickets: kernel, file system, daemon and a disk whose write cache is lost.

usage: power_cut.py IMAGE [--cuts N] [--seed S]     SKRANKED names the program that reads the disk afterwards

The machine is booted once and its state kept; each cut goes on from there on copies of its disks, so that fifty take minutes. After a cut the file
system's journal is replayed as a boot does, the daemon starts on what is there, and every ticket that was acknowledged must be known, with its number.
The first and the last cut are booted again as a machine. Control: with a disk that lies about flushes tickets must be missing.
"""

import argparse
import http.client
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "support")]
from appliance import SKIPPED, Appliance, Client, wait_until  # noqa: E402
from volatile_disk import VolatileDisk  # noqa: E402
from wires import FACILITY  # noqa: E402

PEOPLE = 8
MEMORY_MB = 400
DATA_MB = 96


class Machine:
    """One emulated machine. `state`: go on from there instead of booting."""

    def __init__(self, image, work, root, disk_address, state=None):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.monitor_path = os.path.join(work, "monitor")
        command = [
            "qemu-system-x86_64", "-M", "q35", "-cpu", "Nehalem", "-accel", "tcg,thread=multi", "-smp", "2", "-m", str(MEMORY_MB), "-display", "none",
            "-nodefaults", "-no-user-config", "-no-reboot", "-serial", "file:" + os.path.join(work, "console"),
            "-qmp", f"unix:{self.monitor_path},server=on,wait=off",
            "-kernel", os.path.join(image, "vmlinuz"), "-initrd", os.path.join(image, "initrd.img"),
            "-append", "console=ttyS0 rw quiet loglevel=3 mitigations=off nokaslr audit=0 apparmor=0 selinux=0 net.ifnames=0 systemd.show_status=0 random.trust_cpu=1",
            "-drive", f"file={root},if=none,id=root,format=raw,cache=unsafe", "-device", "virtio-blk-pci,drive=root",
            "-drive", f"file=nbd:unix:{disk_address},if=none,id=data,format=raw,cache=writeback", "-device", "virtio-blk-pci,drive=data,write-cache=on",
            "-device", "virtio-rng-pci", "-nic", f"user,model=virtio-net-pci,restrict=on,hostfwd=tcp:127.0.0.1:{self.port}-:8080",
        ]  # fmt: skip
        if state:
            command += ["-incoming", "exec:cat " + state]
        if os.path.exists(self.monitor_path):
            os.unlink(self.monitor_path)
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open(os.path.join(work, "qemu"), "ab"))
        self.monitor, self.answers = None, b""

    def say(self, command, **arguments):
        if self.monitor is None:
            wait_until(lambda: os.path.exists(self.monitor_path), "the machine's monitor")
            self.monitor = socket.socket(socket.AF_UNIX)
            self.monitor.settimeout(60)
            self.monitor.connect(self.monitor_path)
            self._line()
            self.say("qmp_capabilities")
        self.monitor.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        while True:
            answer = self._line()
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise RuntimeError(answer["error"]["desc"])

    def _line(self):
        while b"\n" not in self.answers:
            part = self.monitor.recv(65536)
            if not part:
                raise EOFError("the machine is gone")
            self.answers += part
        line, self.answers = self.answers.split(b"\n", 1)
        return json.loads(line)

    def healthy(self):
        try:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            line.request("GET", "/healthz")
            return line.getresponse().status == 200
        except OSError:
            return False

    def pull_the_plug(self):
        self.process.kill()
        self.process.wait()


class Person(threading.Thread):
    """Takes tickets as fast as they come. `taken`: token and number of each that was acknowledged; `asked`: how many were asked for."""

    def __init__(self, port, token):
        super().__init__(daemon=True)
        self.port, self.token, self.taken, self.asked = port, token, [], 0

    def run(self):
        headers = {"Content-Type": "application/json", "Authorization": "Bearer " + self.token}
        try:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            while True:
                self.asked += 1
                line.request("POST", "/api/v1/visits", json.dumps({"services": ["pas"]}), headers)
                answer = line.getresponse()
                body = json.loads(answer.read())
                if answer.status != 201:
                    return
                self.taken.append((body["token"], body["number"]))
        except (OSError, http.client.HTTPException, ValueError):
            return


def scratch_folder():
    """In memory where there is room: the emulated disks are copied for each cut."""
    return "/dev/shm" if os.path.isdir("/dev/shm") and shutil.disk_usage("/dev/shm").free > 4 << 30 else None


def failed(words):
    print("not ok", words, flush=True)
    sys.exit(1)


def settle(disk):
    """Replays the file system's journal as a boot does; what is wrong with it, if anything."""
    fixed = subprocess.run(["e2fsck", "-f", "-y", disk], capture_output=True, text=True)
    return "" if fixed.returncode <= 1 else fixed.stdout[-300:]


def read_file(disk, path):
    shutil.copyfile(disk, disk + "-read")
    settle(disk + "-read")
    return subprocess.run(["debugfs", "-R", f"cat {path}", disk + "-read"], capture_output=True, check=True).stdout.decode().strip()


class Story:
    def __init__(self, image, work, seed):
        self.image, self.work, self.random = image, work, random.Random(seed)
        self.root, self.data, self.state = (os.path.join(work, name) for name in ("root", "data", "state"))
        self.disk_address = os.path.join(work, "disk")

    def boot(self, root, data, seed=0, state=None, honest=True):
        if os.path.exists(self.disk_address):
            os.unlink(self.disk_address)
        disk = VolatileDisk(data, self.disk_address, seed, honest)
        return Machine(self.image, self.work, root, self.disk_address, state), disk

    def prepare(self):
        shutil.copyfile(os.path.join(self.image, "root.ext4"), self.root)
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-E", "lazy_itable_init=0,lazy_journal_init=0", self.data, f"{DATA_MB}M"], check=True)
        began = time.monotonic()
        machine, disk = self.boot(self.root, self.data)
        wait_until(machine.healthy, "the machine serves", timeout=300)
        print(f"# from power to serving: {time.monotonic() - began:.1f} s, emulated", flush=True)
        machine.say("stop")                       # the disk is written through: the token can be read from it
        disk._write_through()
        self.token = read_file(self.data, "/admin.token")
        machine.say("cont")
        client = Client(machine.port, self.token, timeout=60)
        answer = client.request("PUT", "/api/v1/facility", FACILITY.encode(), headers={"Content-Type": "application/toml"})
        if answer.status != 200:
            failed(f"the facility is taken ({answer})")
        self.warm = self.take(machine, 40)
        machine.say("stop")
        machine.say("migrate", uri=f"exec:cat > {self.state}")
        wait_until(lambda: machine.say("query-migrate").get("status") == "completed", "its state is kept", timeout=300)
        disk._write_through()
        machine.say("quit")
        disk.wait_for_the_end()
        machine.process.wait()

    def take(self, machine, count):
        person = Person(machine.port, self.token)
        person.start()
        wait_until(lambda: len(person.taken) >= count, f"{count} tickets are taken", timeout=180)
        return list(person.taken)

    def cut(self, number, honest=True):
        """One cut: what was acknowledged, and the disk as it is then."""
        root, data = self.root + "-now", self.data + "-now"
        subprocess.run(["cp", "--sparse=always", self.root, root], check=True)
        shutil.copyfile(self.data, data)
        machine, disk = self.boot(root, data, seed=self.random.random(), state=self.state, honest=honest)
        wait_until(lambda: machine.say("query-status")["status"] in ("paused", "running"), "it is back", timeout=180)
        machine.say("cont")
        people = [Person(machine.port, self.token) for _ in range(PEOPLE)]
        for person in people:
            person.start()
        wait_until(lambda: sum(len(person.taken) for person in people) >= 4, "tickets are taken", timeout=180)
        time.sleep(self.random.uniform(0, 1.2))            # the moment of the cut, not a wait for something
        if number % 3:                                     # two of three in the middle of a flush, when most is at stake
            disk.hold.set()
            disk.held.wait(10)
        machine.pull_the_plug()
        disk.wait_for_the_end()
        for person in people:
            person.join(35)
        taken = [one for person in people for one in list(person.taken)]
        return root, data, taken, sum(person.asked for person in people), disk

    def judge(self, data, taken, asked):
        """Tickets that are missing or other than they were told, by a daemon that starts on this disk; None when nothing starts."""
        trouble = settle(data)
        if trouble:
            return [f"the file system is not whole: {trouble}"]
        folder = tempfile.mkdtemp(dir=self.work)
        os.mkdir(os.path.join(folder, "data"))
        subprocess.run(["debugfs", "-R", f"rdump / {folder}/data", data], capture_output=True, check=True)
        shutil.rmtree(os.path.join(folder, "data", "lost+found"), ignore_errors=True)
        wrong = []
        try:
            with Appliance(site=FACILITY, directory=folder) as house:
                house.start()
                client = Client(house.port, self.token)
                for token, number in self.warm + taken:
                    answer = client.request("GET", "/api/v1/visits/" + token)
                    if answer.status != 200 or answer.json()["number"] != number:
                        wrong.append(f"{number}: {answer.status}")
                known = len(client.request("GET", "/api/v1/queue").json()["waiting"])
                if known > len(self.warm) + asked + 1:
                    wrong.append(f"{known} wait where {len(self.warm) + asked} asked")
                numbers = [one["number"] for one in client.request("GET", "/api/v1/queue").json()["waiting"]]
                if len(set(numbers)) != len(numbers):
                    wrong.append("a number was given twice")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return wrong

    def boot_again(self, root, data, taken):
        machine, disk = self.boot(root, data)
        wait_until(machine.healthy, "the machine serves again", timeout=300)
        client = Client(machine.port, self.token, timeout=60)
        wrong = [number for token, number in taken[-60:] if client.request("GET", "/api/v1/visits/" + token).status != 200]
        machine.pull_the_plug()
        disk.wait_for_the_end()
        return wrong


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("image")
    arguments.add_argument("--cuts", type=int, default=50)
    arguments.add_argument("--seed", type=int, default=1)
    wanted = arguments.parse_args()
    if not os.path.exists(os.path.join(wanted.image, "root.ext4")):
        print("SKIPPED machine power cut: there is no image of the machine")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory(dir=scratch_folder()) as work:
        story = Story(wanted.image, work, wanted.seed)
        story.prepare()
        acknowledged, flushes, dropped, torn, uncertain = 0, 0, 0, 0, 0
        for number in range(wanted.cuts):
            root, data, taken, asked, disk = story.cut(number)
            if number in (0, wanted.cuts - 1):
                shutil.copyfile(data, data + "-boot")
                wrong = story.boot_again(root, data + "-boot", taken)
                if wrong:
                    failed(f"cut {number}: booted again, {wrong[:5]} are missing")
                print(f"ok cut {number}: the machine boots again and knows everybody", flush=True)
            wrong = story.judge(data, taken, asked)
            if wrong:
                failed(f"cut {number} of seed {wanted.seed}: {len(wrong)} of {len(taken)} acknowledged tickets are wrong: {wrong[:5]}")
            acknowledged, flushes, dropped, torn = acknowledged + len(taken), flushes + disk.flushes, dropped + disk.dropped, torn + disk.torn
            uncertain += asked - len(taken)
        print(f"ok {wanted.cuts} cuts: {acknowledged} acknowledged tickets, all there; {flushes} flushes, {dropped} cached writes lost, {torn} torn", flush=True)
        if not acknowledged > 20 * wanted.cuts or dropped + torn == 0:
            failed("the cuts fell where nothing was at stake")
        for attempt in range(8):
            _, data, taken, asked, _ = story.cut(attempt, honest=False)
            if story.judge(data, taken, asked):
                print("ok a disk that lies about flushes is found out", flush=True)
                break
        else:
            failed("a disk that lies about flushes was not found out: this test cannot fail")


main()
