#!/usr/bin/env python3
"""Capture devices through their drivers: the desk of enrolment_test.py with libfprint's virtual reader, or a WS-BD service, instead of a folder of prints."""
import json
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from enrolment_test import DATA, V1, Desk, wait_until  # noqa: E402
from capture_door import begin_driver  # noqa: E402
from enrolment_kit import make_identity  # noqa: E402
from fingerprint_reader import Reader  # noqa: E402
from tls_front import TlsFront  # noqa: E402

EXAMPLE = os.environ["WSBD_EXAMPLE"]


def kill_and_wait(pid):
    """Killed, and every file of it closed: a picture sent to one that is still dying would be lost."""
    try:
        gone = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        signal.pidfd_send_signal(gone, signal.SIGKILL)
        poll = select.poll()
        poll.register(gone, select.POLLIN)
        if not poll.poll(5_000):
            raise AssertionError(f"{pid} does not die")
    except ProcessLookupError:
        pass
    finally:
        os.close(gone)


class ByLibfprint(Desk):
    def settings(self, *words):
        return super().settings(*words).replace(f'finger = "file:{self.kit.folder}/finger"', f'finger = "libfprint:virtual_image:{self.work}/reader.sock"')

    def setUp(self):
        super().setUp()
        self.reader = Reader(f"{self.work}/reader.sock")
        self.begin()
        self.take("face", attested=True)

    def pressed(self, position, action, *words):
        """What the clerk's press brings while somebody does something to the reader."""
        hand = threading.Thread(target=action, args=words)
        hand.start()
        answer = self.ask("capture", {"modality": "finger", "position": position})
        hand.join()
        return answer

    def print_of(self, position, name):
        answer = self.pressed(position, self.reader.lay_on, os.path.join(DATA, "fingers", name))
        self.assertEqual(answer.status, 200, answer)
        self.last = answer.json()["capture"]
        return answer.json()

    def drivers(self):
        found = subprocess.run(["pgrep", "-f", f"^[^ ]*skranke-driver-libfprint .*{self.work}"], capture_output=True, text=True).stdout.split()
        return [int(pid) for pid in found]

    def device(self):
        return next((device for device in self.admin.get(V1 + "/devices").json()["devices"] if (device["kind"], device["id"]) == ("capture", "desk-1/finger")), {"state": None})

    def test_1_from_the_reader_to_the_receipt(self):
        for position, names in (("right_index", ("f1_0.png", "f1_1.png", "f1_2.png")), ("left_index", ("f2_0.png", "f2_1.png", "f2_2.png"))):
            for name in names:
                taken = self.print_of(position, name)
            self.assertGreaterEqual(taken["quality"], 40)
            self.done("accept", {"capture": taken["capture"]})
        self.assertEqual(len(self.drivers()), 1, "one process for the reader, started once")
        with open(f"/proc/{self.drivers()[0]}/status") as file:
            status = file.read()
        self.assertRegex(status, r"NoNewPrivs:\s+1")
        self.assertRegex(status, r"Seccomp:\s+2")
        threads = os.listdir(f"/proc/{self.drivers()[0]}/task")
        for thread in threads:   # also those that the library began
            with open(f"/proc/{self.drivers()[0]}/task/{thread}/status") as file:
                self.assertRegex(file.read(), r"Seccomp:\s+2")
        self.take("signature")
        self.done("complete")
        wait_until(lambda: not self.drivers(), 30)
        wait_until(lambda: os.path.exists(os.path.join(self.out, self.id + ".cms")), 30)
        self.assertEqual(self.receive().returncode, 0)
        self.assertIn("dg3.bin", os.listdir(os.path.join(self.received, self.id)))
        wait_until(lambda: self.device()["state"] == "ready", 30)

    def test_2_what_happens_to_a_reader_is_told_and_heals(self):
        told = self.pressed("right_index", self.reader.retry)
        self.assertEqual((told.status, told.problem()), (409, "nothing_taken"), "the finger was wrong, not the reader")
        [first] = self.drivers()
        self.print_of("right_index", "f1_0.png")
        self.assertEqual(self.drivers(), [first], "a finger taken away costs no process")

        told = self.pressed("right_index", self.reader.unplug)
        self.assertEqual((told.status, told.problem()), (503, "device_fault"))
        wait_until(lambda: self.device()["state"] == "absent", 30)
        self.assertEqual(self.device()["reason"], "capture_absent")
        self.assertTrue(self.device()["words"] and self.device()["advice"])
        self.assertNotIn(first, self.drivers())

        self.print_of("right_index", "f1_1.png")   # plugged in again: nobody has to do anything here
        wait_until(lambda: self.device()["state"] == "ready", 30)

        [second] = self.drivers()
        kill_and_wait(second)
        self.print_of("right_index", "f1_2.png")
        self.assertNotEqual(self.drivers(), [second])

        self.done("accept", {"capture": self.last})

        # Killed while the finger is awaited: that picture is lost, and said to be.
        # Whether it has been asked by now cannot be seen from here: if not, the next one is, and is killed too.
        answered = threading.Event()
        def kill_whoever_waits():
            while not answered.wait(0.2):
                for driver in self.drivers():
                    kill_and_wait(driver)
        hand = threading.Thread(target=kill_whoever_waits)
        hand.start()
        told = self.ask("capture", {"modality": "finger", "position": "left_index"})
        answered.set()
        hand.join()
        self.assertEqual((told.status, told.problem()), (503, "device_fault"))
        wait_until(lambda: self.device()["state"] == "failed", 30)
        self.assertEqual(self.admin.get(V1 + "/healthz").status, 200)
        self.print_of("left_index", "f2_0.png")


class ByWsbd(Desk):
    """A vendor's driver, as the template is one: a service of its own on a socket."""
    def settings(self, *words):
        self.socket = f"{self.work}/scanner.sock"
        return super().settings(*words).replace(f'finger = "file:{self.kit.folder}/finger"', f'finger = "{self.where()}"').replace("[enrolment]\n", f"[enrolment]\n{self.more()}", 1)

    def where(self):
        return f"wsbd:unix:{self.socket}"

    def more(self):
        return ""

    def setUp(self):
        super().setUp()
        self.scanner = None
        self.addCleanup(self.stop)
        self.start()
        self.begin()
        self.take("face", attested=True)

    def start(self):
        if self.scanner:
            self.scanner.wait()
        self.scanner = subprocess.Popen([EXAMPLE, "--socket", self.socket, "--folder", self.kit.folder + "/finger", "--modality", "Finger"])
        wait_until(lambda: os.path.exists(self.socket), 30)

    def stop(self):
        self.scanner.kill()
        self.scanner.wait()

    def fault(self):
        answer = self.ask("capture", {"modality": "finger", "position": "right_index"})
        self.assertEqual((answer.status, answer.problem()), (503, "device_fault"), answer)

    def test_1_from_the_vendors_driver_to_the_receipt(self):
        self.take("finger", "right_index", times=3)
        self.take("finger", "left_index", times=3)
        self.take("signature")
        self.done("complete")
        wait_until(lambda: os.path.exists(os.path.join(self.out, self.id + ".cms")), 30)
        self.assertEqual(self.receive().returncode, 0)
        self.assertEqual(os.stat(self.socket).st_mode & 0o777, 0o660)

    def test_2_a_service_that_ends_is_told_and_heals(self):
        self.done("capture", {"modality": "finger", "position": "right_index"})
        self.stop()
        self.fault()
        self.start()
        self.kit.fill(right=("f1_1.png",))
        self.done("capture", {"modality": "finger", "position": "right_index"})
        self.kit.fault("finger", "crash")
        self.fault()
        self.kit.fault("finger", "absent")
        self.start()
        self.fault()
        self.kit.fault("finger")
        self.kit.fill(right=("f1_2.png",))
        self.done("capture", {"modality": "finger", "position": "right_index"})


class ByWsbdElsewhere(ByWsbd):
    """A foreign device by TLS: the same service behind a front with a certificate."""
    vouched = "scanner"

    def where(self):
        make_identity(self.work, "scanner", ("-addext", "subjectAltName=DNS:localhost"))
        make_identity(self.work, "stranger")
        self.front = TlsFront(f"{self.work}/scanner.pem", f"{self.work}/scanner.key", self.socket)
        self.addCleanup(self.front.stop)
        return f"wsbd:https://localhost:{self.front.port}"

    def more(self):
        return f'devices_ca_file = "{self.work}/{self.vouched}.pem"\n'

    test_2_a_service_that_ends_is_told_and_heals = None   # shown on this box


class ByAStranger(ByWsbdElsewhere):
    """Nobody whom we trust vouches for it: it is sent nothing."""
    vouched = "stranger"

    def test_1_from_the_vendors_driver_to_the_receipt(self):
        self.fault()
        self.assertEqual(self.front.carried, 0)


class BehindASocket(Desk):
    """A driver that runs as somebody else: whoever listens begins one for each connection, as systemd does."""
    def settings(self, *words):
        return super().settings(*words).replace(f'finger = "file:{self.kit.folder}/finger"', f'finger = "socket:{self.work}/finger.sock"')

    def listen(self):
        self.outer = socket.socket(socket.AF_UNIX)
        self.outer.bind(f"{self.work}/finger.sock")
        self.outer.listen()
        self.begun = []
        def accept(outer):
            while True:
                try:
                    line, _ = outer.accept()
                except OSError:
                    return
                self.begun.append(begin_driver(line, self.kit.folder + "/finger"))
        threading.Thread(target=accept, args=(self.outer,), daemon=True).start()

    def hang_up(self):
        self.outer.shutdown(socket.SHUT_RDWR)
        self.outer.close()
        os.unlink(f"{self.work}/finger.sock")
        for driver in self.begun:
            driver.kill()
            driver.wait()

    def captured(self):
        return self.ask("capture", {"modality": "finger", "position": "right_index"})

    def test_1_it_serves_ends_and_is_begun_again(self):
        self.listen()
        self.begin()
        self.take("face", attested=True)
        self.assertEqual(self.captured().status, 200)
        self.begun[0].kill()
        self.begun[0].wait()
        self.kit.fill(right=("f1_1.png",))
        self.assertEqual(self.captured().status, 200, "another is begun, and nobody has noticed")
        self.assertEqual(len(self.begun), 2)
        self.hang_up()
        self.assertEqual(self.captured().problem(), "device_fault")
        self.listen()
        self.kit.fill(right=("f1_2.png",))
        self.assertEqual(self.captured().status, 200)
        self.done("cancel")
        self.assertEqual(self.begun[0].wait(5), 0, "it ends when nobody listens any more")
        self.hang_up()

    def test_2_what_a_driver_says_is_one_short_line(self):
        self.outer = socket.create_server(f"{self.work}/finger.sock", family=socket.AF_UNIX)
        self.addCleanup(self.outer.close)
        self.begin()
        self.take("face", attested=True)
        def answer():
            line, _ = self.outer.accept()
            with line:
                line.recv(1000)
                head = json.dumps({"error": "sealed", "words": "no\nskranked: all is well \x1b[31m" + "x" * 5000}).encode()
                line.sendall(struct.pack(">II", len(head), 0) + head)
                line.recv(1)
        hand = threading.Thread(target=answer)
        hand.start()
        self.assertEqual(self.captured().problem(), "device_fault")
        hand.join()
        said = lambda: next((device["details"]["said"] for device in self.admin.get(V1 + "/devices").json()["devices"] if device["kind"] == "capture" and device["state"] == "failed"), "")
        wait_until(said, 30)
        self.assertRegex(said(), "^no.skranked: all is well .{,200}$")
        self.assertEqual(len(said()), 200)
        self.assertNotIn("\x1b", said())


class WhoHangs(unittest.TestCase):
    def test_1_ends_itself(self):
        """Nobody could kill a driver behind a socket. It was asked when this file began, so that nobody waits here."""
        self.assertEqual(hanging.wait(15), -signal.SIGALRM)


hanging = None


def setUpModule():
    global hanging
    folder = tempfile.mkdtemp(prefix="skranke-hang-")
    unittest.addModuleCleanup(shutil.rmtree, folder)
    with open(os.path.join(folder, "fault"), "w") as file:
        file.write("hang")
    ours, theirs = socket.socketpair()
    unittest.addModuleCleanup(ours.close)
    hanging = begin_driver(theirs, folder)
    ours.sendall(struct.pack(">II", 13, 0) + b'{"do":"look"}')


if __name__ == "__main__":
    unittest.main()
