#!/usr/bin/env python3
"""skranke-sim drive: one line in, one line out, nothing left to chance."""
import json
import os
import random
import select
import subprocess
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SIM, TWIN = os.environ["SKRANKE_SIM"], os.environ["SKRANKE_SIM_TWIN"]
CENTRE = os.path.join(HERE, "centre.toml")
MONDAY_9 = 1795420800000          # 2026-11-23 09:00 in Copenhagen
MINUTE = 60_000


class Pipe:
    """Writes a line and waits for its answer, as a caller does who decides from it what to do next."""

    def __init__(self, *options, program=SIM, facility=CENTRE):
        self.process = subprocess.Popen([program, "drive", "--facility", facility, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        assert self.process.wait(20) == 0

    def raw(self, text):
        self.process.stdin.write(text if isinstance(text, bytes) else text.encode())
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], 20)
        assert ready, "no answer to %r" % text[:80]
        return json.loads(self.process.stdout.readline())

    def __call__(self, at, do, **members):
        return self.raw(json.dumps({"at": at, "do": do, **members}) + "\n")

    def ok(self, *words, **members):
        answer = self(*words, **members)
        assert list(answer) == ["ok"], answer
        return answer["ok"]

    def error(self, *words, **members):
        answer = self(*words, **members)
        assert list(answer) == ["error"], answer
        return answer["error"]


def played(lines, *options, program=SIM, environment=None):
    """All lines at once, as bytes in and bytes out."""
    done = subprocess.run([program, "drive", "--facility", CENTRE, *options], input=lines, stdout=subprocess.PIPE, env={**os.environ, **(environment or {})})
    assert done.returncode == 0
    return done.stdout


def random_day(seed, count):
    """Lines of people who do what they like, much of it refused."""
    dice, at, lines = random.Random(seed), MONDAY_9, []
    desks = ["desk-1", "desk-2", "desk-3", "desk-9"]
    for number in range(count):
        at += dice.choice([0, 0, 1000, 20_000, 60_000, 300_000]) if dice.random() < 0.999 else 20 * 3600_000
        do = dice.choice(["visit.create"] * 6 + ["desk.next"] * 6 + ["desk.start", "desk.finish"] * 4 + ["desk.open"] * 2 + [
            "desk.recall", "desk.no_show", "desk.park", "desk.transfer", "desk.pause", "desk.close", "desk.undo", "desk.call", "visit.leave", "visit.return",
            "visit.get", "queue.get", "board.get", "services.get", "desk.get", "desks.get", "tick", "booking.create", "booking.check_in", "booking.get", "booking.cancel", "booking.move", "slots.get",
            "desk.services", "desk.idle", "desk.button", "desk.help", "desk.help_answer", "desk.help_clear", "visit.edit", "visit.move", "visit.merge", "visit.split", "visit.cancel", "visit.services", "room.get"])
        if dice.random() < 0.004:
            do = "room.evacuation"
        line = {"at": at, "do": do}
        visit = "v%d" % dice.randrange(max(1, number))
        if do == "visit.create":
            line.update(id="v%d" % number, services=dice.sample(["pas", "cpr", "koerekort", "ophold"], dice.choice([1, 1, 1, 2, 3])), priority=dice.choice([None, None, "elderly"]), party=dice.choice([1, 1, 3]))
        elif do.startswith("desk."):
            line["desk"] = dice.choice(desks)
        else:
            line["id"] = visit
        if do == "booking.create":
            line.update(id="b%d" % dice.randrange(40), services=["pas"], start="2026-11-23T%02d:%02d:00+01:00" % (dice.randrange(9, 15), 15 * dice.randrange(4)))
        if do.startswith("booking.") and do != "booking.create":
            line.update(id=visit if do == "booking.check_in" else "b%d" % dice.randrange(40), booking="b%d" % dice.randrange(40))
        line.update({"desk.call": {"visit": visit}, "visit.merge": {"into": "v%d" % dice.randrange(max(1, number))}, "visit.split": {"as": "s%d" % number, "services": ["cpr"]},
                     "visit.cancel": {"reason": "other"}, "visit.move": {"reason": "other", "to_service": dice.choice(["cpr", "koerekort"])}, "visit.edit": {"party": 2, "language": "en"},
                     "desk.services": {"change_to": dice.choice(["cpr", "koerekort", "pas"])}, "visit.services": {"add": ["koerekort"]}, "desk.help_answer": {"by": "bo"}, "desk.idle": {"reason": dice.choice(["", "letters"])},
                     "desk.button": {"press": dice.choice(["single", "double", "long"])}, "slots.get": {"services": ["pas"]}, "room.evacuation": {"active": dice.random() < 0.4},
                     "booking.move": {"start": "2026-11-24T10:00:00+01:00"}}.get(do, {}))
        if do == "desk.park":
            line["minutes"] = dice.choice([None, 1, 30])
        if do == "desk.transfer":
            line.update(dice.choice([{"to_service": "koerekort"}, {"to_desk": "desk-2"}, {"to_service": "cpr", "place": "front"}, {}]))
        lines.append(json.dumps(line))
    return ("\n".join(lines) + "\n").encode()


class Day(unittest.TestCase):
    def test_a_visit_from_ticket_to_end(self):
        with Pipe() as drive:
            taken = drive.ok(MONDAY_9, "visit.create", id="v1", services=["pas"], language="en", priority=None)
            self.assertEqual((taken["visit"], taken["number"], taken["state"], taken["position"]), ("v1", "A1", "waiting", 1))
            self.assertEqual(taken["created_at"], "2026-11-23T09:00:00+01:00")
            self.assertEqual(sorted(taken["estimate"]), ["p10_s", "p50_s", "p90_s"])
            self.assertEqual(drive.ok(MONDAY_9, "desk.open", desk="desk-1")["state"], "open")
            call = drive.ok(MONDAY_9 + MINUTE, "desk.next", desk="desk-1")
            self.assertEqual((call["visit"], call["number"], call["service"], call["waited_s"], call["attempt"]), ("v1", "A1", "pas", 60, 1))
            self.assertIn("code", call["why"])
            shown = drive.ok(MONDAY_9 + MINUTE, "board.get")
            self.assertEqual([(each["number"], each["desk"]) for each in shown["calls"]], [("A1", "desk-1")])
            self.assertEqual(drive.ok(MONDAY_9 + MINUTE, "desk.start", desk="desk-1")["visit"], "v1")
            done = drive.ok(MONDAY_9 + 9 * MINUTE, "desk.finish", desk="desk-1", outcome="settled")
            self.assertEqual((done["visit"], done["visit_state"], done["busy"]), ("v1", "done", False))
            self.assertEqual(drive.ok(MONDAY_9 + 9 * MINUTE, "visit.get", id="v1")["state"], "done")
            self.assertEqual(drive.ok(MONDAY_9 + 9 * MINUTE, "desk.next", desk="desk-1"), {})

    def test_the_rest_of_a_desks_day(self):
        with Pipe() as drive:
            for number in range(1, 5):
                drive.ok(MONDAY_9, "visit.create", id="v%d" % number, services=["pas"])
            drive.ok(MONDAY_9, "desk.open", desk="desk-1", services=["pas"])
            drive.ok(MONDAY_9, "desk.next", desk="desk-1")
            self.assertEqual(drive.error(MONDAY_9 + 5000, "desk.recall", desk="desk-1")["type"], "recall_too_soon")
            self.assertEqual(drive.ok(MONDAY_9 + 25_000, "desk.recall", desk="desk-1")["attempt"], 2)
            self.assertEqual(drive.ok(MONDAY_9 + 60_000, "desk.no_show", desk="desk-1")["visit_state"], "no_show")
            self.assertEqual(drive.ok(MONDAY_9 + 61_000, "visit.return", id="v1")["state"], "waiting")
            self.assertEqual(drive.ok(MONDAY_9 + 61_000, "desk.call", desk="desk-1", visit="v3")["visit"], "v3")
            self.assertEqual(drive.ok(MONDAY_9 + 62_000, "desk.park", desk="desk-1", minutes=5)["visit_state"], "parked")
            self.assertEqual(drive.ok(MONDAY_9 + 62_000, "desk.pause", desk="desk-1", reason="frokost")["state"], "break")
            self.assertEqual(drive.error(MONDAY_9 + 62_000, "desk.next", desk="desk-1")["type"], "desk_on_break")
            self.assertEqual(drive.ok(MONDAY_9 + 70_000, "desk.open", desk="desk-1")["state"], "open")
            self.assertEqual(drive.ok(MONDAY_9 + 70_000, "desk.next", desk="desk-1")["visit"], "v1")
            moved = drive.ok(MONDAY_9 + 80_000, "desk.transfer", desk="desk-1", to_service="koerekort", place="front")
            self.assertEqual((moved["visit"], moved["visit_state"]), ("v1", "waiting"))
            self.assertEqual(drive.ok(MONDAY_9 + 80_000, "visit.leave", id="v2")["state"], "left")
            self.assertEqual(drive.ok(MONDAY_9 + 80_000, "desk.close", desk="desk-1")["state"], "closed")
            self.assertEqual(drive.ok(MONDAY_9 + 80_000, "queue.get")["counts"]["waiting"], 2)

    def test_things_happen_by_themselves_at_their_own_time(self):
        with Pipe() as drive:
            drive.ok(MONDAY_9, "desk.open", desk="desk-1")
            drive.ok(MONDAY_9, "visit.create", id="v1", services=["pas"])
            drive.ok(MONDAY_9, "desk.next", desk="desk-1")
            drive.ok(MONDAY_9, "desk.park", desk="desk-1", minutes=5)
            self.assertEqual(drive.ok(MONDAY_9 + 5 * MINUTE - 1, "visit.get", id="v1")["state"], "parked")
            self.assertEqual(drive.ok(MONDAY_9 + 5 * MINUTE, "visit.get", id="v1")["state"], "waiting")
            drive.ok(MONDAY_9 + 5 * MINUTE, "visit.create", id="v2", services=["cpr"])
            drive.ok(MONDAY_9 + 5 * MINUTE, "visit.leave", id="v2")
            self.assertEqual(drive.ok(MONDAY_9 + 1439 * MINUTE - 5 * 60 * MINUTE, "tick")["business_day"], "2026-11-23")
            self.assertEqual(drive.ok(MONDAY_9 + 24 * 60 * MINUTE, "tick")["business_day"], "2026-11-24")
            self.assertEqual(drive.error(MONDAY_9 + 24 * 60 * MINUTE, "visit.get", id="v2")["type"], "unknown_visit")
            self.assertEqual(drive.ok(MONDAY_9 + 24 * 60 * MINUTE, "visit.get", id="v1")["number"], "A1")

    def test_a_refusal_offers_what_else_there_is(self):
        with Pipe() as drive:
            away = drive.error(MONDAY_9, "visit.create", id="v1", services=["ophold"])
            self.assertEqual((away["type"], away["alternatives"][0]["at"]), ("authority_absent", "2026-11-25T10:00:00+01:00"))
            shut = drive.error(MONDAY_9 + 6 * 60 * MINUTE, "visit.create", id="v1", services=["pas"])
            self.assertEqual((shut["type"], shut["alternatives"][0]["at"]), ("closed", "2026-11-24T09:00:00+01:00"))

    def test_policies(self):
        for policy, first in (("fifo", "v1"), ("longest_wait", "v2"), ("booked_first", "v2")):
            with Pipe("--policy", policy) as drive:
                drive.ok(MONDAY_9, "visit.create", id="v1", services=["pas"])
                drive.ok(MONDAY_9 + MINUTE, "visit.create", id="v2", services=["pas"], priority="elderly")
                drive.ok(MONDAY_9 + MINUTE, "desk.open", desk="desk-1")
                self.assertEqual(drive.ok(MONDAY_9 + 2 * MINUTE, "desk.next", desk="desk-1")["visit"], first, policy)


class WrongInput(unittest.TestCase):
    LINES = [
        ("not json", "malformed"), ("", "malformed"), ("[]", "malformed"), ("{}", "wrong_content"), ("{" * 100, "malformed"), ('{"at":1,"at":2}', "malformed"),
        ('{"at":%d}' % MONDAY_9, "wrong_content"), ('{"do":"tick"}', "wrong_content"), ('{"at":"now","do":"tick"}', "wrong_content"),
        ('{"at":1e30,"do":"tick"}', "wrong_content"), ('{"at":-5,"do":"tick"}', "wrong_content"), ('{"at":%d.5,"do":"tick"}' % MONDAY_9, "wrong_content"),
        ('{"at":%d,"do":"dance"}' % MONDAY_9, "unknown_command"), ('{"at":%d,"do":7}' % MONDAY_9, "wrong_content"), (b'{"at":1,"do":"\xff"}', "malformed"),
    ]
    WISHES = [
        ("visit.create", {"services": ["pas"]}, "wrong_content", "id"), ("visit.create", {"id": "v9"}, "wrong_content", "services"),
        ("visit.create", {"id": "v9", "services": []}, "wrong_content", "services"), ("visit.create", {"id": "v9", "services": "pas"}, "wrong_content", "services"),
        ("visit.create", {"id": "v9", "services": ["nope"]}, "unknown_service", "services[0]"), ("visit.create", {"id": "v9", "services": [1]}, "wrong_content", "services[0]"),
        ("visit.create", {"id": 9, "services": ["pas"]}, "wrong_content", "id"), ("visit.create", {"id": "v9", "services": ["pas"], "priority": "king"}, "unknown_priority", "priority"),
        ("visit.create", {"id": "v9", "services": ["pas"], "party": 0}, "wrong_content", "party"), ("visit.create", {"id": "v9", "services": ["pas"], "channel": "fax"}, "wrong_content", "channel"),
        ("visit.create", {"id": "v1", "services": ["pas"]}, "id_taken", "id"), ("visit.create", {"id": "x" * 65, "services": ["pas"]}, "wrong_content", "id"),
        ("visit.get", {"id": "v9"}, "unknown_visit", "id"), ("visit.leave", {"id": "v9"}, "unknown_visit", "visit"), ("visit.return", {}, "wrong_content", "id"),
        ("desk.open", {"desk": "desk-9"}, "unknown_desk", "desk"), ("desk.open", {}, "wrong_content", "desk"), ("desk.open", {"desk": "desk-1", "services": ["ophold"]}, "unknown_service", "services[0]"),
        ("desk.next", {"desk": "desk-2"}, "desk_closed", "desk"), ("desk.next", {"desk": None}, "wrong_content", "desk"), ("desk.start", {"desk": "desk-1"}, "desk_idle", "desk"),
        ("desk.finish", {"desk": "desk-1", "outcome": "bored"}, "wrong_content", "outcome"), ("desk.park", {"desk": "desk-1", "minutes": 1.5}, "wrong_content", "minutes"),
        ("desk.call", {"desk": "desk-1", "visit": "v9"}, "unknown_visit", "visit"), ("board.get", {"board": "nope"}, "unknown_board", "board"),
    ]

    def test_each_gets_its_error_and_changes_nothing(self):
        with Pipe() as drive:
            drive.ok(MONDAY_9, "visit.create", id="v1", services=["pas"])
            drive.ok(MONDAY_9, "desk.open", desk="desk-1")
            before = [drive.ok(MONDAY_9, what) for what in ("queue.get", "desks.get", "board.get")]
            for text, kind in self.LINES:
                told = drive.raw((text if isinstance(text, bytes) else text.encode()) + b"\n")
                self.assertEqual(list(told), ["error"], text)
                self.assertEqual(told["error"]["type"], kind, text)
                self.assertTrue(told["error"]["detail"], text)
            for do, members, kind, field in self.WISHES:
                told = drive.error(MONDAY_9, do, **members)
                self.assertEqual((told["type"], told.get("field")), (kind, field), (do, members))
            self.assertEqual([drive.ok(MONDAY_9, what) for what in ("queue.get", "desks.get", "board.get")], before)

    def test_time_never_goes_back(self):
        with Pipe() as drive:
            drive.ok(MONDAY_9 + MINUTE, "visit.create", id="v1", services=["pas"])
            self.assertEqual(drive.error(MONDAY_9 + MINUTE - 1, "visit.create", id="v2", services=["pas"])["type"], "time_backwards")
            # A line that is not understood does not take the time along.
            self.assertEqual(drive.error(MONDAY_9 + 9 * MINUTE, "visit.create", id="v2")["type"], "wrong_content")
            self.assertEqual(drive.ok(MONDAY_9 + MINUTE, "visit.create", id="v2", services=["pas"])["number"], "A2")

    def test_a_line_without_end_is_bounded(self):
        with Pipe() as drive:
            self.assertEqual(drive.raw(b'{"at":%d,"do":"tick","x":"' % MONDAY_9 + b"y" * 70_000 + b'"}\n')["error"]["type"], "too_large")
            self.assertEqual(drive.raw(b"z" * 3_000_000 + b"\n")["error"]["type"], "too_large")
            self.assertEqual(drive.ok(MONDAY_9, "tick")["business_day"], "2026-11-23")
            exact = b'{"at":%d,"do":"tick","x":""}' % MONDAY_9
            self.assertIn("ok", drive.raw(exact[:-2] + b"y" * (65_536 - len(exact)) + exact[-2:] + b"\n"))
            self.assertIn("error", drive.raw(exact[:-2] + b"y" * (65_537 - len(exact)) + exact[-2:] + b"\n"))

    def test_the_last_line_may_lack_its_end(self):
        self.assertEqual(played(b'{"at":%d,"do":"tick"}' % MONDAY_9).count(b"\n"), 1)

    def test_a_century_passes(self):
        with Pipe() as drive:
            drive.ok(MONDAY_9, "visit.create", id="v1", services=["pas"])
            self.assertEqual(drive.ok(4_133_894_400_000, "tick")["business_day"][:4], "2100")

    def test_usage(self):
        def code(*arguments):
            return subprocess.run([SIM, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
        self.assertEqual(code(), 2)
        self.assertEqual(code("drive"), 2)
        self.assertEqual(code("drive", "--facility", CENTRE, "--policy", "mood"), 2)
        self.assertEqual(code("drive", "--facility", "nowhere.toml"), 3)
        self.assertEqual(code("drive", "--facility", __file__), 1)
        self.assertEqual(code("drive", "--facility", CENTRE), 0)


class Determinism(unittest.TestCase):
    def test_same_input_same_bytes(self):
        for seed in range(3):
            lines = random_day(seed, 3000)
            for policy in ("skranke", "longest_wait"):
                first = played(lines, "--policy", policy)
                self.assertEqual(first.count(b"\n"), 3000)
                self.assertGreater(first.count(b'{"ok"'), 600)
                self.assertEqual(played(lines, "--policy", policy), first)
                self.assertEqual(played(lines, "--policy", policy, program=TWIN), first, "another build says something else")
        # A processor without fused multiply-add takes other ways through the mathematics library.
        plain = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX512F"}
        self.assertEqual(played(lines, "--policy", policy, environment=plain), first)
        # Neither the house's time zone, nor its language, nor where memory lies.
        self.assertEqual(played(lines, "--policy", policy, environment={"TZ": "Asia/Tokyo", "LC_ALL": "C", "MALLOC_PERTURB_": "77"}), first)

    def test_one_by_one_or_all_at_once(self):
        lines = random_day(9, 600)
        with Pipe() as drive:
            one_by_one = [drive.raw(line + b"\n") for line in lines.splitlines()]
        self.assertEqual([json.loads(line) for line in played(lines).splitlines()], one_by_one)


if __name__ == "__main__":
    unittest.main()
