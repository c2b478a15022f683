#!/usr/bin/env python3
"""What citizens are shown of their wait: worked out beside the room, told to the journal once, shown steadily, judged at the call."""
import datetime
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, by_day, facility, wait_until  # noqa: E402

V1 = "/api/v1"


class Estimates(unittest.TestCase):
    def setUp(self):
        self.house = Appliance(facility(desks=2))
        self.addCleanup(self.house.__exit__, None, None, None)
        self.house.start()
        self.http = self.house.client()
        self.desk = "desk-1"

    def report(self, more=""):
        return self.http.get(V1 + "/reports/estimates" + more)

    def take(self):
        answer = self.http.post(V1 + "/visits", {"services": ["s0"]})
        self.assertEqual(answer.status, 201, answer)
        return answer.json()

    def work(self, act, body=None):
        answer = self.http.post("%s/desks/%s/%s" % (V1, self.desk, act), body)
        self.assertIn(answer.status, (200, 204), answer)
        return answer

    def test_told_once_shown_steadily_and_judged_at_the_call(self):
        self.assertEqual(self.report().json()["told"], 0)
        self.assertEqual(self.http.request("PUT", "%s/desks/%s/session" % (V1, self.desk), {}).status, 200)
        visits = [self.take() for _ in range(6)]
        self.work("next")
        self.work("start")
        wait_until(lambda: self.report().json()["told"] == 5, "who waits was told")
        shown = lambda visit: self.http.get("%s/visits/%s" % (V1, visit["token"])).json()
        first, last = shown(visits[1]), shown(visits[5])
        self.assertLess(first["estimate"]["p50_s"], last["estimate"]["p50_s"])
        time.sleep(6)   # some rounds later, with new arrivals in between
        self.take()
        time.sleep(3)
        later = shown(visits[5])
        clock = lambda text: datetime.datetime.fromisoformat(text).timestamp()
        for end in ("expected_from", "expected_to"):
            self.assertAlmostEqual(clock(later[end]), clock(last[end]), delta=60, msg="nothing has changed for this one")
        newcomer = next(s for s in self.http.get(V1 + "/services").json() if s["id"] == "s0")
        self.assertGreater(newcomer["estimate"]["p50_s"], 0)
        wait_until(lambda: self.report().json()["told"] == 6, "the new one was told, the others not again")
        self.work("finish", {"outcome": "settled"})
        self.assertEqual(self.work("next").status, 200)
        wait_until(lambda: self.report().json()["judged"] == 1, "held against the call")
        row = self.report().json()["rows"][0]
        self.assertEqual((row["service"], row["kind"], row["judged"]), ("s0", "walk_in", 1))
        self.assertIn(b"s0,walk_in,1,", self.report("?format=csv").body)
        self.assertIn(b'skranke_estimates_judged_total{kind="walk_in"} 1', self.http.get("/metrics").body)
        before = self.report().json()
        self.assertEqual(self.house.stop(), 0)
        self.assertIn("chain whole", self.house.verify())
        self.house.start()
        self.http = self.house.client()
        self.assertEqual(self.report().json(), before, "the journal says the same")

    def newcomer(self, service="s0"):
        return next(s for s in self.http.get(V1 + "/services").json() if s["id"] == service)["estimate"]["p50_s"]

    def test_what_was_learned_outlives_the_power(self):
        """The facility says five minutes; the house has seen a second or two. Who comes after a power cut is told the same as before."""
        self.assertEqual(self.http.request("PUT", "%s/desks/%s/session" % (V1, self.desk), {}).status, 200)
        for _ in range(4):
            self.take()
        self.work("next")
        self.work("start")
        wait_until(lambda: self.newcomer() > 600, "four before, five minutes each")
        fresh = self.newcomer()
        for _ in range(9):
            self.take()
            time.sleep(1.1)
            self.work("finish", {"outcome": "settled"})
            self.work("next")
            self.work("start")
        wait_until(lambda: self.newcomer() < fresh / 2, "it has learned")
        time.sleep(4)
        before = self.newcomer()
        self.house.kill()
        self.house.start()
        self.http = self.house.client()
        known = lambda: self.newcomer() < fresh / 2   # what a quick formula would not say
        wait_until(known, "learned once, known for good")
        self.assertAlmostEqual(self.newcomer(), before, delta=max(20, before * 0.15))

    def test_each_further_step_and_each_booking_is_foretold(self):
        site = by_day(facility(desks=2, services=3).replace('mode = "walk_in"', 'mode = "mixed"\nslot_minutes = 5', 1))
        with Appliance(site) as house:
            house.start()
            http = house.client()
            self.assertEqual(http.request("PUT", V1 + "/desks/desk-1/session", {}).status, 200)
            for _ in range(4):
                self.assertEqual(http.post(V1 + "/visits", {"services": ["s1"]}).status, 201)
            visit = http.post(V1 + "/visits", {"services": ["s1", "s2"]}).json()
            slots = http.get(V1 + "/slots?service=s0&days=2").json()
            self.assertFalse([slot for slot in slots if "advised" in slot], "the house does not know itself yet")
            booked = http.post(V1 + "/bookings", {"services": ["s0"], "start": slots[3]["start"]}).json()
            for act in ("next", "start"):
                self.assertEqual(http.post(V1 + "/desks/desk-1/" + act).status, 200)
            shown = lambda: http.get("%s/visits/%s" % (V1, visit["token"])).json()
            wait_until(lambda: any("estimate" in step for step in shown()["steps"]), "the step after the next is foretold")
            now = shown()
            later = [step["estimate"] for step in now["steps"] if "estimate" in step]
            self.assertEqual(len(later), 1, "the next one's wait stands beside the number")
            self.assertGreater(later[0]["p50_s"], now["estimate"]["p50_s"])
            self.assertLessEqual(later[0]["p10_s"], later[0]["p90_s"])
            kept = lambda: http.get("%s/bookings/%s" % (V1, booked["code"])).json()
            wait_until(lambda: "on_time" in kept(), "a booking knows whether it will be called on time")
            late = kept()["on_time"]
            self.assertLessEqual(late["p10_s"], late["p50_s"])
            self.assertLessEqual(late["p50_s"], late["p90_s"])
            self.judged(house, http, visit, booked)

    def judged(self, house, http, visit, booked):
        """What was told of the further step and of the booking is a fact, once, and is held against the calls that follow."""
        kinds = lambda: {row["kind"]: row for row in http.get(V1 + "/reports/estimates").json()["kinds"]}
        told = lambda: [event for event in house.events() if event["type"] in ("step_foretold", "booking_foretold")]
        wait_until(lambda: len(told()) == 2, "both are facts")
        time.sleep(5)
        self.assertEqual(sorted(event["type"] for event in told()), ["booking_foretold", "step_foretold"], "told once, however many rounds there were")
        self.assertEqual([kinds()[kind]["judged"] for kind in ("later_step", "on_time")], [0, 0])
        desk = lambda act, body=None: self.assertEqual(http.post("%s/desks/desk-1/%s" % (V1, act), body).status, 200, act)
        here = http.post("%s/bookings/%s/check-in" % (V1, booked["code"]), {}).json()
        desk("finish", {"outcome": "settled"})
        for someone in (here, visit, visit):
            desk("call", {"visit": someone["id"]})
            desk("start")
            desk("finish", {"outcome": "settled"})
        wait_until(lambda: [kinds()[kind]["judged"] for kind in ("later_step", "on_time")] == [1, 1], "held against the calls")
        self.assertEqual(kinds()["on_time"]["mean_wait_min"], 0, "called before its time: not late")
        rows = {(row["service"], row["kind"]) for row in http.get(V1 + "/reports/estimates").json()["rows"]}
        self.assertLessEqual({("s2", "later_step"), ("s0", "on_time")}, rows)
        metrics = http.get("/metrics").body
        for kind in (b"later_step", b"on_time"):
            self.assertIn(b'skranke_estimates_judged_total{kind="%s"} 1' % kind, metrics)
        self.assertEqual(house.stop(), 0)
        self.assertIn("chain whole", house.verify())

    def test_nobody_is_told_while_no_desk_is_open(self):
        visit = self.take()
        time.sleep(5)
        self.assertEqual(self.report().json()["told"], 0)
        self.assertIn("estimate", self.http.get("%s/visits/%s" % (V1, visit["token"])).json(), "the quick formula still answers")

    def test_wrong_wishes(self):
        for more, field in (("?from=monday", "from"), ("?from=2026-01-02&to=2026-01-01", "to"), ("?from=2024-01-01&to=2026-01-01", "to"), ("?format=xml", "format")):
            answer = self.report(more)
            self.assertEqual((answer.status, answer.json().get("field")), (422, field), more)


if __name__ == "__main__":
    unittest.main()
