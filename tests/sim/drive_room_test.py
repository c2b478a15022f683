#!/usr/bin/env python3
"""skranke-sim drive: all that people at desks and hosts can ask, by the names of the programming interface."""
import json
import os
import subprocess
import unittest

from drive_test import HERE, MINUTE, MONDAY_9, SIM, Pipe

ROOM = os.path.join(HERE, "room.toml")
T = MONDAY_9


def room(*options):
    return Pipe(*options, facility=ROOM)


class Tickets(unittest.TestCase):
    def test_needs_are_seen_by_hosts_only(self):
        with room() as drive:
            taken = drive.ok(T, "visit.create", id="v1", services=["pas"], needs=["wheelchair", "hearing"])
            self.assertNotIn("needs", taken)
            self.assertEqual([each["need"] for each in drive.ok(T, "visit.edit", id="v1", party=2)["needs"]], ["hearing", "wheelchair"])

    def test_a_wedding_without_a_booking(self):
        with room() as drive:
            offered = drive.error(T, "visit.create", id="v1", services=["vielse"])
            self.assertEqual(offered["type"], "booking_required")
            self.assertIn("standby", [each["kind"] for each in offered["alternatives"]])
            self.assertEqual(drive.ok(T, "visit.create", id="v1", services=["vielse"], standby=True)["state"], "waiting")

    def test_outside_a_full_room(self):
        with room() as drive:
            drive.ok(T, "visit.create", id="v1", services=["cpr"], party=6)
            self.assertEqual(drive.error(T, "visit.create", id="v2", services=["cpr"])["type"], "crowd_full")
            self.assertEqual(drive.ok(T, "visit.create", id="v2", services=["cpr"], outside=True)["state"], "waiting")

    def test_helped_on_the_spot(self):
        with room() as drive:
            self.assertEqual(drive.ok(T, "visit.create", id="v1", services=["cpr"], helped=True, outcome="referred")["state"], "done")
            self.assertEqual(drive.error(T, "visit.create", id="v2", services=["cpr"], outcome="referred")["field"], "outcome")
            self.assertEqual(drive.error(T, "visit.create", id="v2", services=["cpr"], helped=True, channel="kiosk")["field"], "helped")


class Sessions(unittest.TestCase):
    def test_a_clerk_moves_and_the_visit_comes_along(self):
        with room() as drive:
            drive.ok(T, "desk.open", desk="desk-1", clerk="anna")
            drive.ok(T, "visit.create", id="v1", services=["cpr"])
            drive.ok(T, "desk.next", desk="desk-1")
            drive.ok(T, "desk.start", desk="desk-1")
            there = drive.ok(T + MINUTE, "desk.open", desk="desk-2", clerk="anna", move=True)
            self.assertEqual((there["visit"], there["busy"]), ("v1", True))
            self.assertEqual(drive.ok(T + MINUTE, "desk.get", desk="desk-1")["state"], "closed")
            self.assertEqual(drive.error(T + MINUTE, "desk.open", desk="desk-1", move=True)["field"], "clerk")

    def test_the_next_comes_by_itself_after_a_rest(self):
        with room() as drive:
            drive.ok(T, "visit.create", id="v1", services=["cpr"])
            drive.ok(T, "desk.open", desk="desk-1", clerk="bo", auto_next=True, rest_s=30)
            self.assertEqual(drive.ok(T + 29_000, "visit.get", id="v1")["state"], "waiting")
            self.assertEqual(drive.ok(T + 30_000, "visit.get", id="v1")["state"], "called")

    def test_languages_and_skills(self):
        with room() as drive:
            drive.ok(T, "desk.open", desk="desk-1", clerk="anna", languages=["da"])
            drive.ok(T, "desk.open", desk="desk-2", clerk="bo", languages=["da", "en"], skills=["notary"])
            drive.ok(T, "visit.create", id="v1", services=["cpr"], language="en")
            self.assertEqual(drive.ok(T, "desk.next", desk="desk-1"), {})
            self.assertEqual(drive.ok(T, "desk.next", desk="desk-2")["visit"], "v1")

    def test_idle_and_help(self):
        with room() as drive:
            drive.ok(T, "desk.open", desk="desk-1", clerk="anna")
            drive.ok(T, "desk.idle", desk="desk-1", reason="letters")
            self.assertEqual(drive.ok(T, "desk.get", desk="desk-1")["idle_reason"], "letters")
            drive.ok(T, "desk.idle", desk="desk-1")
            drive.ok(T, "desk.help", desk="desk-1", kind="emergency")
            drive.ok(T, "desk.help_answer", desk="desk-1", by="bo")
            self.assertEqual(drive.ok(T, "desk.get", desk="desk-1")["help"]["kind"], "emergency")
            drive.ok(T, "desk.help_clear", desk="desk-1")
            self.assertIsNone(drive.ok(T, "desk.get", desk="desk-1").get("help"))

    def test_a_button_is_enough(self):
        with room() as drive:
            drive.ok(T, "visit.create", id="v1", services=["cpr"])
            self.assertEqual(drive.ok(T, "desk.button", desk="desk-1", press="long")["state"], "open")
            self.assertEqual(drive.ok(T + MINUTE, "desk.button", desk="desk-1")["visit"], "v1")
            self.assertFalse(drive.ok(T + MINUTE + 1000, "desk.button", desk="desk-1")["busy"])   # two fast presses: the first is taken back


class AtTheDesk(unittest.TestCase):
    def busy(self, drive, services=("pas", "cpr")):
        drive.ok(T, "desk.open", desk="desk-1", clerk="anna")
        drive.ok(T, "visit.create", id="v1", services=list(services))
        drive.ok(T, "desk.next", desk="desk-1")
        drive.ok(T, "desk.start", desk="desk-1")

    def test_the_same_clerk_goes_on(self):
        with room() as drive:
            self.busy(drive)
            went_on = drive.ok(T + MINUTE, "desk.finish", desk="desk-1", services_done=["pas"], quantities={"pas": 2}, **{"continue": True})
            self.assertEqual((went_on["busy"], went_on["visit_state"], went_on["service"]), (True, "serving", "cpr"))

    def test_services_change_and_are_taken_back_with_their_quota(self):
        with room() as drive:
            self.busy(drive, ["cpr"])
            self.assertEqual(drive.ok(T, "desk.services", desk="desk-1", change_to="pas")["service"], "pas")
            drive.ok(T, "visit.create", id="v2", services=["pas"])
            drive.ok(T, "visit.create", id="v3", services=["pas"])
            self.assertEqual(drive.error(T, "visit.create", id="v4", services=["pas"])["type"], "quota_full")
            self.assertEqual(drive.ok(T + 9000, "desk.undo", desk="desk-1")["service"], "cpr")
            drive.ok(T + 9000, "visit.create", id="v4", services=["pas"])
            self.assertEqual(drive.error(T + 9000, "visit.create", id="v5", services=["pas"])["type"], "quota_full")
            drive.ok(T + 9000, "visit.services", id="v2", change_to="cpr")   # gives its place back
            drive.ok(T + 9000, "visit.create", id="v5", services=["pas"])
            self.assertEqual(drive.error(T + 9000, "desk.services", desk="desk-1")["type"], "wrong_content")

    def test_transfers(self):
        with room() as drive:
            self.busy(drive, ["cpr"])
            drive.ok(T, "desk.open", desk="desk-2", clerk="bo")
            self.assertEqual(drive.ok(T, "desk.transfer", desk="desk-1", to_clerk="bo", after_minutes=5)["visit_state"], "parked")
            self.assertEqual(drive.ok(T + 5 * MINUTE, "visit.get", id="v1")["state"], "waiting")
            self.assertEqual(drive.ok(T + 5 * MINUTE, "desk.next", desk="desk-1"), {})
            self.assertEqual(drive.ok(T + 5 * MINUTE, "desk.next", desk="desk-2")["visit"], "v1")
            drive.ok(T + 6 * MINUTE, "desk.transfer", desk="desk-2", to_pool="left")
            self.assertEqual(drive.ok(T + 6 * MINUTE, "desk.next", desk="desk-2"), {})
            self.assertEqual(drive.ok(T + 6 * MINUTE, "desk.next", desk="desk-1")["visit"], "v1")
            drive.ok(T + 7 * MINUTE, "desk.transfer", desk="desk-1", to_clerk="bo", preferred=True, preferred_minutes=3)
            self.assertEqual(drive.ok(T + 9 * MINUTE, "desk.next", desk="desk-1"), {})
            self.assertEqual(drive.ok(T + 10 * MINUTE, "desk.next", desk="desk-1")["visit"], "v1")
            drive.ok(T + 10 * MINUTE, "desk.park", desk="desk-1", minutes=3, place="photo booth")

    def test_a_standby_place_waits_for_who_is_due(self):
        with room() as drive:
            drive.ok(T - 60 * MINUTE, "booking.create", id="b1", services=["pas"], start="2026-11-23T09:15:00+01:00")
            drive.ok(T, "visit.create", id="v1", services=["vielse"], standby=True)
            drive.ok(T, "desk.open", desk="desk-2", clerk="bo")
            self.assertEqual(drive.ok(T + 15 * MINUTE, "desk.next", desk="desk-2"), {})
            drive.ok(T + 15 * MINUTE, "desk.open", desk="desk-1", clerk="anna")   # now one can be spared
            self.assertEqual(drive.ok(T + 15 * MINUTE, "desk.next", desk="desk-2")["visit"], "v1")


class Hosts(unittest.TestCase):
    def test_correct_move_join_part_cancel(self):
        with room() as drive:
            drive.ok(T, "visit.create", id="v1", services=["cpr", "pas"], party=2)
            drive.ok(T, "visit.create", id="v2", services=["cpr"])
            self.assertEqual(drive.ok(T, "visit.edit", id="v2", language="en", priority="elderly")["language"], "en")
            parted = drive.ok(T, "visit.split", id="v1", services=["pas"], **{"as": "v3"})
            self.assertEqual(parted["visit"], "v3")
            self.assertNotEqual(parted["number"], drive.ok(T, "visit.get", id="v1")["number"])
            self.assertEqual(drive.ok(T, "visit.move", id="v3", to_desk="desk-2", place="front", reason="accessibility")["visit"], "v3")
            self.assertEqual(drive.ok(T, "visit.merge", id="v3", into="v1")["visit"], "v1")
            self.assertEqual(drive.ok(T, "visit.cancel", id="v2", reason="left_the_room")["state"], "left")
            self.assertEqual(drive.error(T, "visit.cancel", id="v1")["field"], "reason")

    def test_an_evacuation_stops_every_clock(self):
        with room() as drive:
            drive.ok(T, "desk.open", desk="desk-1")
            drive.ok(T, "visit.create", id="v1", services=["cpr"])
            self.assertTrue(drive.ok(T + MINUTE, "room.evacuation", active=True, kind="drill")["evacuation"]["active"])
            self.assertEqual(drive.error(T + MINUTE, "desk.next", desk="desk-1")["type"], "evacuation")
            self.assertTrue(drive.ok(T + 2 * MINUTE, "board.get")["evacuation"])
            drive.ok(T + 11 * MINUTE, "room.evacuation", active=False)
            self.assertEqual(drive.ok(T + 11 * MINUTE, "desk.next", desk="desk-1")["waited_s"], 60)

    def test_a_paper_roll(self):
        with room() as drive:
            drive.ok(T, "desk.open", desk="desk-1")
            up = drive.ok(T, "room.mode", mode="paper_roll", first="R1", last="R40", service="cpr")
            self.assertEqual(up["mode"], "paper_roll")
            self.assertEqual(drive.ok(T, "desk.next", desk="desk-1", id="r1")["visit"], "r1")
            drive.ok(T, "desk.finish", desk="desk-1")
            self.assertEqual(drive.ok(T, "desk.call", desk="desk-1", number="R 7", id="r7")["number"], "R7")
            self.assertEqual(drive.ok(T, "visit.create", id="r3", services=["cpr"], number="R3")["number"], "R3")
            drive.ok(T + MINUTE, "room.mode", mode="normal", torn=["R9"])
            self.assertEqual(drive.ok(T + MINUTE, "room.get")["mode"], "normal")

    def test_bookings_whole(self):
        with room() as drive:
            slots = drive.ok(T, "slots.get", services=["pas"], days=2)["slots"]
            self.assertTrue(slots)
            self.assertEqual(drive.ok(T, "booking.create", id="b1", services=["pas"], start=slots[-1]["start"], hold=True)["state"], "held")
            self.assertEqual(drive.ok(T, "booking.confirm", booking="b1")["state"], "booked")
            self.assertEqual(drive.ok(T, "booking.move", booking="b1", start=slots[-2]["start"], party=2)["party"], 2)
            # The first free time is offered at once; declined, the next.
            day = slots[-1]["start"][:10]
            self.assertEqual(drive.ok(T, "booking.wish", id="w1", services=["pas"], first=day, last=day, **{"from": "10:00"})["state"], "waiting")
            drive.ok(T + MINUTE, "tick")
            offer = drive.ok(T + MINUTE, "booking.get", booking="w1")
            self.assertEqual((offer["state"], offer["start"][:13]), ("held", day + "T10"))
            self.assertEqual(drive.ok(T + MINUTE, "booking.decline", booking="w1")["state"], "waiting")
            drive.ok(T + 2 * MINUTE, "tick")
            self.assertGreater(drive.ok(T + 2 * MINUTE, "booking.confirm", booking="w1")["start"], offer["start"])
            self.assertEqual(drive.error(T + 2 * MINUTE, "slots.get", services=["nope"])["field"], "services[0]")


class WrongInput(unittest.TestCase):
    LINES = [
        ("visit.create", {"id": "v9", "services": ["cpr"], "needs": ["king"]}, "needs[0]"), ("visit.create", {"id": "v9", "services": ["cpr"], "needs": "hearing"}, "needs"),
        ("visit.create", {"id": "v9", "services": ["cpr"], "standby": "yes"}, "standby"), ("visit.create", {"id": "v9", "services": ["cpr"], "number": "?!"}, "number"),
        ("visit.create", {"id": "v9", "services": ["cpr"], "helped": 1}, "helped"), ("visit.create", {"id": "v9", "services": ["cpr"], "number": "R1"}, "number"),
        ("desk.open", {"desk": "desk-2", "rest_s": -1}, "rest_s"), ("desk.open", {"desk": "desk-2", "languages": "da"}, "languages"), ("desk.open", {"desk": "desk-2", "auto_next": 1}, "auto_next"),
        ("desk.open", {"desk": "desk-2", "skills": [7]}, "skills[0]"), ("desk.open", {"desk": "desk-9", "clerk": "anna"}, "desk"),
        ("desk.idle", {"desk": "desk-1", "reason": "x" * 81}, "reason"), ("desk.help", {"desk": "desk-1", "kind": "tea"}, "kind"), ("desk.help", {"desk": "desk-1", "to": "desk-9"}, "to"),
        ("desk.help_answer", {"desk": "desk-1"}, "by"), ("desk.button", {"desk": "desk-1", "press": "hard"}, "press"), ("desk.services", {"desk": "desk-1", "add": [None]}, "add[0]"),
        ("desk.services", {"desk": "desk-1", "change_to": "nope"}, "change_to"), ("desk.finish", {"desk": "desk-1", "step": 99}, "step"), ("desk.finish", {"desk": "desk-1", "continue": "x"}, "continue"),
        ("desk.finish", {"desk": "desk-1", "services_done": ["cpr"], "quantities": {"cpr": 0}}, "quantities.cpr"), ("desk.finish", {"desk": "desk-1", "quantities": {"cpr": 2}}, "quantities.cpr"),
        ("desk.park", {"desk": "desk-1", "place": "x" * 41}, "place"), ("desk.transfer", {"desk": "desk-1", "to_pool": "nope"}, "to_pool"), ("desk.transfer", {"desk": "desk-1", "to_clerk": "bo", "after_minutes": 0}, "after_minutes"),
        ("desk.transfer", {"desk": "desk-1", "to_clerk": "bo", "preferred": "a bit"}, "preferred"), ("desk.call", {"desk": "desk-2", "number": "!"}, "number"),
        ("visit.edit", {"id": "v9"}, "visit"), ("visit.edit", {"id": "v1", "party": 99}, "party"), ("visit.edit", {"id": "v1", "priority": "king"}, "priority"), ("visit.edit", {"id": "v1", "needs": [1]}, "needs[0]"),
        ("visit.move", {"id": "v1", "to_desk": "desk-2"}, "reason"), ("visit.move", {"id": "v1", "to_desk": "desk-2", "reason": "mood"}, "reason"), ("visit.merge", {"id": "v1"}, "into"),
        ("visit.merge", {"id": "v1", "into": "v9"}, "into"), ("visit.split", {"id": "v1", "services": ["cpr"]}, "as"), ("visit.split", {"id": "v1", "services": [], "as": "v9"}, "services"),
        ("visit.cancel", {"id": "v1", "reason": "bored"}, "reason"), ("visit.services", {"id": "v9", "add": ["cpr"]}, "visit"), ("room.mode", {}, "mode"), ("room.mode", {"mode": "chaos"}, "mode"),
        ("room.mode", {"mode": "paper_roll", "first": "R1", "last": "P9"}, "last"), ("room.mode", {"mode": "normal", "torn": ["?"]}, "torn[0]"), ("room.evacuation", {}, "active"),
        ("room.evacuation", {"active": "now"}, "active"), ("room.evacuation", {"active": True, "kind": "boredom"}, "kind"), ("slots.get", {"services": ["pas"], "days": 32}, "days"),
        ("slots.get", {"services": ["pas"], "from": "2026-13-01"}, "from"), ("slots.get", {}, "services"), ("booking.confirm", {"booking": "b9"}, "booking"), ("booking.decline", {"booking": "b9"}, "booking"),
        ("booking.wish", {"id": "w9", "services": ["pas"], "first": "soon-ish-!", "last": "2026-11-24"}, "first"), ("booking.wish", {"id": "w9", "services": ["pas"], "first": "2026-11-24", "last": "2026-11-23"}, "last"),
        ("booking.wish", {"id": "w9", "services": ["pas"], "first": "2026-11-24", "last": "2026-11-24", "to": "25:00"}, "to"), ("booking.create", {"id": "b1", "services": ["pas"], "start": "soon"}, "start"),
        ("booking.create", {"id": "b1", "services": ["pas"], "start": "2026-11-23T10:00:00+01:00", "hold": 3}, "hold"),
    ]

    def test_each_names_its_member_and_changes_nothing(self):
        with room() as drive:
            drive.ok(T, "desk.open", desk="desk-1", clerk="anna")
            drive.ok(T, "visit.create", id="v1", services=["cpr"])
            drive.ok(T, "visit.create", id="v2", services=["cpr"])
            drive.ok(T, "desk.next", desk="desk-1")
            views = ("queue.get", "desks.get", "board.get", "room.get", "services.get")
            before = [drive.ok(T, what) for what in views]
            for do, members, field in self.LINES:
                told = drive.error(T, do, **members)
                self.assertEqual(told.get("field"), field, (do, members, told))
                self.assertTrue(told["detail"], do)
                self.assertEqual([drive.ok(T, what) for what in views], before, (do, members))

    def test_strict_names_members_that_nobody_knows(self):
        with room("--strict", "yes") as drive:
            before = drive.ok(T, "queue.get")
            for do, members, wrong in (("visit.create", {"id": "v1", "services": ["cpr"], "servicess": []}, "servicess"), ("queue.get", {"all": True}, "all"), ("tick", {"x": 1}, "x"),
                                       ("desk.open", {"desk": "desk-1", "clark": "anna"}, "clark"), ("desk.finish", {"desk": "desk-1", "visit": "v1"}, "visit")):
                told = drive.error(T, do, **members)
                self.assertEqual((told["type"], told["reason"], told["field"]), ("wrong_content", "unknown_field", wrong))
            self.assertEqual(drive.ok(T, "queue.get"), before)
            self.assertEqual(drive.ok(T, "visit.create", id="v1", services=["cpr"], priority=None)["visit"], "v1")
        with room() as drive:   # a line made for a later version
            self.assertEqual(drive.ok(T, "visit.create", id="v1", services=["cpr"], colour="red")["visit"], "v1")

    def test_a_facility_that_contradicts_itself(self):
        with open(ROOM, encoding="utf-8") as file:
            sound = file.read()
        for wrong in (sound.replace('authority = "kommune"', 'authority = "nobody"', 1), sound.replace('services = ["pas", "cpr"]', 'services = ["pas", "nope"]'),
                      sound.replace('from = "09:00"', 'from = "16:00"'), sound + '\n[[desk]]\nid = "desk-1"\nname = "twice"\nservices = ["pas"]\n', sound + "\nsurprise = 1\n"):
            path = os.path.join(os.environ.get("TMPDIR", "/tmp"), "contradiction-%d.toml" % os.getpid())
            with open(path, "w", encoding="utf-8") as file:
                file.write(wrong)
            done = subprocess.run([SIM, "drive", "--facility", path], input=json.dumps({"at": T, "do": "tick"}).encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            os.unlink(path)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertIn(b"contradiction", done.stderr)   # file and line


if __name__ == "__main__":
    unittest.main()
