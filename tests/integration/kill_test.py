#!/usr/bin/env python3
"""The plug is pulled at random moments while eight people take tickets, call, serve, park and leave. Nothing that was acknowledged is lost,
nothing happens twice.

usage: kill_test.py [--kills N] [--seed S]     SKRANKED, SKRANKECTL, SLOW_FLUSH name the programs

After every kill each client repeats what it got no answer to, with the same key, as a kiosk does. At the end the journal is held against
what the clients saw and what the printer took. The same judgement is then given histories and journals that are wrong on purpose, and must
find each fault; and a daemon that answers before it commits is imitated and must be found out.
"""
import argparse
import copy
import os
import random
import shutil
import statistics
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, Client, Gone, facility, wait_until  # noqa: E402
from ticket_printer import TicketPrinter, identity  # noqa: E402

CLIENTS = 8
TICKETS_PER_SECOND = 36     # all through each life, so that the plug finds some on their way; a day has some 5,900 numbers
TICKETS_MAX = 5_500
PRINTED_ONE_IN = 3


class Deed:
    """One command of one client: submitted once, repeated under the same key until it is answered."""

    def __init__(self, client, method, path, body, key, generation):
        self.client, self.method, self.path, self.body, self.key = client, method, path, body, key
        self.generation = generation            # starts of the daemon before it was submitted
        self.submitted = time.monotonic()
        self.acknowledged = None
        self.answer = None                      # (status, body) of the first whole answer
        self.visit = self.number = self.token = None


class Room:
    """What all clients share: where the daemon is, how many tickets may be taken, when to stop."""

    def __init__(self, port, token):
        self.port, self.token = port, token
        self.generation, self.given, self.paced_since, self.paced = 1, 0, time.monotonic(), 0
        self.lock = threading.Lock()
        self.over = False
        self.faults = []

    def may_take(self):
        with self.lock:
            if self.given == TICKETS_MAX or self.paced > (time.monotonic() - self.paced_since) * TICKETS_PER_SECOND:
                return False
            self.given += 1
            self.paced += 1
            return True

    def began_again(self):
        with self.lock:
            self.generation += 1
            self.paced_since, self.paced = time.monotonic(), 0


class Person(threading.Thread):
    """Takes tickets at the kiosk and works one desk, one command at a time. `impatient`: counts a ticket as given when it is asked for, as if
    the daemon answered before the commit, and never asks again (the control)."""

    def __init__(self, number, room, seed, impatient=False):
        super().__init__(daemon=True)
        self.number, self.room, self.impatient = number, room, impatient
        self.random = random.Random("%s-%d" % (seed, number))
        self.desk = "/api/v1/desks/desk-%d" % (number + 1)
        self.http = Client(room.port, room.token, timeout=10)
        self.deeds, self.mine = [], []

    def run(self):
        try:
            self.do("PUT", self.desk + "/session", {})
            while not self.room.over:
                self.one()
                time.sleep(0.001)   # people, not a storm of refusals
        except BaseException as error:   # told to the main thread, which ends the test with it
            self.room.faults.append("client %d: %r" % (self.number, error))

    def one(self):
        chance = self.random.random()
        if chance < 0.4 and self.room.may_take():
            body = {"services": ["s%d" % self.random.randrange(7)]}
            if self.random.randrange(PRINTED_ONE_IN) == 0:
                body["print"] = True
            deed = self.do("POST", "/api/v1/visits", body)
            if deed.token:
                self.mine.append(deed.token)
        elif chance < 0.5 and self.mine:
            self.do("DELETE", "/api/v1/visits/" + self.mine.pop(self.random.randrange(len(self.mine))))
        elif chance < 0.7:
            self.do("POST", self.desk + "/next")
        else:
            word, body = self.random.choice([("start", {}), ("finish", {"outcome": "settled"}), ("no-show", {}), ("park", {"minutes": 5}), ("recall", {}),
                                             ("transfer", {"to_service": "s1", "place": "keep"}), ("undo", {})])
            self.do("POST", "%s/%s" % (self.desk, word), body)

    def do(self, method, path, body=None):
        key = "p%d-%d-%d" % (self.number, len(self.deeds), self.random.randrange(1 << 30))
        deed = Deed(self.number, method, path, body, key, self.room.generation)
        self.deeds.append(deed)
        end = time.monotonic() + 30
        while True:
            try:
                if self.impatient and path.endswith("/visits"):
                    self.http.send(method, path, body, {"Idempotency-Key": key})
                    deed.acknowledged, deed.answer = time.monotonic(), (201, None)
                    deed.visit = deed.number = "unknown"
                    self.http.receive(method)
                    return deed
                return self.note(deed, self.http.request(method, path, body, key=key))
            except Gone:
                if self.impatient:
                    deed.answer = deed.answer or (0, None)
                    wait_until(lambda: self.room.generation > deed.generation or self.room.over, "a new start", 30)
                    return deed
                if time.monotonic() > end:
                    raise
                time.sleep(0.005)

    def note(self, deed, answer):
        deed.acknowledged, deed.answer = time.monotonic(), (answer.status, answer.body)
        if answer.status >= 500:
            raise AssertionError("%s %s: %r" % (deed.method, deed.path, answer))
        if answer.status == 201:
            told = answer.json()
            deed.visit, deed.number, deed.token = told["id"], told["number"], told["token"]
        return deed


# --- the judgement: pure, so that it can be given a wrong history ---

def judge(deeds, events, captures):
    """What is wrong with a journal, given what clients were told and what the printer took. Empty = all is well."""
    taken = [e for e in events if e["type"] == "visit_taken"]
    return [*judge_journal(events), *judge_tickets(deeds, taken), *judge_order(deeds, taken), *judge_paper(events, captures)]


def judge_journal(events):
    for place, event in enumerate(events, 1):
        if event["seq"] != place:
            yield "event %d stands at place %d" % (event["seq"], place)
            return
    if len({e["epoch"] for e in events}) > 1:
        yield "a restart began a new epoch"


def judge_tickets(deeds, taken):
    acknowledged = [d for d in deeds if d.answer and d.answer[0] == 201]
    told = [d.visit for d in acknowledged]
    if len(told) > len(taken):
        yield "%d tickets acknowledged, %d in the journal" % (len(told), len(taken))
    if "unknown" in told:
        return
    in_journal = {e["event"]["id"]: e["event"]["number"] for e in taken}
    for deed in acknowledged:
        if in_journal.get(deed.visit) != deed.number:
            yield "lost: %s, acknowledged as %s" % (deed.visit, deed.number)
    for visit in set(in_journal) - set(told):
        yield "%s is in the journal, but its client repeated and was told of another" % visit
    if len(set(told)) != len(told):
        yield "one ticket was given to two who asked"
    numbers = [(e["event"]["day"], e["event"]["number"]) for e in taken]
    for number in {n for n in numbers if numbers.count(n) > 1} if len(set(numbers)) != len(numbers) else ():
        yield "number %s of day %d was issued twice" % (number[1], number[0])


def judge_order(deeds, taken):
    """A prefix: whatever was answered before another was asked for stands before it in the journal."""
    seq = {e["event"]["id"]: e["seq"] for e in taken}
    known = [d for d in deeds if d.visit in seq]
    by_end = sorted(known, key=lambda d: d.acknowledged)
    newest, at = 0, 0
    for deed in sorted(known, key=lambda d: d.submitted):
        while at < len(by_end) and by_end[at].acknowledged < deed.submitted:
            newest = max(newest, seq[by_end[at].visit])
            at += 1
        if seq[deed.visit] < newest:
            yield "%s was asked for after an answer that the journal holds later" % deed.visit


def begins_to_print(event):
    return event["type"] == "paper_changed" and event["event"]["paper"]["state"] == "printing"


def judge_paper(events, captures):
    printing = [(e["event"]["serial"], e["event"]["paper"]["copy"]) for e in events if begins_to_print(e)]
    if len(set(printing)) != len(printing):
        yield "a ticket began to print twice"
    if len(captures) > len(printing):
        yield "%d tickets left the house, %d were allowed to" % (len(captures), len(printing))
    seen = [i for i in map(identity, captures) if i]
    if len(set(seen)) != len(seen):
        yield "%d tickets came out of the printer twice" % (len(seen) - len(set(seen)))


# --- the run ---

class Run:
    def __init__(self, kills, seed, impatient=False, environment=None):
        self.kills, self.seed, self.impatient = kills, seed, impatient
        self.random = random.Random(seed)
        self.printer = TicketPrinter()
        self.house = Appliance(facility(desks=CLIENTS, printer=self.printer.settings), environment=environment)
        self.starts, self.replayed = [], 0

    def __enter__(self):
        self.house.start()
        self.house.write_config(self.house.port)   # the same port from now on
        self.room = Room(self.house.port, self.house.admin_token)
        self.people = [Person(n, self.room, self.seed, self.impatient) for n in range(CLIENTS)]
        return self

    def __exit__(self, *error):
        self.room.over = True
        self.house.__exit__(*error)
        self.printer.close()

    def deeds(self):
        return [deed for person in self.people for deed in list(person.deeds)]

    def pull_the_plug(self):
        for person in self.people:
            person.start()
        for kill in range(self.kills):
            # Most lives are short; some are long enough for a ticket to come out.
            time.sleep(self.random.uniform(0.4, 1.2) if self.random.random() < 0.2 else self.random.uniform(0.0, 0.3))
            self.house.kill()
            if self.random.random() < 0.15:
                self.die_while_starting()
            # A third of the lives have a slower disk: there the plug nearly always finds something between submitted and stored.
            slow = {"LD_PRELOAD": os.environ["SLOW_FLUSH"], "SLOW_FLUSH_MS": "8"} if kill % 3 == 0 else {}
            self.starts.append(self.house.start(environment=slow))
            self.room.began_again()
            if self.room.faults:
                raise AssertionError(self.room.faults[0])
            if not self.impatient:
                self.look_back()
        self.room.over = True
        for person in self.people:
            person.join(40)
            assert not person.is_alive(), "client %d does not end" % person.number
        assert not self.room.faults, self.room.faults

    def die_while_starting(self):
        try:
            self.house.start(timeout=self.random.uniform(0.001, 0.04))
        except AssertionError:
            pass
        self.house.kill()

    def look_back(self):
        """What was acknowledged in the life before is there, under its token and under its key."""
        http = Client(self.house.port, self.room.token)
        before = self.room.generation - 1
        done = [d for d in self.deeds() if d.generation == before and d.answer and d.answer[0] in (200, 201)]
        for deed in done:
            if deed.answer[0] == 201:
                shown = http.get("/api/v1/visits/" + deed.token)
                assert shown.status == 200 and shown.json()["number"] == deed.number, (deed.number, shown)
        for deed in self.random.sample(done, min(6, len(done))):
            again = http.request(deed.method, deed.path, deed.body, key=deed.key)
            if again.status != deed.answer[0] or again.body != deed.answer[1]:
                raise AssertionError("repeat of %s %s: %r instead of %r" % (deed.method, deed.path, again, deed.answer))
            self.replayed += 1
        http.close()

    def settle(self):
        """Waits until nothing is on its way to the paper any more, then stops and gives the journal."""
        http = Client(self.house.port, self.room.token)

        def quiet():
            queue = http.get("/api/v1/queue").json()
            papers = [v.get("print", {}).get("state") for part in ("waiting", "parked", "called", "serving") for v in queue[part]]
            return "queued" not in papers and "printing" not in papers
        wait_until(quiet, "the printer to finish", 90, 0.1)
        http.close()
        assert self.house.stop() == 0
        assert "chain whole" in self.house.verify()
        return self.house.events()


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def controls(deeds, events, captures):
    """Each a fault that the judgement must find."""
    given = [d for d in deeds if d.visit]
    last = next(e for e in reversed(events) if e["type"] == "visit_taken")
    yield "the last committed ticket is gone", deeds, [e for e in events if e is not last], captures
    short = events[:last["seq"] - 1]
    yield "the tail of the journal is cut off before an acknowledged ticket", deeds, short, captures
    twice = copy.deepcopy(events)
    numbers = [e for e in twice if e["type"] == "visit_taken"]
    numbers[1]["event"]["number"], numbers[1]["event"]["day"] = numbers[0]["event"]["number"], numbers[0]["event"]["day"]
    yield "a number is issued twice", deeds, twice, captures
    again = copy.deepcopy(last)
    again["event"]["id"], again["event"]["number"], again["seq"] = "v-again", "K999", len(events) + 1
    yield "a repeat made a second ticket", deeds, events + [again], captures
    early, late = given[0], given[-1]
    swapped = copy.deepcopy(events)
    pair = [e for e in swapped if e["type"] == "visit_taken" and e["event"]["id"] in (early.visit, late.visit)]
    pair[0]["event"], pair[1]["event"] = pair[1]["event"], pair[0]["event"]
    yield "the journal is no prefix of what was asked for", deeds, swapped, captures
    whole = next(c for c in captures if identity(c))
    yield "a ticket comes out twice", deeds, events, captures + [whole]
    printing = next(filter(begins_to_print, events))
    yield "a ticket is allowed to print twice", deeds, events + [dict(printing, seq=len(events) + 1)], captures


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--kills", type=int, default=300)
    words.add_argument("--seed", default=str(random.SystemRandom().randrange(1 << 32)))
    asked = words.parse_args()
    print("seed %s" % asked.seed, flush=True)
    begun = time.monotonic()
    with Run(asked.kills, asked.seed) as run:
        run.pull_the_plug()
        events, deeds, captures = run.settle(), run.deeds(), run.printer.tickets()
    faults = list(judge(deeds, events, captures))
    assert not faults, faults[:20]
    given = sum(1 for d in deeds if d.visit)
    print("%d kills, %d commands, %d tickets acknowledged and in the journal, %d events, %d printed tickets, %d answers repeated after a restart; "
          "ready again p50 %.0f ms, p99 %.0f ms, max %.0f ms; %.0f s" %
          (asked.kills, len(deeds), given, len(events), len(captures), run.replayed, statistics.median(run.starts) * 1e3,
           percentile(run.starts, 0.99) * 1e3, max(run.starts) * 1e3, time.monotonic() - begun), flush=True)
    assert given >= 4 * asked.kills and len(captures) >= asked.kills // 10, "too little happened to prove anything"
    assert percentile(run.starts, 0.95) < 1.0, "not ready again within a second"
    for name, *wrong in controls(deeds, events, captures):
        assert list(judge(*wrong)), "control not found out: " + name
        print("control found out: " + name, flush=True)
    with Run(12, asked.seed, impatient=True, environment={"LD_PRELOAD": os.environ["SLOW_FLUSH"], "SLOW_FLUSH_MS": "25"}) as early:
        early.pull_the_plug()
        faults = list(judge_tickets(early.deeds(), [e for e in early.settle() if e["type"] == "visit_taken"]))
    assert faults, "control not found out: answers before the commit"
    print("control found out: answers before the commit (%s)" % faults[0], flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
