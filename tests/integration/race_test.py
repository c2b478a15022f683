#!/usr/bin/env python3
"""Eight clerks press "next" at the same moment, a thousand times. A visit is called once, to one desk, in the order of taking.

usage: race_test.py [--rounds N]
"""
import argparse
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, facility  # noqa: E402

DESKS = 8
ROUND_TICKETS = 400   # live at once: well below the numbers a day has, topped up as they are called


class Clerk(threading.Thread):
    """One desk on one keep-alive connection: next, and finish what was called, round by round."""

    def __init__(self, number, port, token_client, start, rounds):
        super().__init__(daemon=True)
        self.path = "/api/v1/desks/desk-%d/" % number
        self.number, self.http, self.start_line, self.rounds = number, token_client, start, rounds
        self.called, self.nobody, self.fault = [], 0, None

    def run(self):
        try:
            for _ in range(self.rounds):
                self.start_line.wait(60)
                answer = self.http.post(self.path + "next")
                if answer.status == 204:
                    self.nobody += 1
                    continue
                assert answer.status == 200, answer
                told = answer.json()
                assert told["desk"] == "desk-%d" % self.number and told["attempt"] == 1, told
                self.called.append((told["visit"], told["number"]))
                done = self.http.post(self.path + "finish", {"outcome": "settled"})
                assert done.status == 200, done
        except BaseException as error:   # the others must not wait for us for ever
            self.fault = error
            self.start_line.abort()


def judge(called, taken, live_at_end):
    """Faults: `called` (visit, number) in any order, `taken` all visits, `live_at_end` those nobody called."""
    faults = []
    if len({visit for visit, _ in called}) != len(called):
        faults.append("a visit was called twice")
    if set(taken) != {visit for visit, _ in called} | set(live_at_end):
        faults.append("a visit was neither called nor does it wait")
    if {visit for visit, _ in called} & set(live_at_end):
        faults.append("a visit that was called still waits")
    return faults


def run(rounds):
    # A day has fewer numbers than 8 × 1,000 visits, so rounds run out of visits on purpose: 204 is part of the race.
    tickets = min(5000, rounds * DESKS * 5 // 8)
    with Appliance(facility(desks=DESKS)) as house:
        house.start()
        takers = house.client()
        taken = []
        start = threading.Barrier(DESKS + 1)
        clerks = [Clerk(n + 1, house.port, house.client(), start, rounds) for n in range(DESKS)]
        for n in range(DESKS):
            assert takers.request("PUT", "/api/v1/desks/desk-%d/session" % (n + 1), {}).status == 200
        for clerk in clerks:
            clerk.start()
        for _ in range(rounds):
            waiting = len(taken) - sum(len(c.called) for c in clerks)
            while len(taken) < tickets and waiting < 3 * DESKS:
                answer = takers.post("/api/v1/visits", {"services": ["s%d" % (len(taken) % 7)]})
                assert answer.status == 201, answer
                taken.append(answer.json()["id"])
                waiting += 1
            try:
                start.wait(60)
            except threading.BrokenBarrierError:
                break
        for clerk in clerks:
            clerk.join(60)
            assert clerk.fault is None, clerk.fault
        live = [v["visit"] for v in takers.get("/api/v1/queue").json()["waiting"]]
        called = [pair for clerk in clerks for pair in clerk.called]
        faults = judge(called, taken, live)
        assert not faults, faults
        calls = [e for e in house.events() if e["type"] == "visit_called"]
        assert len(calls) == len(called) == len({e["event"]["serial"] for e in calls}), "the journal tells of other calls"
        assert "chain whole" in house.verify()
        assert house.stop() == 0
    nobody = sum(c.nobody for c in clerks)
    assert len(called) + nobody == rounds * DESKS and min(len(c.called) for c in clerks) > rounds // 4
    print("%d desks, %d rounds: %d calls of %d visits, 0 twice, %d times nobody" % (DESKS, rounds, len(called), len(taken), nobody))
    assert judge(called + called[:1], taken, live) and judge(called[1:], taken, live), "the judgement would not notice"


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--rounds", type=int, default=1000)
    run(words.parse_args().rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
