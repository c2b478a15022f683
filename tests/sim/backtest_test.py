#!/usr/bin/env python3
"""skranke-sim run, compare and backtest: figures that add up, logs that are read strictly, and estimates better than any simple formula."""
import json
import os
import subprocess
import tempfile
import unittest

SIM = os.environ["SKRANKE_SIM"]
HEADER = "visit,service,kind,booked_for,arrived_at,called_at,started_at,finished_at,desk,outcome\n"


def sim(*arguments, code=0):
    done = subprocess.run([SIM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    assert done.returncode == code, (done.returncode, done.stderr)
    return done.stdout.decode() if code == 0 else done.stderr.decode()


def judged(text):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as log:
        log.write(text)
        log.flush()
        return json.loads(sim("backtest", "--log", log.name, "--format", "json"))


class Compare(unittest.TestCase):
    def test_same_seed_same_bytes_and_paired_figures(self):
        wanted = ("compare", "--days", "20", "--format", "json", "--load", "0.8,1.2")
        first = sim(*wanted)
        self.assertEqual(sim(*wanted), first)
        lines = [json.loads(line) for line in first.splitlines()]
        self.assertEqual([(line["policy"], line["load"]) for line in lines], [(p, x) for x in (0.8, 1.2) for p in ("fifo", "booked_first", "longest_wait", "skranke")])
        for line in lines:
            self.assertEqual("minus_fifo" in line["figures"]["lost"], line["policy"] != "fifo")
        late = {line["policy"]: line["figures"]["booked_late_p90"] for line in lines if line["load"] == 1.2}
        self.assertAlmostEqual(late["booked_first"]["minus_fifo"], late["booked_first"]["value"] - late["fifo"]["value"], 3)
        self.assertLess(late["booked_first"]["minus_fifo"] + late["booked_first"]["minus_ci95"], 0, "strict priority must show, surely")

    def test_usage(self):
        sim("compare", "--days", "0", code=2)
        sim("compare", "--policies", "fifo,mood", code=2)
        sim("compare", "--scenario", "nowhere", code=3)
        sim("run", "--load", "much", code=2)
        sim("backtest", code=2)
        sim("backtest", "--log", "nowhere.csv", code=3)


class Backtest(unittest.TestCase):
    def test_better_than_the_formulas_on_days_it_has_not_seen(self):
        log = sim("run", "--days", "25", "--policy", "longest_wait", "--format", "csv")
        told = judged(log)
        self.assertGreater(told["visits"], 1500)
        best = min(each["mae_min"] for each in told["baselines"].values())
        self.assertLess(told["mae_min"], 0.85 * best)
        self.assertGreater(told["covered"], 0.7)
        self.assertEqual(judged(log), told)

    def test_a_log_is_read_strictly(self):
        for text, line in ((HEADER + "v1,pas,walk_in,,5,4,,,d,\n", ":2:"), (HEADER + "v1,pas,guest,,5,6,,,d,\n", ":2:"), (HEADER + "v1,pas,walk_in,,5,6,,,,\n", ":2:"),
                           (HEADER + "v1,pas\n", ":2:"), (HEADER + "v1,pas,walk_in,,abc,6,,,d,\n", ":2:"), ("a,b\n", ":1:"), (HEADER + "v1,,walk_in,,5,6,,,d,\n", ":2:")):
            with tempfile.NamedTemporaryFile("w", suffix=".csv") as log:
                log.write(text)
                log.flush()
                self.assertIn(log.name + line, sim("backtest", "--log", log.name, code=1), text)

    def test_odd_days_are_lived_through(self):
        rows = ["v1,pas,walk_in,,1000,1100,1130,1700,d1,settled", "v2,pas,walk_in,,1010,1200,1230,1800,d1,settled",   # two at one desk at once
                "v3,pas,booked,1500,,,,,,", "v4,pas,walk_in,,1020,,,1600,,left", "v5,pas,walk_in,,1030,1900,,,d1,", "v6,cpr,walk_in,,1031,,,,,"]
        told = judged(HEADER + "\n".join(rows) + "\n")
        self.assertEqual(told["visits"], 3)


if __name__ == "__main__":
    unittest.main()
