#!/usr/bin/env python3
"""Capture devices of another box: the desk of enrolment_test.py with all of its kit behind a door, and what the door does with others who knock."""
import json
import os
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from enrolment_test import DATA, V1, Desk, wait_until  # noqa: E402
from capture_door import DOOR, Door, Drivers, Relay, accepting, key_digest  # noqa: E402
from enrolment_kit import Kit, make_identity  # noqa: E402
from fingerprint_reader import grey_png  # noqa: E402

PIECE = 48   # bytes: long enough to be nobody else's


class FarDesk(Desk):
    """Between the two programs there is a relay, where a wire tapper would be."""

    def settings(self, *words):
        self.drivers = Drivers(f"{self.work}/sockets", self.kit)
        self.addCleanup(self.drivers.stop)
        self.door = Door(self.work, self.drivers)
        self.known = key_digest(f"{self.work}/appliance.pem")
        self.door.start(self.known)
        self.addCleanup(lambda: self.door.stop())
        self.tapped, outer = Relay(), socket.create_server(("127.0.0.1", 0))
        self.hang_up = outer
        self.addCleanup(lambda: self.hang_up and outer.shutdown(socket.SHUT_RDWR))
        accepting(outer, self.relay)
        text, where = super().settings(*words), f"far:127.0.0.1:{outer.getsockname()[1]}"
        for name in ("camera", "finger", "pen"):
            text = text.replace(f"file:{self.kit.folder}/{name}", where)
        return text.replace('desk = "desk-1"\n', f'desk = "desk-1"\ndoor_key = "{self.door.key}"\n')

    def relay(self, line):
        try:
            self.tapped.carry(line, socket.create_connection(("127.0.0.1", self.door.port)))
        except OSError:
            line.close()

    def device(self, name):
        found = [device for device in self.admin.get(V1 + "/devices").json()["devices"] if (device["kind"], device["id"]) == ("capture", "desk-1/" + name)]
        return found[0] if found else {"state": None}

    def faulty(self):
        self.assertEqual(self.ask("capture", {"modality": "face"}).problem(), "device_fault")

    def told(self, state, words):
        """The devices page says so, in words."""
        wait_until(lambda: self.device("face")["state"] == state and words in self.device("face")["details"]["said"], "the devices page to say it", 30)
        self.assertTrue(self.device("face")["words"] and self.device("face")["advice"])

    def becomes(self, state, words):
        """The line that stood has gone: what is asked now begins another."""
        wait_until(lambda: not self.lines(), "the end of the line", 30)
        self.faulty()
        self.told(state, words)

    def lines(self):
        return subprocess.run(["pgrep", "-f", f"skranke-driver-far .*{self.work}"], capture_output=True, text=True).stdout.split()

    def well(self, face):
        self.kit.fill(faces=(face,))   # one that it has not shown yet
        self.done("capture", {"modality": "face"})
        wait_until(lambda: self.device("face")["state"] == "ready", "the camera to be well", 30)

    def test_1_from_the_other_box_to_the_receipt(self):
        width, height, pixels = grey_png(os.path.join(DATA, "fingers", "f1_0.png"))
        piece = pixels[width * (height // 2) + width // 2 - 40:][:PIECE]
        self.whole()
        wait_until(lambda: os.path.exists(os.path.join(self.out, self.id + ".cms")), "the envelope", 30)
        self.assertEqual(self.receive().returncode, 0)
        self.assertIn("dg3.bin", os.listdir(os.path.join(self.received, self.id)))
        self.assertIn(piece, bytes(self.drivers.relay.passed), "it passed behind the door, where nothing is sealed")
        self.assertGreater(len(self.tapped.passed), 6 * width * height)
        self.assertNotIn(piece, bytes(self.tapped.passed))
        self.assertNotIn(b'"modality"', bytes(self.tapped.passed), "nor is it seen what is asked")
        wait_until(lambda: len(self.door.family()) == 1, "the lines to end", 30)

    def test_2_what_happens_to_the_line_is_told_and_heals(self):
        self.begin()
        self.well("A_neutral.jpg")

        self.tapped.cut_after(50_000)   # in the middle of a picture
        self.faulty()
        self.told("failed", "was cut")
        self.well("B_neutral.jpg")

        self.door.stop()
        self.becomes("failed", "does not answer as one")
        drivers = len(self.drivers.begun)
        self.door.start("0" * 64)
        self.becomes("failed", "does not know this box")
        self.door.stop()
        self.door.start(self.known, os.path.join(self.work, "another"))
        self.becomes("failed", "is not the door that door_key names")
        self.assertEqual(len(self.drivers.begun), drivers, "no device was asked for a stranger")
        self.door.stop()
        self.door.start(self.known)
        self.well("A_closed.jpg")

        self.drivers.stop()
        self.becomes("absent", "behind it, nobody listens")
        self.hang_up = self.hang_up.shutdown(socket.SHUT_RDWR)
        self.becomes("absent", "nobody answers at 127.0.0.1:")


class AtTheDoor(unittest.TestCase):
    """Who knocks, without a daemon."""

    def setUp(self):
        self.work = tempfile.mkdtemp(prefix="skranke-door-")
        self.addCleanup(shutil.rmtree, self.work)
        for name in ("appliance", "stranger"):
            make_identity(self.work, name)
        self.drivers = Drivers(f"{self.work}/sockets", Kit(os.path.join(self.work, "kit")))
        self.addCleanup(self.drivers.stop)
        self.door = Door(self.work, self.drivers)
        self.door.start(key_digest(f"{self.work}/appliance.pem"))
        self.addCleanup(self.door.stop)

    def knock(self, who="appliance", version=ssl.TLSVersion.TLSv1_3):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.maximum_version = version
        if who:
            context.load_cert_chain(f"{self.work}/{who}.pem", f"{self.work}/{who}.key")
        line = context.wrap_socket(socket.create_connection(("127.0.0.1", self.door.port), timeout=40), do_handshake_on_connect=False)
        self.addCleanup(line.close)
        return line

    def said(self, line):
        """What comes, as a frame; nothing when the line has ended."""
        try:
            line.do_handshake()
            got = b""
            while len(got) < 8 or len(got) < 8 + sum(struct.unpack(">II", got[:8])):
                piece = line.recv(65536)
                if not piece:
                    return None
                got += piece
        except (OSError, ssl.SSLError) as error:
            self.assertNotIsInstance(error, TimeoutError)
            return None
        return json.loads(got[8:8 + struct.unpack(">II", got[:8])[0]])

    def ask(self, line, head, body=b""):
        words = json.dumps(head).encode() if isinstance(head, dict) else head
        line.sendall(struct.pack(">II", len(words), len(body)) + words + body)
        return self.said(line)

    def let_in(self):
        line = self.knock()
        self.assertEqual(self.said(line), {"door": 1})
        return line

    def test_1_nobody_else_is_answered(self):
        for who in (None, "stranger"):
            self.assertIsNone(self.said(self.knock(who)), who)
        self.assertIsNone(self.said(self.knock(version=ssl.TLSVersion.TLSv1_2)))
        with socket.create_connection(("127.0.0.1", self.door.port), timeout=40) as line:
            line.sendall(b"GET / HTTP/1.1\r\n\r\n")
            try:
                self.assertNotIn(b"door", line.recv(1000))
            except ConnectionResetError:
                pass   # hung up on without a word
        self.assertIn("was not let in", self.door.process.stderr.readline())
        self.assertEqual(self.drivers.begun, [])
        self.let_in()

    def test_2_what_is_no_question_ends_the_line(self):
        face = {"do": "look", "modality": "face"}
        for wrong in (b"no", b"[]", {"do": "look"}, {"do": "look", "modality": "foot"}, {"do": "change", "modality": "face"}, {"do": "assess", "modality": "finger"}):
            self.assertIsNone(self.ask(self.let_in(), wrong), wrong)
        self.assertIsNone(self.ask(self.let_in(), face, b"x"), "a question brings nothing along")
        line = self.let_in()
        shown, taken = self.ask(line, face), self.ask(line, {"do": "take", "modality": "face"})
        self.assertEqual((shown["height"], shown["channels"]), (480, 3), "a live picture for a network")
        self.assertLess(shown["width"], 361)
        self.assertGreater(taken["height"], 480)
        self.assertIsNone(self.ask(line, {"do": "look", "modality": "finger"}), "a line is for one device")

    def test_3_a_second_line_to_a_device_ends_the_first(self):
        face, pen = {"do": "look", "modality": "face"}, {"do": "look", "modality": "signature"}
        first, other = self.let_in(), self.let_in()
        self.assertIn("width", self.ask(first, face))
        self.assertIn("width", self.ask(other, pen))
        second = self.let_in()
        self.assertIn("width", self.ask(second, face), "a box that lost its power has left a line behind")
        self.assertIsNone(self.said(first))
        self.assertIn("width", self.ask(other, pen))
        self.assertIn("width", self.ask(second, face))
        self.assertEqual(len(self.door.family()), 3)

    def test_4_who_knocks_and_says_nothing_holds_up_nobody_for_long(self):
        sizes = []
        def eight_knock():
            sizes.append(len(self.door.family()))
            if sizes[-1] < 9:
                self.addCleanup(socket.create_connection(("127.0.0.1", self.door.port)).close)
            return sizes[-1] > 8
        wait_until(eight_knock, "knocking", 60)
        self.assertEqual(max(sizes), 9, "itself and eight")
        self.let_in()
        self.assertLessEqual(len(self.door.family()), 9, "it was let in when one of them had had its time")

    def test_5_its_key_is_made_once_and_shown(self):
        shown = lambda: subprocess.run([DOOR, "--config", f"{self.work}/door.toml", "--key"], capture_output=True, text=True)  # noqa: E731
        self.assertEqual(shown().stdout.strip(), self.door.key)
        self.assertEqual(os.stat(f"{self.work}/door/door.pem").st_mode & 0o777, 0o600)
        self.assertEqual(key_digest(f"{self.work}/door/door.pem"), self.door.key)
        before = self.door.key
        self.door.stop()
        self.door.start("0" * 64)
        self.assertEqual(self.door.key, before)

    def test_6_settings_that_are_wrong_are_named(self):
        path = f"{self.work}/door.toml"
        for text, named in (("", "appliance_key: missing"), ('appliance_key = "12"\n', "appliance_key: not 64"), ('appliance_key = "' + "0" * 64 + '"\nlamp = 1\n', "lamp: not known"),
                            ('appliance_key = "' + "0" * 64 + '"\npen = "pen.sock"\n', "pen: not a path"), ("appliance_key =", "line 1")):
            with open(path, "w") as file:
                file.write(text)
            told = subprocess.run([DOOR, "--config", path, "--check-config"], capture_output=True, text=True)
            self.assertEqual(told.returncode, 1)
            self.assertIn(f"{path}: {named}", told.stderr)

    def test_7_a_change_of_its_settings_counts_from_the_next_line(self):
        path = f"{self.work}/door.toml"
        self.let_in()
        with open(path, "w") as file:
            file.write("appliance_key =")
        self.assertIsNone(self.said(self.knock()))
        self.assertIn("settings are not good", self.door.process.stderr.readline())
        self.door.settings(key_digest(f"{self.work}/stranger.pem"), f"{self.work}/door")
        self.assertIsNone(self.said(self.knock()))
        self.assertEqual(self.said(self.knock("stranger")), {"door": 1})


if __name__ == "__main__":
    unittest.main()
