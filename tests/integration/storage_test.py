#!/usr/bin/env python3
"""A disk that is full, and a disk that fails. Nothing is acknowledged that is not there afterwards; people see why; service resumes by itself
when there is room again."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, Gone, PREVIEW, facility, wait_until  # noqa: E402

V1 = "/api/v1"
EXIT_JOURNAL = 70


class SmallDisk(unittest.TestCase):
    def setUp(self):
        self.mount = tempfile.mkdtemp(prefix="skranke-full-")
        self.addCleanup(shutil.rmtree, self.mount, ignore_errors=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", self.mount], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.skipTest("cannot mount a small disk: " + done.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", "-l", self.mount], check=False)
        self.house = Appliance(facility(desks=2, printer=PREVIEW), directory=self.mount)
        self.addCleanup(self.house.kill)
        self.house.start()
        self.http = self.house.client()
        self.given = []

    def fill(self):
        with open(os.path.join(self.mount, "filler"), "ab", buffering=0) as filler:
            for size in (65536, 4096, 512):
                try:
                    while True:
                        filler.write(b"x" * size)
                except OSError:
                    pass

    def make_room(self):
        os.remove(os.path.join(self.mount, "filler"))

    def take(self, key=None):
        answer = self.http.post(V1 + "/visits", {"services": ["s%d" % (len(self.given) % 7)]}, key=key)
        if answer.status == 201:
            self.given.append(answer.json())
        return answer

    def take_until_full(self):
        """The database holds some room of its own; then comes the first refusal."""
        for n in range(4000):
            answer = self.take(key="full-%d-%d" % (len(self.given), n))
            if answer.status != 201:
                return answer, "full-%d-%d" % (len(self.given), n)
        raise AssertionError("the disk never filled")

    def check_given(self):
        for visit in self.given:
            shown = self.http.get(V1 + "/visits/" + visit["token"])
            self.assertEqual((shown.status, shown.json()["number"]), (200, visit["number"]))
        numbers = [v["number"] for v in self.given]
        self.assertEqual(len(set(numbers)), len(numbers))

    def test_refused_shown_and_taken_up_again(self):
        self.take()
        watcher = self.house.watch("devices,board:hall")
        watcher.next()
        self.fill()
        refusal, key = self.take_until_full()
        self.assertEqual((refusal.status, refusal.problem()), (503, "storage_full"))
        self.assertGreaterEqual(int(refusal.header("retry-after")), 1)
        health = self.http.get("/healthz")
        self.assertEqual((health.status, health.problem()), (503, "storage_full"))
        self.house.ctl("status", check=1)
        self.assertIn("skranke_intake_open 0\n", self.http.get("/metrics").body.decode())
        wait_until(lambda: self.journal_device()["state"] == "failed", "the devices page to say so", 15)
        device = self.journal_device()
        self.assertEqual(device["reason"], "storage_full")
        self.assertTrue(device["words"] and device["advice"])
        watcher.until(lambda m: m.get("topic") == "devices" and any(d["kind"] == "journal" and d["state"] == "failed" for d in m["data"]["devices"]))
        # What can be read is read; what is there is there; other commands are refused the same way.
        self.check_given()
        self.assertEqual(self.http.get(V1 + "/kiosks/door").status, 200)
        self.assertEqual(self.http.request("PUT", V1 + "/desks/desk-1/session", {}).status, 503)
        self.assertEqual(self.http.post(V1 + "/visits", {"services": [1]}).status, 422)
        self.make_room()
        wait_until(lambda: self.http.get("/healthz").status == 200, "service by itself")
        wait_until(lambda: self.journal_device()["state"] == "ready", "the devices page to say so", 15)
        again = self.take(key=key)
        self.assertEqual(again.status, 201, "the key of a refusal for want of room is free again")
        self.assertEqual(self.http.request("PUT", V1 + "/desks/desk-1/session", {}).status, 200)
        self.check_given()
        watcher.close()
        self.assertEqual(self.house.stop(), 0)
        taken = {e["event"]["id"] for e in self.house.events() if e["type"] == "visit_taken"}
        self.assertEqual(taken, {v["id"] for v in self.given}, "nothing lost, and nothing that was refused")
        self.assertIn("chain whole", self.house.verify())

    def journal_device(self):
        return next(d for d in self.http.get(V1 + "/devices").json()["devices"] if d["kind"] == "journal")

    def test_killed_while_full(self):
        self.take()
        self.fill()
        self.take_until_full()
        self.house.kill()
        self.make_room()
        self.house.start()
        self.http = self.house.client()
        self.check_given()
        self.assertEqual(self.take().status, 201)
        self.assertIn("chain whole", self.house.verify())

    def starts_with(self, room):
        """A first start with so many bytes free: False when it says why it cannot. Whoever is told "ready" finds the site."""
        self.house.kill()
        shutil.rmtree(self.house.data, ignore_errors=True)
        self.fill()
        with open(os.path.join(self.mount, "filler"), "r+b") as filler:
            filler.truncate(max(0, os.path.getsize(filler.name) - room))
        try:
            self.house.start()
            self.assertEqual(len(self.house.client().get(V1 + "/services").json()), 7, "with room for %d bytes" % room)
            return True
        except AssertionError as error:
            if "before it was ready" not in str(error):
                raise
            return False
        finally:
            self.house.kill()
            self.make_room()

    def test_ready_means_that_the_site_is_there(self):
        edge = next(room for room in range(0, 4_000_000, 100_000) if self.starts_with(room))
        self.assertGreater(edge, 0, "it needs no room")
        for room in range(edge, edge - 100_000, -4096):
            self.starts_with(room)
        self.house.start()
        self.http = self.house.client()
        self.assertEqual(self.take().status, 201)

    def test_full_again_and_again(self):
        for _ in range(3):
            self.fill()
            self.take_until_full()
            self.make_room()
            wait_until(lambda: self.http.get("/healthz").status == 200, "service by itself")
            again = self.take()
            self.assertEqual(again.status, 201, again.body)
        self.check_given()
        self.assertEqual(self.house.stop(), 0)
        self.assertIn("chain whole", self.house.verify())


class FailingDisk(unittest.TestCase):
    def test_a_flush_that_fails_ends_the_process(self):
        """EIO on the n-th flush, for n from the first to beyond the start: the process ends, and what it had said is there."""
        ended = 0
        for nth in (1, 2, 3, 5, 8, 10, 12, 15, 20, 30, 45):
            with self.subTest(nth=nth), Appliance(facility(desks=2)) as house:
                given = self.live_until_the_end(house, nth)
                if house.process is None or house.process.poll() is not None:
                    ended += 1
                    if given:
                        self.assertEqual(house.process.returncode, EXIT_JOURNAL, house.log())
                        self.assertIn("journal", house.log())
                house.kill()
                house.start()
                http = house.client()
                for visit in given:
                    self.assertEqual(http.get(V1 + "/visits/" + visit["token"]).json()["number"], visit["number"])
                again = http.post(V1 + "/visits", {"services": ["s0"]})
                self.assertNotIn(again.json()["number"], [v["number"] for v in given])
                taken = [e["event"]["id"] for e in house.events() if e["type"] == "visit_taken"]
                self.assertTrue({v["id"] for v in given} <= set(taken))
                self.assertLessEqual(len(taken), len(given) + 2, "at most the one in flight is there unasked")
                self.assertIn("chain whole", house.verify())
        self.assertGreaterEqual(ended, 6, "the shim failed too seldom to prove anything")

    @staticmethod
    def live_until_the_end(house, nth):
        given = []
        try:
            house.start(environment={"LD_PRELOAD": os.environ["SLOW_FLUSH"], "SLOW_FLUSH_FAIL": str(nth)})
            http = house.client()
            for n in range(60):
                answer = http.post(V1 + "/visits", {"services": ["s0"]})
                assert answer.status == 201, answer
                given.append(answer.json())
        except (Gone, AssertionError) as error:
            if isinstance(error, AssertionError) and "before it was ready" not in str(error):
                raise
            if house.process:
                house.process.wait(10)
        return given


if __name__ == "__main__":
    unittest.main(warnings="ignore")
