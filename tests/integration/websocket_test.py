#!/usr/bin/env python3
"""What screens hear: a snapshot, then the newest state, in time and never before it is on disk; and no backlog for who does not listen."""
import json
import os
import select
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, Gone, facility, wait_until  # noqa: E402

V1 = "/api/v1"


class Watching(unittest.TestCase):
    environment = None

    def setUp(self):
        self.house = Appliance(facility(desks=2), environment=self.environment)
        self.addCleanup(self.house.__exit__, None, None, None)
        self.house.start()
        self.http = self.house.client()

    def watch(self, topics, token="admin", **more):
        watcher = self.house.watch(topics, token, **more)
        self.addCleanup(watcher.close)
        return watcher

    def take(self, service="s0"):
        answer = self.http.post(V1 + "/visits", {"services": [service]})
        self.assertEqual(answer.status, 201)
        return answer.json()

    def open_desk(self, number=1):
        self.assertEqual(self.http.request("PUT", V1 + "/desks/desk-%d/session" % number, {}).status, 200)

    def call(self, number=1):
        answer = self.http.post(V1 + "/desks/desk-%d/next" % number)
        self.assertEqual(answer.status, 200)
        return answer.json()


class Normal(Watching):
    def test_snapshot_then_changes(self):
        visit = self.take()
        topics = ["board:hall", "desk:desk-1", "queue", "services", "devices", "kiosk:door", "visit:" + visit["token"]]
        watcher = self.watch(",".join(topics))
        first = watcher.next()
        self.assertEqual((first["type"], first["proto"], sorted(first["topics"])), ("snapshot", 1, sorted(topics)))
        self.assertTrue(first["build"] and first["at"].endswith(("+01:00", "+02:00")))
        self.assertEqual(first["topics"]["visit:" + visit["token"]]["number"], visit["number"])
        self.open_desk()
        self.call()
        seen, seq = {}, first["seq"]
        mine = "visit:" + visit["token"]

        def complete():
            return len(seen) >= 5 and seen["board:hall"]["calls"] and seen["desk:desk-1"].get("visit") and seen["queue"]["called"] and seen[mine].get("desk")
        while not complete():
            message = watcher.next(10)
            if message["type"] != "change":
                continue
            self.assertGreaterEqual(message["seq"], seq, "seq falls")
            self.assertTrue(message["at"])
            seq = message["seq"]
            seen[message["topic"]] = message["data"]
        self.assertEqual(seen["board:hall"]["calls"][0]["number"], visit["number"])
        self.assertEqual(seen[mine]["state"], "called")
        self.assertEqual(seen["desk:desk-1"]["visit"]["number"], visit["number"])
        self.assertEqual(seen["queue"]["called"][0]["number"], visit["number"])

    def test_a_change_is_what_a_read_gives(self):
        watcher = self.watch("queue")
        watcher.next()
        self.take()
        message = watcher.until(lambda m: m["type"] == "change" and len(m["data"]["waiting"]) == 1)
        read = self.http.get(V1 + "/queue").json()
        for data in (message["data"], read):   # clocks go on between the two
            data.pop("at")
            data["waiting"][0].pop("waited_s")
        self.assertEqual(message["data"], read)

    def test_a_board_shows_a_call_within_a_second(self):
        watchers = [self.watch("board:hall") for _ in range(5)]
        for watcher in watchers:
            watcher.next()
        self.open_desk()
        slowest = 0.0
        for _ in range(10):
            self.take()
            begun = time.monotonic()
            number = self.call()["number"]
            for watcher in watchers:
                watcher.until(lambda m: m["type"] == "change" and any(c["number"] == number for c in m["data"]["calls"]), 5)
            slowest = max(slowest, time.monotonic() - begun)
            for word in ("start", "finish"):
                self.http.post(V1 + "/desks/desk-1/" + word)
        print("slowest call to board: %.0f ms" % (slowest * 1e3))
        self.assertLess(slowest, 1.0)

    def test_the_heart_beats_every_four_seconds(self):
        watcher = self.watch("services")
        watcher.next()
        beats = []
        while len(beats) < 3:
            message = watcher.next(8)
            if message["type"] == "ping":
                self.assertTrue(message["at"] and message["seq"] >= 0)
                beats.append(time.monotonic())
        for gap in (b - a for a, b in zip(beats, beats[1:])):
            self.assertTrue(3 < gap < 6, beats)

    def test_topics_that_are_none(self):
        for topics, status in (("nothing", 404), ("board:none", 404), ("board:", 404), ("desk:desk-9", 404), ("visit:none", 404), ("kiosk:none", 404), ("", 422),
                               (",,,", 422), (",".join(["queue"] * 17), 422), ("queue,nothing", 404), ("%ff", 422), ("board:hall:x", 404), ("x" * 1500, 404)):
            with self.subTest(topics=topics[:40]):
                watcher = self.house.watch(topics)
                self.assertEqual(watcher.answer.status, status, watcher.answer)
                watcher.answer.problem()
                watcher.close()
        plain = self.http.get(V1 + "/events?topics=queue")
        self.assertTrue(400 <= plain.status < 500, plain)

    def test_languages_are_watched_apart(self):
        desks = [self.watch("desk:desk-1", path=V1 + "/events?lang=" + language) for language in ("da", "en")]
        self.open_desk()
        self.take()
        self.call()
        why = [w.until(lambda m: m["type"] == "change" and "visit" in m["data"])["data"]["visit"]["why"] for w in desks]
        self.assertEqual(why[0]["code"], why[1]["code"])
        self.assertNotEqual(why[0]["text"], why[1]["text"])

    def overtaken(self):
        return int(self.http.get("/metrics").body.decode().split("\nskranke_frames_overtaken_total ")[1].split("\n")[0])

    def test_a_reader_that_sleeps_gets_the_newest_and_no_backlog(self):
        """However fast the machine: the room changes until frames were held back three times, then the reader wakes."""
        sleeper = self.watch("queue,board:hall", receive_buffer=4096)
        self.open_desk()
        taken, last = 0, None
        while self.overtaken() < 3:
            self.assertLess(taken, 2000, "nothing is ever held back: the test proves nothing")
            for _ in range(20):
                last = self.take("s%d" % (taken % 3))
                taken += 1
            wait_until(lambda: len(self.http.get(V1 + "/queue").json()["waiting"]) == taken, "the queue")
        frames = []

        def newest(message):
            frames.append(message)
            return message.get("topic") == "queue" and last["number"] in [v["number"] for v in message["data"]["waiting"]]
        sleeper.until(newest)
        changes = [m for m in frames if m["type"] == "change"]
        sizes = [len(json.dumps(m)) for m in changes]
        # What the kernel's buffers and one frame under way may hold; a backlog of every frame would be many times that.
        self.assertLess(sum(sizes[:-1]), 4 * 64 * 1024 + 2 * max(sizes), "a backlog")
        self.assertEqual([m["seq"] for m in changes if m["topic"] == "queue"], sorted(m["seq"] for m in changes if m["topic"] == "queue"))

    def test_a_board_that_shows_something_says_so(self):
        board = self.watch("board:hall", self.house.token("board"))
        board.next()

        def device():
            return next(d for d in self.http.get(V1 + "/devices").json()["devices"] if (d["kind"], d["id"]) == ("board", "hall"))
        self.assertEqual(device()["state"], "absent")
        board.say({"type": "alive", "page": "board", "rendered_at": "x", "seq": 1, "audio": "running", "width": 1920, "height": 1080})
        wait_until(lambda: device()["state"] == "ready", "ready")
        self.assertEqual(device()["details"]["width"], "1920")
        box = V1 + "/screens/box-0123456789"
        for told, known in (({"dark": True}, True), ({}, None), ({"dark": "yes"}, None)):
            board.say({"type": "alive", "box": "box-0123456789", "seq": 7 if known else 8, "width": 1000 + len(told), **told})
            wait_until(lambda: device()["details"]["width"] == str(1000 + len(told)), "heard")
            self.assertEqual(self.http.get(box).json().get("dark"), known, told)
        board.say({"type": "alive", "audio": "suspended", "width": 1920, "height": 1080})
        wait_until(lambda: device()["state"] == "warning", "a mute board is a warning")
        board.close()
        wait_until(lambda: device()["state"] == "absent", "absent")

    def test_a_kiosk_tells_what_stands_on_its_glass_in_letters_alone(self):
        staff = self.watch("devices")
        staff.next()
        glass = self.watch("kiosk:door", self.house.token("kiosk"))
        glass.next()

        def kiosk(message):
            return next((d for d in message["data"]["devices"] if (d["kind"], d["id"]) == ("kiosk", "door")), None)

        def heard(**told):
            glass.say({"type": "alive", "page": "kiosk/door", **told})
            staff.until(lambda m: m["type"] == "change" and kiosk(m)["details"].get("width") == str(told["width"]))
            return next(d for d in self.http.get(V1 + "/devices").json()["devices"] if (d["kind"], d["id"]) == ("kiosk", "door"))["details"]
        shown = heard(width=1080, showing="ticket", language="ar", aids="large,contrast")
        self.assertEqual([shown.get(name) for name in ("showing", "language", "aids")], ["ticket", "ar", "large,contrast"])
        shown = heard(width=1081, showing="A17", language="7k2m pw4x", aids="large7")
        self.assertEqual([shown.get(name) for name in ("showing", "language", "aids")], [None, None, None], "what may hold a number or a code is not taken, and nothing old stands for it")
        board = self.watch("board:hall", self.house.token("board"))
        board.next()
        board.say({"type": "alive", "width": 1920, "showing": "ticket"})
        staff.until(lambda m: any(d["kind"] == "board" and d["details"].get("width") == "1920" and "showing" not in d["details"] for d in m["data"]["devices"]))

    def test_rubbish_from_a_screen(self):
        board = self.watch("board:hall")
        board.next()
        for rubbish in (1, [], "x", {"type": 1}, {"width": {}, "audio": [1] * 50}, {"audio": "x" * 500}):
            board.say(rubbish)
        self.take()
        board.until(lambda m: m["type"] == "change")
        board.say({"x": "y" * 5000})   # above the bound: told so, and only this one
        with self.assertRaises(Gone):
            while True:
                board.next(10)
        self.assertEqual(self.http.get("/healthz").status, 200)

    def test_a_watcher_hears_of_a_restart_and_comes_back(self):
        self.take()
        self.house.write_config(self.house.port)
        board = self.watch("board:hall")
        seq = board.next()["seq"]
        self.house.kill()
        with self.assertRaises((Gone, ConnectionError)):
            while True:
                board.next(5)
        self.house.start()
        self.assertGreaterEqual(self.watch("board:hall").next()["seq"], seq)


class SlowDisk(Watching):
    environment = {"LD_PRELOAD": os.environ["SLOW_FLUSH"], "SLOW_FLUSH_MS": "200"}

    def test_nothing_is_seen_or_answered_before_it_is_on_disk(self):
        """A flush takes 200 ms: neither the answer, nor a frame, nor a read, nor a new watcher's snapshot may know earlier."""
        self.open_desk()
        watcher = self.watch("board:hall,queue")
        watcher.next()
        reader = self.house.client()
        for _ in range(5):
            begun = self.ask_and_see_the_disk_at_work(reader)
            have = self.taken
            answered = select.select([self.http.socket], [], [], 0.05)[0]
            self.assertFalse(answered and time.monotonic() - begun < 0.19, "answered before the disk had it")
            self.quiet_for(watcher, 0.05, have, begun)
            seen = reader.get(V1 + "/queue").json()
            read_after = time.monotonic() - begun
            ticket = self.http.receive()
            self.assertEqual(ticket.status, 201)
            number = ticket.json()["number"]
            watcher.until(lambda m: m.get("topic") == "queue" and any(v["number"] == number for v in m["data"]["waiting"]))
            seen_after = time.monotonic() - begun
            self.assertGreater(seen_after, 0.19)
            self.assertTrue(read_after > 0.19 or number not in [v["number"] for v in seen["waiting"]], (read_after, number))
            self.assertTrue(any(v["number"] == number for v in seen["waiting"]), "a read after the command waits for it")
            self.taken += 1

    taken = 0

    def ask_and_see_the_disk_at_work(self, reader):
        """Asks for a ticket, and comes back while the disk works on it, with the time of asking. A busy machine may look too late: then the next ticket."""
        quiet = b"skranke_journal_batch_age_ms 0\n"
        for _ in range(50):
            wait_until(lambda: quiet in reader.get("/metrics").body, "a quiet disk")
            begun = time.monotonic()
            self.http.send("POST", V1 + "/visits", {"services": ["s0"]})
            while not select.select([self.http.socket], [], [], 0)[0]:
                if quiet not in reader.get("/metrics").body:
                    return begun
            self.assertGreater(time.monotonic() - begun, 0.19, "answered before the disk had it")
            self.assertEqual(self.http.receive().status, 201)
            self.taken += 1
        self.fail("the disk was never seen at work")

    def quiet_for(self, watcher, seconds, have, begun):
        """Whatever comes meanwhile does not know of more than `have` visits, unless the disk has them by now."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if watcher.buffer or select.select([watcher.socket], [], [], left)[0]:
                message = watcher.next()
                if message.get("topic") == "queue" and time.monotonic() - begun < 0.19:
                    self.assertLessEqual(len(message["data"]["waiting"]), have, "shown before the disk had it")

    def test_a_new_watcher_never_sees_the_undecided(self):
        begun = self.ask_and_see_the_disk_at_work(self.house.client())
        first = self.watch("queue").next()
        self.assertTrue(len(first["topics"]["queue"]["waiting"]) <= self.taken or time.monotonic() - begun > 0.19)
        self.assertEqual(len(first["topics"]["queue"]["waiting"]), self.taken + 1)
        self.assertEqual(self.http.receive().status, 201)

    def test_who_subscribes_while_the_disk_works_misses_nothing(self):
        """The topic is watched from the moment of the handshake, though the snapshot waits for the disk."""
        for _ in range(5):
            self.http.send("POST", V1 + "/visits", {"services": ["s0"]})
            watcher = self.watch("visit:" + self.house.client().post(V1 + "/visits", {"services": ["s1"]}).json()["token"] + ",queue")
            self.assertEqual(self.http.receive().status, 201)
            have = len(watcher.next()["topics"]["queue"]["waiting"])
            self.take()
            watcher.until(lambda m: m.get("topic") == "queue" and len(m["data"]["waiting"]) > have, 10)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
