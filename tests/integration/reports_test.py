#!/usr/bin/env python3
"""What managers read, against what a witness wrote down while it happened; the same after a restart and from a journal that is folded again."""
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, facility  # noqa: E402

V1 = "/api/v1"


class Figures(unittest.TestCase):
    def setUp(self):
        self.house = Appliance(facility(desks=2))
        self.addCleanup(self.house.__exit__, None, None, None)
        self.house.start()
        self.http = self.house.client()

    def report(self, query="", http=None):
        for _ in range(100):
            answer = (http or self.http).get(V1 + "/reports/visits" + query)
            if answer.status != 503:
                return answer
            time.sleep(0.05)   # folding for the first time
        raise AssertionError("never ready")

    def live(self):
        """Seven citizens; the witness's own count."""
        for desk in ("desk-1", "desk-2"):
            self.assertEqual(self.http.request("PUT", V1 + "/desks/%s/session" % desk, {}).status, 200)
        for n in range(7):
            self.assertEqual(self.http.post(V1 + "/visits", {"services": ["s%d" % (n % 2)], "party": 1 + n % 2, "channel": "kiosk" if n else "phone"}).status, 201)
        outcomes = ["settled", "settled", "needs_documents", None, "referred"]
        for outcome in outcomes:
            self.assertEqual(self.http.post(V1 + "/desks/desk-1/next", {}).status, 200)
            if outcome is None:
                self.assertEqual(self.http.post(V1 + "/desks/desk-1/no-show", {}).status, 200)
                continue
            self.assertEqual(self.http.post(V1 + "/desks/desk-1/start", {}).status, 200)
            self.assertEqual(self.http.post(V1 + "/desks/desk-1/finish", {"outcome": outcome}).status, 200)
        waiting = self.http.get(V1 + "/queue").json()["waiting"]
        self.assertEqual(self.http.post(V1 + "/queue/%s/leave" % waiting[0]["visit"], {}).status, 200)

    def check(self):
        day = self.report().json()
        total = day["total"]
        self.assertEqual([total[k] for k in ("visits", "persons", "matters", "served", "no_show", "left", "booked")], [7, 10, 7, 4, 1, 1, 0])
        self.assertEqual(total["outcomes"], {"settled": 2, "needs_documents": 1, "referred": 1, "back_office": 0, "left": 0})
        self.assertEqual(total["settled_share"], 0.5)
        self.assertEqual((total["wait"]["count"], total["within_target"]), (5, 1))
        self.assertLess(total["wait"]["max_s"], 30)
        self.assertEqual(total["service"]["count"], 4)
        self.assertEqual(total["whole_visit"]["count"], 4)
        self.assertEqual(len(day["rows"]), 1)
        services = {row["key"]: row for row in self.report("?by=service").json()["rows"]}
        self.assertEqual({key: row["matters"] for key, row in services.items()}, {"s0": 4, "s1": 3})
        self.assertEqual(sum(row["served"] for row in services.values()), 4)
        desks = {row["key"]: row["matters"] for row in self.report("?by=desk").json()["rows"]}
        self.assertEqual(desks, {"desk-1": 5, "": 2}, "who was never called belongs to no desk")
        channels = {row["key"]: row["visits"] for row in self.report("?by=channel").json()["rows"]}
        self.assertEqual(channels, {"kiosk": 6, "phone": 1})
        for by in ("authority", "hour"):
            self.assertEqual(sum(row["matters"] for row in self.report("?by=" + by).json()["rows"]), 7, by)
        csv = self.report("?by=service&format=csv")
        self.assertEqual(csv.header("content-type"), "text/csv; charset=utf-8")
        lines = csv.body.decode().split("\r\n")
        self.assertEqual([line.split(",")[0] for line in lines], ["service", "s0", "s1", ""])
        self.assertEqual(len({line.count(",") for line in lines if line}), 1, "as many cells in each line")

    def test_a_day_as_it_was(self):
        self.report()   # folded before anything has happened: it goes on from there
        self.live()
        self.check()
        self.assertEqual(self.house.stop(), 0)
        self.house.start()
        self.http = self.house.client()
        self.check()

    def test_an_undone_finish_counts_once(self):
        self.live()
        self.assertEqual(self.http.post(V1 + "/desks/desk-2/next", {}).status, 200)
        self.assertEqual(self.http.post(V1 + "/desks/desk-2/finish", {"outcome": "settled"}).status, 200)
        self.assertEqual(self.report().json()["total"]["served"], 5)
        self.assertEqual(self.http.post(V1 + "/desks/desk-2/undo", {}).status, 200)
        self.assertEqual(self.report().json()["total"]["served"], 4)

    def test_bad_questions(self):
        for query, field in (("?by=weather", "by"), ("?from=yesterday", "from"), ("?from=1999-01-01", "from"), ("?from=2026-13-01", "from"), ("?to=1999-01-01", "to"), ("?format=xml", "format")):
            answer = self.http.get(V1 + "/reports/visits" + query)
            self.assertEqual((answer.status, answer.problem(), answer.json()["field"]), (422, "wrong_content", field), query)
        self.assertEqual(self.report("?from=%s" % time.strftime("%Y-%m-%d", time.localtime(time.time() - 86400 * 30))).json()["rows"], [])


class Plan(unittest.TestCase):
    """Desks per half hour, from days that the daemon itself has lived; the clock is put on a day at a time."""

    def setUp(self):
        self.house = Appliance(facility(desks=2))
        self.addCleanup(self.house.__exit__, None, None, None)

    def live(self, day, visits):
        if self.house.process:
            self.assertEqual(self.house.stop(), 0)
        self.house.start(environment={"LD_PRELOAD": os.environ["CLOCK_AHEAD"], "CLOCK_AHEAD_S": str(day * 86_400)})
        self.http = self.house.client()
        if visits:
            self.assertEqual(self.http.request("PUT", V1 + "/desks/desk-1/session", {}).status, 200)
        for n in range(visits):
            self.assertEqual(self.http.post(V1 + "/visits", {"services": ["s0"]}).status, 201)
            for verb, body in (("next", {}), ("start", {}), ("finish", {"outcome": "settled"})):
                self.assertEqual(self.http.post(V1 + "/desks/desk-1/" + verb, body).status, 200)

    def plan(self, query=""):
        until = time.monotonic() + 90
        while time.monotonic() < until:
            answer = self.http.get(V1 + "/reports/plan" + query)
            if answer.status != 503:
                return answer
            self.assertEqual(answer.header("retry-after"), "1")
            slow = time.monotonic()
            self.assertEqual(self.http.get("/healthz").status, 200)
            self.assertLess(time.monotonic() - slow, 2, "the house answers while a plan is made")
            time.sleep(0.1)
        raise AssertionError("never ready")

    def test_from_the_third_day_on(self):
        for day in range(3):
            self.live(day, 8)
        few = self.plan()
        self.assertEqual((few.status, few.problem()), (409, "too_little_history"))
        self.assertEqual(few.json()["detail"], "A plan needs 3 past days with visits; here are 2.", "today is not over")
        self.live(3, 0)
        plan = self.plan("?walk_in_minutes=15&walk_in_share=95").json()
        self.assertEqual(plan["days"], 3)
        self.assertEqual(plan["target"], {"walk_in_minutes": 15, "walk_in_share": 95})
        self.assertTrue(plan["met"])
        self.assertEqual(plan["desks_there"], 2)
        self.assertEqual(sorted(desk["desk"] for desk in plan["order"]), ["desk-1", "desk-2"])
        self.assertGreaterEqual(plan["planned"]["walk_in_within"], 0.94)
        self.assertNotIn("booked_within", plan["planned"])
        self.assertTrue(all(each["from"][3:] in ("00", "30") and each["desks"] >= 1 for each in plan["half_hours"]))
        csv = self.plan("?walk_in_minutes=15&walk_in_share=95&format=csv")
        self.assertEqual(csv.header("content-type"), "text/csv; charset=utf-8")
        lines = csv.body.decode().strip().split("\r\n")
        self.assertEqual([line.split(",")[0] for line in lines], ["row"] + ["half_hour"] * len(plan["half_hours"]) + ["planned", "one_less", "one_more"])
        self.assertEqual(len({line.count(",") for line in lines}), 1, "as many cells in each line")
        usual = self.plan().json()
        self.assertEqual(usual["target"], {"walk_in_minutes": 40, "walk_in_share": 90, "booked_minutes": 8, "booked_share": 90}, "the facility's own")

    def test_bad_questions(self):
        self.live(0, 0)
        today = time.strftime("%Y-%m-%d", time.localtime(time.time() + 86_400))
        for query, field in (("?walk_in_minutes=0", "walk_in_minutes"), ("?walk_in_minutes=soon", "walk_in_minutes"), ("?booked_minutes=481", "booked_minutes"), ("?booked_share=80", "booked_share"),
                             ("?weekdays=someday", "weekdays"), ("?from=2026-09-02&to=2026-09-01", "to"), ("?from=yesterday", "from"), ("?to=" + today, "to"), ("?from=2020-01-01", "from"), ("?format=xml", "format")):
            answer = self.http.get(V1 + "/reports/plan" + query)
            self.assertEqual((answer.status, answer.problem(), answer.json()["field"]), (422, "wrong_content", field), query)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
