#!/usr/bin/env python3
"""What is announced when and what it is made of: the real daemon, the real espeak-ng, a board and a loudspeaker as they are told."""
import io
import os
import sys
import time
import unittest
import wave

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, facility, wait_until, SKIPPED  # noqa: E402

ESPEAK = "/usr/bin/espeak-ng"
BOARDS = '[[board]]\nid = "corner"\nname = "The corner"\nzones = ["hall"]\n'


class Voice(unittest.TestCase):
    def house(self, extra="", languages='["da", "en"]'):
        site = facility(desks=6, services=2, extra=extra).replace('languages = ["da", "en"]', "languages = " + languages)
        house = Appliance(site)
        self.addCleanup(house.__exit__, None, None, None)
        house.start()
        self.house_, self.http = house, house.client()
        self.addCleanup(lambda: self.http.close())
        for desk in range(1, 7):
            self.assertEqual(self.http.request("PUT", "/api/v1/desks/desk-%d/session" % desk, {}).status, 200)
        return house

    def ready(self):
        sound = lambda: self.http.get("/api/v1/sound").json()  # noqa: E731
        return wait_until(lambda: (lambda s: s["languages"] and not s["making"] and all(l["ready"] == l["wanted"] for l in s["languages"]) and s)(sound()),
                          "the voice is made", timeout=240, every=0.2)

    def take(self, **more):
        answer = self.http.post("/api/v1/visits", dict({"services": ["s0"]}, **more))
        self.assertEqual(answer.status, 201, answer)
        return answer.json()["number"]

    def next(self, desk):
        answer = self.http.post("/api/v1/desks/desk-%d/next" % desk, {})
        self.assertEqual(answer.status, 200, answer)
        return answer.json()["number"]

    def sound_of(self, board):
        return self.http.get("/api/v1/boards/" + board).json()["sound"]

    def clip(self, url):
        answer = self.http.get(url)
        self.assertEqual((answer.status, answer.header("content-type")), (200, "audio/wav"))
        self.assertIn("immutable", answer.header("cache-control"))
        return wave.open(io.BytesIO(answer.body))

    def test_two_calls_of_one_moment_follow_each_other_and_are_whole(self):
        self.house(BOARDS)
        self.ready()
        for _ in range(2):
            self.take()
        watcher = self.house_.watch("board:hall")
        watcher.next()
        first, second = self.next(1), self.next(2)
        frame = watcher.until(lambda m: m["type"] == "change" and len(m["data"]["sound"]["announcements"]) == 2)
        one, two = frame["data"]["sound"]["announcements"]
        self.assertEqual([[c["number"] for c in each["calls"]] for each in (one, two)], [[first], [second]])
        self.assertEqual([c["desk"] for c in two["calls"]], ["desk-2"])
        self.assertGreaterEqual(two["in_ms"] - one["in_ms"], 8000)
        for each in (one, two):
            said = 1120 + sum(c["pause_ms"] + c["length_ms"] for c in each["clips"])
            self.assertGreaterEqual(each["until_ms"] - each["in_ms"], said, "it is never talked over")
            for clip in each["clips"]:
                with self.clip(clip["url"]) as heard:
                    self.assertAlmostEqual(heard.getnframes() * 1000 / heard.getframerate(), clip["length_ms"], delta=2)
        watcher.close()

    def test_only_one_board_of_a_zone_sounds(self):
        self.house(BOARDS)
        self.ready()
        self.take()
        self.next(1)
        hall, corner = self.sound_of("hall"), self.sound_of("corner")
        self.assertEqual((hall["speaker"], corner["speaker"]), (True, False))
        self.assertTrue(hall["announcements"][0]["clips"])
        self.assertNotIn("clips", corner["announcements"][0])
        self.assertEqual(hall["announcements"][0]["id"], corner["announcements"][0]["id"], "both turn at the same moment")

    def test_danish_then_the_ticket_s_language(self):
        self.house(languages='["da", "en", "uk"]')
        self.ready()
        lengths = {}
        for language in ("da", "uk"):
            self.take(language=language)
            self.next(1 if language == "da" else 2)
            lengths[language] = self.sound_of("hall")["announcements"][-1]["clips"]
        self.assertEqual(len(lengths["uk"]), 2 * len(lengths["da"]) - 1, "the Ukrainian sentence has no \"go to\"")

    def test_more_than_three_waiting_become_numbers_only(self):
        self.house()
        self.ready()
        numbers = [self.take() for _ in range(6)]
        for desk in range(1, 7):
            self.next(desk)
        said = self.sound_of("hall")["announcements"]
        self.assertEqual([[c["number"] for c in each["calls"]] for each in said], [numbers[:1], numbers[1:]])
        self.assertEqual(len(said[1]["clips"]), 2 * 5, "a letter and a number for each")

    def test_taken_back_is_not_said_and_a_recall_says_so(self):
        self.house()
        self.ready()
        for _ in range(2):
            self.take()
        self.next(1)
        self.next(2)
        self.assertEqual(self.http.post("/api/v1/desks/desk-2/undo", {}).status, 200)
        self.assertEqual(len(self.sound_of("hall")["announcements"]), 1)
        self.assertEqual(self.http.post("/api/v1/desks/desk-1/recall", {}).status, 200)
        again = self.sound_of("hall")["announcements"]
        self.assertEqual([each["calls"][0]["attempt"] for each in again], [1, 2])
        self.assertEqual(len(again[1]["clips"]), len(again[0]["clips"]) + 1)

    def test_an_evacuation_silences(self):
        self.house()
        self.take()
        self.next(1)
        self.assertTrue(self.sound_of("hall")["announcements"])
        self.assertEqual(self.http.request("PUT", "/api/v1/room/evacuation", {"active": True, "kind": "fire"}).status, 200)
        self.assertEqual(self.sound_of("hall")["announcements"], [])

    def test_quiet_hours_show_and_do_not_sound(self):
        self.house('[sound]\nquiet = ["00:00-12:00", "12:00-24:00"]\n')
        self.take()
        self.next(1)
        sound = self.sound_of("hall")
        self.assertEqual(sound["volume"], 0)
        self.assertEqual(len(sound["announcements"]), 1)
        self.assertNotIn("volume", sound["announcements"][0])

    def test_a_restart_says_nothing_again_and_makes_nothing_again(self):
        house = self.house()
        self.ready()
        self.take()
        self.next(1)
        cache = os.path.join(house.data, "voice-cache")
        made = {name: os.stat(os.path.join(cache, name)).st_mtime_ns for name in os.listdir(cache)}
        self.http.close()
        house.kill()
        house.start()
        self.http = house.client()
        self.assertEqual(self.sound_of("hall")["announcements"], [])
        self.ready()
        self.assertEqual(made, {name: os.stat(os.path.join(cache, name)).st_mtime_ns for name in os.listdir(cache)})

    def test_settings_and_test_sound(self):
        self.house('[[speaker]]\nid = "line"\nzones = ["upstairs"]\n')
        self.ready()
        answer = self.http.request("PATCH", "/api/v1/sound", {"times": 2, "outputs": [{"id": "hall", "volume": 30}]})
        self.assertEqual((answer.status, answer.json()["times"]), (200, 2))
        self.assertEqual(self.sound_of("hall")["volume"], 30)
        self.assertEqual(self.http.request("PATCH", "/api/v1/sound", {"outputs": [{"id": "nowhere", "volume": 30}]}).json()["field"], "outputs[0].id")
        self.assertEqual(self.http.post("/api/v1/sound/hall/test", {}).status, 202)
        said = self.sound_of("hall")["announcements"]
        self.assertEqual((len(said), said[0]["calls"]), (1, []))
        self.assertEqual(self.http.post("/api/v1/sound/nowhere/test", {}).status, 404)
        self.assertIn("times = 2", self.http.get("/api/v1/facility", headers={"Accept": "application/toml"}).body.decode() + self.toml())

    def toml(self):
        return self.house_.ctl("facility", "export").stdout

    def test_a_silent_loudspeaker_is_told_in_words(self):
        self.house(BOARDS)
        board = self.house_.watch("board:hall", token=self.house_.token("board"))
        board.next()
        board.say({"type": "alive", "page": "board/hall", "audio": "suspended", "width": 1920, "height": 1080})
        mute = lambda: next(d for d in self.http.get("/api/v1/devices").json()["devices"] if (d["kind"], d["id"]) == ("sound", "hall"))  # noqa: E731
        device = wait_until(lambda: (lambda d: d["state"] == "failed" and d)(mute()), "the red mark")
        self.assertEqual(device["reason"], "mute")
        self.assertTrue(device["words"] and device["advice"])
        board.say({"type": "alive", "page": "board/hall", "audio": "running", "width": 1920, "height": 1080})
        wait_until(lambda: mute()["state"] == "ready", "it is heard again")
        board.close()
        wait_until(lambda: mute()["state"] == "absent", "nobody is there")

    def test_without_espeak_the_chime_rings_and_staff_are_told(self):
        site = facility(desks=2, services=1)
        house = Appliance(site, config_extra='[voice]\nespeak = ""\n')
        self.addCleanup(house.__exit__, None, None, None)
        house.start()
        self.house_, self.http = house, house.client()
        self.http.request("PUT", "/api/v1/desks/desk-1/session", {})
        self.take()
        self.next(1)
        said = self.sound_of("hall")["announcements"][0]
        self.assertEqual((said["volume"], said["clips"]), (60, []))
        told = lambda: [d for d in self.http.get("/api/v1/devices").json()["devices"] if d["kind"] == "voice" and d.get("reason") == "voice_missing"]  # noqa: E731
        self.assertEqual(wait_until(told, "staff are told")[0]["details"]["languages"], "da en")

    def test_a_clip_is_found_by_its_hash_only(self):
        self.house()
        for wrong in ("a" * 64, "A" * 64, "..", "%2e%2e%2fadmin.token"):
            self.assertIn(self.http.get("/api/v1/voice/clips/" + wrong).status, (400, 404), wrong)
        self.assertEqual(self.house_.client(None).get("/api/v1/voice/clips/" + "a" * 64).status, 401)


if __name__ == "__main__":
    if not os.path.exists(ESPEAK):
        print("SKIPPED integration.voice: espeak-ng is not installed", file=sys.stderr)
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
