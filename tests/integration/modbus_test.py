#!/usr/bin/env python3
"""A real agent asks units of libmodbus, over TCP and over a serial line whose cable can be cut and disturbed: a board, a lamp, a button."""
import os
import pty
import select
import subprocess
import sys
import threading
import tty
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import wait_until  # noqa: E402
from box import BoxTest  # noqa: E402

V1 = "/api/v1"
MAP = """
name = "six characters"
[[register]]
first = 10
count = 3
holds = "text"
[[register]]
first = 13
holds = "brightness"
at_full = 15
"""


class Unit:
    """libmodbus' server in a process of its own; hears what was written to it on a thread."""

    def __init__(self, how, where, unit):
        self.process = subprocess.Popen([os.environ["MODBUS_UNIT"], how, str(where), str(unit)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.registers, self.coils, self.done, self.seen = {}, {}, 0, 0
        self.where = int(self.process.stdout.readline().split()[1])
        self.hears = threading.Thread(target=self.hear, daemon=True)
        self.hears.start()

    def hear(self):
        for line in self.process.stdout:
            word, *rest = line.split()
            if word == "done":
                self.done += 1
            elif word == "seen":
                self.seen += 1
            else:
                (self.registers if word == "register" else self.coils)[int(rest[0])] = int(rest[1])

    def tell(self, words):
        before = self.done
        self.process.stdin.write(words + "\n")
        wait_until(lambda: self.done > before, words)

    def turn(self, number, on):
        """Until the agent has asked for it: a finger is slower than a bus."""
        before = self.seen
        self.tell("input %d %d" % (number, on))
        wait_until(lambda: self.seen > before, "the input is read")

    def text(self):
        return b"".join(self.registers.get(i, 0).to_bytes(2, "big") for i in (10, 11, 12)).decode("latin-1")

    def end(self):
        self.process.kill()
        self.process.wait()
        self.hears.join()
        self.process.stdin.close()
        self.process.stdout.close()


class Cable:
    """Two terminals whose bytes go to one another, as they are or not."""

    def __init__(self):
        self.ends = [pty.openpty(), pty.openpty()]
        for _, near in self.ends:
            tty.setraw(near)
        self.names = [os.ttyname(near) for _, near in self.ends]
        self.carry = lambda data: data
        self.over, self.stop = os.pipe()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        far = [self.ends[0][0], self.ends[1][0]]
        while True:
            ready, _, _ = select.select(far + [self.over], [], [])
            if self.over in ready:
                return
            for end in ready:
                data = self.carry(os.read(end, 4096))
                if data:
                    os.write(far[1 - far.index(end)], data)

    def close(self):
        os.close(self.stop)
        self.thread.join()
        for fd in (self.over, *self.ends[0], *self.ends[1]):
            os.close(fd)


class Modbus(BoxTest):
    def setUp(self):
        super().setUp()
        self.at_a_house()
        self.write("map.toml", MAP)

    def unit(self, how, where, unit):
        made = Unit(how, where, unit)
        self.addCleanup(made.end)
        return made

    def start_agent(self, settings):
        self.configure('url = "http://127.0.0.1:%d"\ntoken_file = "token"' % self.house.port, """%s
[[sign]]
id = "board"
board = "hall"
digits = 4
desk_digits = 2
blink_s = 0
driver = "modbus"
bus = "hall"
unit = 7
protocol = "map.toml"
""" % settings)
        self.run_agent()

    def device(self, id_):
        return next((d for d in self.http.get(V1 + "/devices").json()["devices"] if d["id"] == "box/" + id_), {"state": None, "reason": None})

    def wait_for(self, id_, state, reason=None, seconds=40):
        wait_until(lambda: (self.device(id_)["state"], self.device(id_).get("reason") or None) == (state, reason), "%s is %s" % (id_, state), seconds)

    def open_desk(self):
        self.assertEqual(self.http.request("PUT", V1 + "/desks/desk-2/session", {}).status, 200)

    def take(self):
        return self.http.post(V1 + "/visits", {"services": ["s0"]}).json()["number"]

    def call(self):
        self.open_desk()
        number = self.take()
        self.assertEqual(self.http.post(V1 + "/desks/desk-2/next").json()["number"], number)
        return number

    def test_a_board_over_tcp_that_falls_silent_and_one_that_vanishes(self):
        unit = self.unit("tcp", 0, 7)
        self.start_agent('[[modbus]]\nid = "hall"\nhost = "127.0.0.1"\nport = %d\nanswer_within_ms = 100\n' % unit.where)
        number = self.call()
        wait_until(lambda: unit.text() == number.rjust(4) + " 2", "the number stands")
        self.assertEqual(unit.registers[13], 15)
        self.wait_for("board", "ready")
        unit.tell("mute 1")
        self.wait_for("board", "failed", "no_answer")
        self.assertTrue(self.device("board")["words"] and self.device("board")["advice"])
        unit.tell("mute 0")
        self.wait_for("board", "ready")
        unit.end()
        self.wait_for("board", "absent", "gone")
        back = self.unit("tcp", unit.where, 7)
        wait_until(lambda: back.text() == number.rjust(4) + " 2", "the number stands again", 60)
        self.wait_for("board", "ready")

    def test_a_serial_line_with_noise_on_it(self):
        cable = Cable()
        self.addCleanup(cable.close)
        unit = self.unit("rtu", cable.names[1], 7)
        self.start_agent('[[modbus]]\nid = "hall"\ndevice = "%s"\nanswer_within_ms = 100\n' % cable.names[0])
        number = self.call()
        wait_until(lambda: unit.text() == number.rjust(4) + " 2", "the number stands")
        self.wait_for("board", "ready")
        cable.carry = lambda data: bytes(byte ^ 0x55 for byte in data)   # no question arrives whole
        self.wait_for("board", "failed", "no_answer")
        cable.carry = lambda data: data
        self.wait_for("board", "ready")
        wait_until(lambda: unit.text() == number.rjust(4) + " 2", "the number stands again")
        # Questions (16 = write several) arrive, their short answers are hit in the checksum.
        cable.carry = lambda data: data if len(data) > 8 else data[:-1] + bytes([data[-1] ^ 0xFF])
        self.wait_for("board", "failed", "garbled")

    def test_a_lamp_and_a_button(self):
        unit = self.unit("tcp", 0, 7)
        self.start_agent("""
[[modbus]]
id = "hall"
host = "127.0.0.1"
port = %d
[[lamp]]
id = "lamp"
line = "modbus:hall:7:coil:5"
desk = "desk-2"
when = "called"
[[button]]
id = "next"
line = "modbus:hall:7:input:3"
desk = "desk-2"
[[button]]
id = "nowhere"
line = "modbus:hall:7:input:60"
desk = "desk-1"
""" % unit.where)
        for id_ in ("lamp", "next", "board"):
            self.wait_for(id_, "ready")
        self.wait_for("nowhere", "failed", "refused")
        self.open_desk()
        number = self.take()
        unit.turn(3, 1)
        unit.turn(3, 0)
        wait_until(lambda: unit.text() == number.rjust(4) + " 2", "the press called")
        wait_until(lambda: unit.coils.get(5) == 1, "the lamp is lit")


if __name__ == "__main__":
    unittest.main(verbosity=2)
