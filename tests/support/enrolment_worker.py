"""The worker of one enrolment, spoken to as the daemon does: frames on its descriptor 3."""
import json
import os
import re
import signal
import socket
import struct
import subprocess
import time

from enrolment_kit import PROFILES


class Worker:
    """Runs until `end`. Its words name the devices of a Kit, and the identities that make_identity wrote into a folder."""

    def __init__(self, program, kit, identities, models="", more=()):
        ours, theirs = socket.socketpair()
        self.line = ours
        ours.settimeout(40)

        def on_three():
            os.dup2(theirs.fileno(), 3)
        self.process = subprocess.Popen([program], env={}, preexec_fn=on_three, pass_fds=(3,), stdin=subprocess.DEVNULL)
        theirs.close()
        self.pid = self.process.pid
        self.now = int(time.time() * 1000)
        with open(os.path.join(PROFILES, "passport.toml"), encoding="utf-8") as file:
            profile = file.read()
        devices = {name: f"file:{kit.folder}/{name}" for name in ("camera", "finger", "pen")}
        self.begun = self.ask(do="start", enrolment="e-1", application="case-1", age="from_12", clerk="clerk", desk="desk-1", profile=profile, text_version="1", language="en", models=models, trust="", pin="",
                              recipient=f"{identities}/authority.pem", appliance_certificate=f"{identities}/appliance.pem", appliance_key=f"{identities}/appliance.key", **{**devices, **dict(more)})

    def ask(self, **wish):
        """Its answer; the bytes that came along are kept in `body`."""
        head = json.dumps({"now": self.now, **wish}).encode()
        self.line.sendall(struct.pack(">II", len(head), 0) + head)
        head_size, body_size = struct.unpack(">II", self.receive(8))
        answer, self.body = json.loads(self.receive(head_size)), self.receive(body_size)
        return answer

    def receive(self, size):
        got = b""
        while len(got) < size:
            piece = self.line.recv(size - len(got))
            if not piece:
                raise EOFError("the worker is gone")
            got += piece
        return got

    def take(self, modality, position="", times=1):
        for _ in range(times):
            taken = self.ask(do="capture", modality=modality, position=position)
            assert "capture" in taken, taken
        accepted = self.ask(do="accept", capture=taken["capture"], attested=True)
        assert "refused" not in accepted, accepted
        return accepted

    def whole(self):
        """Everything that a passport wants."""
        self.take("face")
        self.but_the_face()

    def but_the_face(self):
        for finger in ("right_index", "left_index"):
            self.take("finger", finger, times=3)
        self.take("signature")

    def seal(self):
        sealed = self.ask(do="seal", created="20261128093000")
        assert sealed["stage"] == "sealed", sealed
        return self.body

    def of_status(self, name):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return int(re.search(rf"^{name}:\s+(\d+)", file.read(), re.M)[1])

    def family(self):
        """Itself, its keeper, and the drivers that the keeper runs."""
        found = [self.pid]
        for pid in found:
            with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
                found += [int(child) for child in file.read().split()]
        return found

    def stop(self):
        """Holds it still, and comes back when it is."""
        os.kill(self.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, self.pid, os.WSTOPPED)

    def end(self):
        self.line.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
