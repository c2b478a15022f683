#!/usr/bin/env python3
"""A real agent beside a real daemon: a line board on a terminal shows what the room calls, honestly also when somebody dies; wires that are not there are told."""
import os
import pty
import select
import signal
import subprocess
import sys
import time
import tty
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import wait_until  # noqa: E402
from box import BoxTest  # noqa: E402

V1 = "/api/v1"
PROTOCOL = """
name = "test"
frame = ["02", "{address:2}", "{text:5}", "{mode}", "{checksum}", "03"]
modes = { steady = "30", blink = "31", dark = "32" }
checksum = { kind = "xor", from = 1, encoding = "hex2" }
"""


class LineBoard:
    """What stands on the far end of a serial line; believes only whole frames whose checksum holds."""

    def __init__(self):
        self.far, near = pty.openpty()
        tty.setraw(near)
        self.device = os.ttyname(near)
        self.near, self.bytes, self.text, self.lit, self.heard_at, self.bad = near, b"", None, None, 0.0, 0

    def as_sign(self):
        """As the agent's settings name it."""
        return """[[sign]]
id = "line"
board = "hall"
digits = 4
desk_digits = 1
blink_s = 1
driver = "line_board"
device = "%s"
address = 7
protocol = "board.toml"
""" % self.device

    def listen(self, seconds):
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if not select.select([self.far], [], [], left)[0]:
                return
            self.bytes += os.read(self.far, 4096)
            self.take_frames()

    def take_frames(self):
        while b"\x02" in self.bytes:
            start = self.bytes.index(b"\x02")
            frame = self.bytes[start:start + 12]
            if len(frame) < 12:
                return
            self.bytes = self.bytes[start + 12:]
            body, told = frame[1:9], frame[9:11]
            sum_ = 0
            for byte in body:
                sum_ ^= byte
            if frame[11] != 3 or told != b"%02X" % sum_ or body[:2] != b"07":
                self.bad += 1
                continue
            self.text, self.lit, self.heard_at = body[2:7].decode(), body[7:8] != b"2", time.monotonic()

    def wait_for(self, wanted, seconds=20):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.listen(0.05)
            if wanted(self):
                return
        raise AssertionError("the board shows %r, lit %s" % (self.text, self.lit))

    def close(self):
        os.close(self.far)
        os.close(self.near)


class Agents(BoxTest):
    def setUp(self):
        super().setUp()
        self.at_a_house()
        self.board = LineBoard()
        self.addCleanup(self.board.close)
        self.write("board.toml", PROTOCOL)

    def start_agent(self, more="", url=None):
        self.configure('url = "%s"\ntoken_file = "token"' % (url or "http://127.0.0.1:%d" % self.house.port), self.board.as_sign() + more)
        self.run_agent()

    def device(self, id_):
        return next((d for d in self.http.get(V1 + "/devices").json()["devices"] if d["id"] == id_), {"state": None})

    def call(self):
        self.assertEqual(self.http.request("PUT", V1 + "/desks/desk-2/session", {}).status, 200)
        number = self.http.post(V1 + "/visits", {"services": ["s0"]}).json()["number"]
        self.assertEqual(self.http.post(V1 + "/desks/desk-2/next").json()["number"], number)
        return number

    def test_what_is_called_stands_on_the_line_board(self):
        self.start_agent()
        self.board.wait_for(lambda b: b.text == "8888" + "8")
        self.board.wait_for(lambda b: b.text == "   - ")
        number = self.call()
        began = time.monotonic()
        self.board.wait_for(lambda b: b.text == number.rjust(4) + "2" and b.lit, 2)
        self.assertLess(time.monotonic() - began, 1.0)
        wait_until(lambda: self.device("box/line")["state"] == "ready", "the board is known")
        self.assertEqual(self.device("box")["kind"], "agent")
        self.assertEqual(self.board.bad, 0)

    def test_a_daemon_that_dies_leaves_no_old_number(self):
        self.house.write_config(self.house.port)   # the next one listens where this one did
        self.start_agent()
        number = self.call()
        self.board.wait_for(lambda b: b.text == number.rjust(4) + "2")
        self.house.kill()
        self.board.wait_for(lambda b: "A" not in b.text and b.text.count("-") == 1 and b.text != "   - ", 20)
        self.house.start()
        self.board.wait_for(lambda b: b.text == number.rjust(4) + "2", 20)

    def test_an_agent_that_dies_is_missed(self):
        self.start_agent()
        wait_until(lambda: self.device("box/line")["state"] == "ready", "ready")
        self.agent.send_signal(signal.SIGKILL)
        wait_until(lambda: self.device("box/line")["state"] == "absent", "absent", 45)
        self.assertEqual(self.device("box")["reason"], "agent_silent")
        self.end_agent()
        self.start_agent()
        wait_until(lambda: self.device("box/line")["state"] == "ready", "back")

    def test_a_wire_that_is_not_there_is_told_and_hurts_nobody_else(self):
        self.start_agent('[[button]]\nid = "next-1"\nline = "NO_SUCH_LINE"\ndesk = "desk-1"\n')
        wait_until(lambda: self.device("box/next-1")["state"] == "absent", "told")
        self.assertIn(self.device("box/next-1")["reason"], ("gone", "unknown_line"))
        self.assertTrue(self.device("box/next-1")["words"] and self.device("box/next-1")["advice"])
        self.assertEqual(self.device("box/line")["state"], "ready")

    def test_it_stops_when_asked_and_refuses_what_it_cannot_read(self):
        self.start_agent()
        self.board.wait_for(lambda b: b.text is not None)
        self.agent.terminate()
        self.assertEqual(self.agent.wait(10), 0)
        self.end_agent()
        for text, wanted in (("[agent]\n", b"agent.id"), ("x = 1", b"x"), ("[[", b"agent.toml:1")):
            self.write("agent.toml", text)
            refused = subprocess.run([os.environ["AGENT"], "--config", os.path.join(self.folder, "agent.toml"), "--check-config"], capture_output=True, timeout=20)
            self.assertEqual(refused.returncode, 1)
            self.assertIn(wanted, refused.stderr)
        self.assertEqual(subprocess.run([os.environ["AGENT"]], capture_output=True, timeout=20).returncode, 2)

    def test_a_daemon_nobody_can_reach(self):
        self.start_agent(url="http://127.0.0.1:1")
        self.board.wait_for(lambda b: b.text and b.text.count("-") == 1 and b.text != "   - ", 20)
        self.assertIsNone(self.agent.poll())

    def test_reports_that_are_none(self):
        http = self.house.client(self.house.token("agent"))
        good = {"kind": "sign", "id": "x", "state": "ready"}
        self.assertEqual(http.request("PUT", V1 + "/agents/b/devices", {"devices": [good]}).status, 204)
        for wrong, field in (({"kind": "sun"}, "devices[0].kind"), ({"id": "A B"}, "devices[0].id"), ({"state": 7}, "devices[0].state"), ({"reason": "x"}, "devices[0].reason"),
                             ({"detail": "x" * 301}, "devices[0].detail"), ({"more": 1}, "devices[0].more")):
            answer = http.request("PUT", V1 + "/agents/b/devices", {"devices": [dict(good, **wrong)]})
            self.assertEqual((answer.status, answer.json()["field"]), (422, field), answer)
        self.assertEqual(http.request("PUT", V1 + "/agents/B%20x/devices", {"devices": []}).status, 422)
        self.assertEqual(http.request("PUT", V1 + "/agents/b/devices", {"devices": [good] * 201}).status, 422)
        for i in range(70):
            answer = http.request("PUT", V1 + "/agents/b%d/devices" % i, {"devices": []})
        self.assertEqual(answer.status, 422, "bounded")


if __name__ == "__main__":
    unittest.main(verbosity=2)
