#!/usr/bin/env python3
"""What is left in the memory of an enrolment's processes: the worker is stopped after its session is over, and searched for pieces of what was taken. Needs root."""
import os
import shutil
import struct
import sys
import tempfile
import unittest
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from authority import open_envelope  # noqa: E402
from capture_door import Door, Drivers, key_digest  # noqa: E402
from enrolment_kit import DATA, Kit, make_identity  # noqa: E402
from enrolment_worker import Worker  # noqa: E402
from fingerprint_reader import grey_png  # noqa: E402
from memory import memory_holds  # noqa: E402

WORKER = os.environ["ENROLMENT_WORKER"]
SIDE = 48   # bytes of a piece: long enough to be nobody else's


def planted_portrait(path):
    """A picture in colours whose pixels are known here; a piece of its middle, and one of its end."""
    width, height = 480, 600
    # Smooth, so that a codec keeps it; the last two bits are nobody else's.
    rows = [bytes(90 + x // 20 + ((x * x + 31 * y * y + 7 * x * y) >> 3 & 3) for x in range(width * 3)) for y in range(height)]
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows))) + chunk(b"IEND", b""))
    return rows[height // 2][600:600 + SIDE], rows[height - 2][600:600 + SIDE]


class Left(unittest.TestCase):
    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("only root reads the memory of others")
        self.work = tempfile.mkdtemp(prefix="skranke-left-")
        self.addCleanup(shutil.rmtree, self.work)
        for name in ("authority", "appliance"):
            make_identity(self.work, name)
        kit = Kit(os.path.join(self.work, "kit"))
        kit.fill(faces=())
        self.portrait, self.end = planted_portrait(os.path.join(self.work, "kit", "camera", "planted.png"))
        width, height, pixels = grey_png(os.path.join(DATA, "fingers", "f1_0.png"))
        self.print = pixels[width * (height // 2) + width // 2 - 40:][:SIDE]
        self.worker = Worker(WORKER, kit, self.work, more=self.devices(kit))
        self.addCleanup(self.worker.end)

    def devices(self, kit):
        """In place of the worker's own."""
        return {}

    def family(self):
        return self.worker.family()

    def found(self, pieces):
        """Which of the pieces any process of the enrolment holds."""
        family = self.family()
        return [name for name, piece in pieces.items() if any(memory_holds(pid, piece) for pid in family)]

    def test_nothing_is_left_when_it_is_sealed(self):
        pixels = {"portrait": self.portrait, "its end": self.end, "print": self.print}
        taken = self.worker.ask(do="capture", modality="face")
        self.assertEqual(self.found(pixels), ["portrait", "its end"], "the search finds what is there")
        self.worker.ask(do="accept", capture=taken["capture"], attested=True)
        self.worker.but_the_face()
        self.assertEqual(self.worker.ask(do="state")["stage"], "review")
        record = open_envelope(self.work, self.worker.seal())
        coded = {name: record[name][len(record[name]) // 2:][:SIDE] for name in ("dg2.bin", "dg3.bin", "signature.png", "manifest.json")}
        self.worker.stop()
        self.assertEqual(self.found({**pixels, **coded}), [])

    def test_what_will_be_sealed_is_found_before(self):
        """The same pieces, while the session is alive: the search above would have found them."""
        self.worker.whole()
        held = self.worker.ask(do="state")["held"]
        self.assertEqual(held, 4)
        record = open_envelope(self.work, self.worker.seal())
        again = Worker(WORKER, Kit(os.path.join(self.work, "again")), self.work)
        self.addCleanup(again.end)
        again.whole()
        again.stop()
        # The codec of prints gives the same bytes for the same print, the signature's too.
        for name in ("dg3.bin", "signature.png"):
            self.assertTrue(memory_holds(again.pid, record[name][len(record[name]) // 2:][:SIDE]), name)

    def test_nothing_is_left_when_its_time_is_over(self):
        self.worker.take("face")
        self.worker.ask(do="capture", modality="finger", position="right_index")
        pixels = {"portrait": self.portrait, "its end": self.end, "print": self.print}
        self.assertIn("print", self.found(pixels))
        over = self.worker.ask(do="state", now=self.worker.begun["expires_at"])
        self.assertEqual(over["stage"], "expired")
        self.worker.stop()
        self.assertEqual(self.found(pixels), [])


class LeftOnTheWay(Left):
    """All devices on another box: its door is searched too, and the driver at this end of each line."""

    def devices(self, kit):
        drivers = Drivers(f"{self.work}/sockets", kit)
        self.addCleanup(drivers.stop)
        self.door = Door(self.work, drivers)
        self.door.start(key_digest(f"{self.work}/appliance.pem"))
        self.addCleanup(self.door.stop)
        return {"door_key": self.door.key, **{name: f"far:127.0.0.1:{self.door.port}" for name in ("camera", "finger", "pen")}}

    def family(self):
        door, worker = self.door.family(), self.worker.family()
        self.assertGreater(len(door), 1, "a line stands")
        return worker + door

    test_what_will_be_sealed_is_found_before = None   # of the worker, shown above


if __name__ == "__main__":
    unittest.main()
