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


if __name__ == "__main__":
    unittest.main(warnings="ignore")
