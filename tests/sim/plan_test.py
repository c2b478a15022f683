#!/usr/bin/env python3
"""skranke-sim plan: desks for a target from recorded days; and the bound of what can be told."""
import json
import os
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

SIM = os.environ["SKRANKE_SIM"]
SITE = """[site]
id = "house"
name = "House"
time_zone = "UTC"
languages = ["en"]
[[authority]]
id = "town"
name = { en = "Town" }
[[service]]
id = "pas"
name = { en = "Passport" }
authority = "town"
letter = "A"
expected_minutes = 10
mode = "mixed"
[[opening]]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
from = "00:00"
to = "23:59"
""" + "".join('[[desk]]\nid = "d%d"\nname = { en = "Desk %d" }\nzone = "hall"\nservices = ["pas"]\n' % (i, i) for i in range(1, 7)) + """[[board]]
id = "hall"
zones = ["hall"]
languages = ["en"]
"""


def sim(*arguments, code=0):
    done = subprocess.run([SIM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    assert done.returncode == code, (done.returncode, done.stderr)
    return done.stdout.decode() if code == 0 else done.stderr.decode()


def history(days, morning, afternoon):
    """Every errand takes ten minutes at a desk of its own; so many walk in each hour of the three before noon and the three after."""
    rows = ["visit,service,kind,booked_for,arrived_at,called_at,started_at,finished_at,desk,outcome"]
    for day in range(days):
        nine = 1767571200 + day * 86400 + 9 * 3600
        for hour in range(6):
            count = morning if hour < 3 else afternoon
            for i in range(count):
                at = nine + hour * 3600 + i * 3600 // count
                rows.append("v%d-%d-%d,pas,walk_in,,%d,%d,%d,%d,d%d,settled" % (day, hour, i, at, at + 30, at + 60, at + 660, 1 + i % 6))
    return "\n".join(rows) + "\n"


class Plan(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.site = self.write("site.toml", SITE)

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def plan(self, log, target, *more, code=0):
        out = sim("plan", "--facility", self.site, "--history", self.write("log.csv", log), "--target", target, "--days", "20", "--format", "json", *more, code=code)
        return json.loads(out) if code == 0 else out

    def test_more_desks_where_more_come_and_the_target_is_met(self):
        plan = self.plan(history(5, 20, 6), "walk_in p90 10")
        self.assertTrue(plan["met"])
        self.assertLessEqual(plan["planned"]["walk_in_p90"], 10)
        desks = [part["desks"] for part in plan["half_hours"]]
        self.assertEqual(len(desks), 12)
        self.assertGreater(sum(desks[:6]), sum(desks[6:]) + 3, "20 an hour in the morning, 6 after noon")
        self.assertLessEqual(plan["tried"], 122)
        self.assertGreater(plan["one_less"]["walk_in_p90"], 10, "nothing to spare")
        self.assertLess(plan["one_more"]["walk_in_p90"], plan["planned"]["walk_in_p90"])

    def test_an_easier_target_needs_fewer_desks(self):
        cost = lambda target: sum(part["desks"] for part in self.plan(history(5, 20, 6), target)["half_hours"])
        self.assertLess(cost("walk_in p90 40"), cost("walk_in p90 5"))

    def test_a_target_out_of_reach_is_said_so(self):
        plan = self.plan(history(5, 60, 60), "walk_in p90 5")
        self.assertFalse(plan["met"])
        self.assertEqual({part["desks"] for part in plan["half_hours"][:6]}, {6}, "all there are")

    def test_out_of_reach_opens_no_desk_that_does_not_help(self):
        plan = self.plan(history(5, 60, 1), "walk_in p90 5")
        self.assertFalse(plan["met"])
        desks = [part["desks"] for part in plan["half_hours"]]
        self.assertEqual(desks[0], 6, "the rush takes all there are")
        self.assertLess(min(desks), 6, "hardly anybody comes late in the day")

    def test_what_nobody_comes_for_needs_no_desk(self):
        rare = """[[service]]
id = "rare"
name = { en = "Rare" }
authority = "town"
letter = "C"
expected_minutes = 10
[[desk]]
id = "room"
name = { en = "Room" }
zone = "hall"
services = ["rare"]
"""
        self.site = self.write("site.toml", SITE + rare)
        plan = self.plan(history(5, 20, 6), "walk_in p90 10")
        self.assertTrue(plan["met"])
        self.assertEqual(plan["order"][-1], "room")
        self.assertLess(max(part["desks"] for part in plan["half_hours"]), 7)

    def test_same_seed_same_bytes_and_the_table(self):
        self.assertEqual(self.plan(history(4, 10, 10), "walk_in p90 15"), self.plan(history(4, 10, 10), "walk_in p90 15"))
        table = sim("plan", "--facility", self.site, "--history", self.write("log.csv", history(4, 10, 10)), "--target", "walk_in p90 15, walk_in p50 5", "--days", "20")
        self.assertIn("one desk less", table)

    def test_wrong_input_is_named(self):
        self.assertIn("walk_in p90 20", self.plan(history(4, 5, 5), "faster please", code=2))
        self.assertIn("p50, p90 or p95", self.plan(history(4, 5, 5), "walk_in p80 20", code=2))
        self.assertIn("a plan needs 3", self.plan(history(2, 5, 5), "walk_in p90 20", code=1))
        self.assertIn("--history", sim("plan", "--facility", self.site, "--target", "walk_in p90 20", code=2))


class Plots(unittest.TestCase):
    def test_pictures_are_drawn(self):
        with tempfile.TemporaryDirectory() as folder:
            waits, told = os.path.join(folder, "waits.svg"), os.path.join(folder, "told.svg")
            sim("compare", "--days", "5", "--format", "table", "--plot", waits)
            sim("run", "--days", "3", "--estimates", "yes", "--plot", told)
            with open(waits, encoding="utf-8") as picture:
                drawn = xml.etree.ElementTree.fromstring(picture.read())
            self.assertEqual(len(drawn.findall("{http://www.w3.org/2000/svg}polyline")), 8, "four rules, twice")
            with open(told, encoding="utf-8") as picture:
                drawn = xml.etree.ElementTree.fromstring(picture.read())
            self.assertEqual(len(drawn.findall("{http://www.w3.org/2000/svg}polyline")), 4)
        self.assertIn("cannot write", sim("compare", "--days", "1", "--plot", "/nowhere/at/all.svg", code=3))


class Bound(unittest.TestCase):
    def test_no_estimate_is_better_than_the_best_possible_and_ours_is_near(self):
        judged = lambda how: json.loads(sim("run", "--days", "5", "--seed", "3", "--estimates", how, "--format", "json").splitlines()[0])
        best, ours = judged("bound"), judged("yes")
        self.assertEqual(best["visits"], ours["visits"], "the same visits")
        self.assertLess(best["mae_min"], ours["mae_min"])
        self.assertLess(ours["mae_min"], 1.3 * best["mae_min"])
        self.assertAlmostEqual(best["covered"], 0.8, delta=0.06)

    def test_shocks_are_judged(self):
        judged = json.loads(sim("run", "--scenario", "shock-desk", "--days", "10", "--estimates", "yes", "--format", "json").splitlines()[0])
        self.assertGreater(judged["after_shock_30"], 0.5)
        self.assertIn("--estimates perhaps", sim("run", "--estimates", "perhaps", code=2))


if __name__ == "__main__":
    unittest.main()
