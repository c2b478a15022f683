#!/usr/bin/env python3
"""docs/openapi.yaml against the real daemon: a day with every call, each answer held against the schema of its status."""
import os
import re
import shutil
import sys
import tempfile
import unittest

import yaml

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, by_day, wait_until  # noqa: E402
from enrolment_kit import Kit, make_identity  # noqa: E402
from schema import Schemas  # noqa: E402
from tree import read  # noqa: E402

SITE = by_day(read("examples/borgerservice.toml").replace("recall_after_s = 20 ", "recall_after_s = 1 ").replace('kind = "cups"', 'kind = "preview"'))


class Api(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.api = yaml.safe_load(read("docs/openapi.yaml"))
        cls.schemas = Schemas(cls.api)
        work = tempfile.mkdtemp(prefix="skranke-api-")
        cls.addClassCleanup(shutil.rmtree, work)
        for name in ("authority", "appliance"):
            make_identity(work, name)
        os.mkdir(work + "/out")
        cls.house = Appliance(SITE, settings=Kit(work + "/kit").settings(work, "directory:" + work + "/out", os.environ["ENROLMENT_WORKER"]) + 'shared_with = ["desk-2"]\n')
        cls.addClassCleanup(cls.house.__exit__, None, None, None)
        cls.house.start()
        cls.http = cls.house.client()
        cls.addClassCleanup(cls.http.close)
        cls.seen = set()

    def operation(self, method, path):
        best = None
        for template in self.api["paths"]:
            pattern = "^" + re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)) + "$"
            if re.match(pattern, path) and (best is None or template.count("{") < best.count("{")):
                best = template
        return best, self.api["paths"][best][method.lower()]

    def ask(self, method, path, body=None, status=200, **more):
        """Asks and holds the answer against the description; gives its JSON."""
        answer = self.http.request(method, "/api/v1" + path, body, **more)
        self.assertEqual(answer.status, status, "%s %s: %r" % (method, path, answer))
        template, operation = self.operation(method, path.split("?")[0])
        responses = operation["responses"]
        described = self.schemas.resolve(responses.get(str(status), responses.get("default")))
        if status < 400:
            self.assertIn(str(status), responses, "%s %s" % (method, path))
        self.seen.add((method, template))
        content = described.get("content", {})
        if not content:
            self.assertEqual(answer.body, b"")
            return None
        kind = answer.header("Content-Type").split(";")[0]
        self.assertIn(kind, content, "%s %s" % (method, path))
        if "json" not in kind:
            self.assertTrue(answer.body)
            return answer.body
        value = answer.json()
        faults = self.schemas.faults(content[kind]["schema"], value)
        self.assertEqual(faults, [], "%s %s %d:\n  %s" % (method, path, status, "\n  ".join(faults)))
        return value

    def refused(self, method, path, status, reason, body=None, **more):
        problem = self.ask(method, path, body, status, **more)
        self.assertEqual(problem["type"], "/problems/" + reason)
        self.assertEqual((problem["title"], problem["status"]), (reason, status))
        return problem

    def take(self, service="pas", **more):
        return self.ask("POST", "/visits", dict({"services": [service]}, **more), 201)

    def test_1_a_visit(self):
        for path in ("/services", "/kiosks/hall", "/kiosks/rooms", "/boards/all"):
            self.ask("GET", path)
        visit = self.take(language="en", party=2, priority="mobility", kiosk="hall", print=True)
        token = visit["token"]
        printed = wait_until(lambda: self.ask("GET", "/visits/" + token)["print"]["state"] == "printed", "paper")
        self.assertTrue(printed)
        self.ask("GET", "/visits/%s/qr.svg" % token)
        self.ask("POST", "/visits/%s/reprint" % token, {})
        self.refused("POST", "/visits/%s/return" % token, 409, "wrong_state")
        left = self.ask("POST", "/visits/%s/more-time" % token)["more_time"]["left"]
        for _ in range(left):
            self.ask("POST", "/visits/%s/more-time" % token)
        self.refused("POST", "/visits/%s/more-time" % token, 409, "no_more_time")
        self.ask("POST", "/visits/%s/return" % token)
        self.assertEqual(self.ask("GET", "/visits/%s/contact" % token), {"sms": False, "email": False})
        self.refused("PUT", "/visits/%s/contact" % token, 422, "wrong_content", {})
        self.assertEqual(self.ask("PUT", "/visits/%s/contact" % token, {"contact": {"phone": "00 45 00 11 22 33"}})["contact"], {"phone": "+4500112233"})
        self.ask("DELETE", "/visits/%s/contact" % token, None, 204)
        self.refused("PUT", "/visits/%s/push" % token, 404, "not_found", {"endpoint": "https://push.example/x", "p256dh": "x", "auth": "x"})
        self.assertEqual(self.ask("GET", "/reports/messages")["total"], {"sent": 0, "failed": 0, "put_off": 0})
        self.ask("GET", "/reports/messages?format=csv")
        self.refused("POST", "/self-service", 422, "unknown_service", {"service": "none"})
        self.ask("POST", "/self-service", {"service": "pas"}, 204)
        self.ask("GET", "/reports/self-service")
        self.ask("GET", "/reports/self-service?format=csv")
        self.refused("GET", "/reports/messages?from=x", 422, "wrong_content")
        pictures = wait_until(lambda: self.ask("GET", "/printers/front/tickets"), "a picture")
        self.ask("GET", "/printers/front/tickets/" + pictures[0]["file"])
        self.ask("PUT", "/agents/box/devices", {"devices": [{"kind": "button", "id": "next-1", "state": "absent", "reason": "gone", "detail": "BTN1"}]}, 204)
        self.ask("PUT", "/agents/box/devices", {"devices": [], "box": {"version": "1", "temperature_c": 81.5, "throttled": ["throttled"], "throttled_before": [], "memory_total_mib": 900, "memory_free_mib": 400}}, 204)
        self.assertEqual(next(d["reason"] for d in self.ask("GET", "/devices")["devices"] if d["id"] == "box"), "box_hot")
        self.refused("POST", "/agents/box/bench/press", 404, "not_found", {"button": "next-1"})
        self.ask("PUT", "/agents/box/bench", {"buttons": [{"id": "next-1", "use": "desk", "for": "desk-1", "on": False}], "lamps": [{"id": "lamp-1", "on": True}],
                                              "signs": [{"id": "hall", "strokes": "5f06"}, {"id": "line", "text": " A17", "lit": False}],
                                              "sounds": [{"id": "line", "playing": True, "volume": 80, "spoken": True, "calls": [{"number": "A17", "desk": "desk-1"}]}]}, 204)
        self.assertEqual(self.ask("GET", "/bench")["benches"][0]["signs"][0]["strokes"], "5f06")
        self.ask("POST", "/agents/box/bench/press", {"button": "next-1", "how": "long"}, 204)
        self.ask("PUT", "/agents/box/devices", {"devices": [{"kind": "button", "id": "next-1", "state": "absent", "reason": "gone", "detail": "BTN1"}]}, 204)
        self.assertIn("box/next-1", [d["id"] for d in self.ask("GET", "/devices")["devices"]])
        self.ask("GET", "/queue")
        self.ask("DELETE", "/visits/" + token)
        staff = self.take("mitid")
        self.ask("POST", "/queue/%s/reprint" % staff["id"], {"printer": "preview"})
        self.ask("POST", "/queue/%s/leave" % staff["id"])
        self.ask("POST", "/queue/%s/return" % staff["id"])
        self.ask("POST", "/queue/%s/leave" % staff["id"])

    def test_2_a_desk(self):
        desk = "/desks/desk-2"
        self.refused("POST", desk + "/next", 409, "desk_closed")
        self.ask("PUT", desk + "/session", {})
        self.ask("PATCH", desk + "/session", {"state": "break", "reason": "Pause"})
        self.ask("PATCH", desk + "/session", {"state": "open"})
        self.ask("POST", desk + "/next", status=204)
        first, second = self.take(), self.take("koerekort")
        self.assertEqual(self.ask("POST", desk + "/next")["visit"], first["id"])
        self.refused("POST", desk + "/next", 409, "desk_busy")
        early = self.refused("POST", desk + "/recall", 409, "recall_too_soon")
        self.assertTrue(early["detail"])
        wait_until(lambda: self.http.request("POST", "/api/v1" + desk + "/recall").status == 200, "a recall", every=0.1)
        self.ask("POST", desk + "/start")
        self.ask("GET", desk)
        self.ask("GET", "/desks")
        self.ask("GET", "/boards/hall")
        self.ask("GET", "/visits/" + first["token"])
        self.ask("POST", desk + "/finish", {"outcome": "needs_documents", "services_done": ["pas"]})
        self.ask("POST", desk + "/undo", {})
        self.ask("POST", desk + "/finish", {})
        self.ask("POST", desk + "/call", {"visit": second["id"]})
        self.ask("POST", desk + "/park", {"minutes": 1})
        self.ask("POST", desk + "/return", {"visit": second["id"]})
        self.ask("POST", desk + "/next")
        self.ask("POST", desk + "/transfer", {"to_service": "mitid", "place": "front"})
        self.ask("POST", desk + "/next")
        self.ask("POST", desk + "/no-show")
        self.ask("GET", desk)
        self.ask("GET", "/queue")
        self.ask("POST", "/visits/%s/return" % second["token"])
        self.ask("DELETE", "/visits/" + second["token"])
        self.refused("POST", desk + "/finish", 409, "desk_idle", {})
        self.ask("DELETE", desk + "/session")

    def test_2b_steps_and_people(self):
        desk, other = "/desks/desk-2", "/desks/desk-1"
        self.ask("PUT", desk + "/session", {"clerk": "anna", "languages": ["da", "en"], "skills": ["x"], "auto_next": False, "rest_s": 5})
        self.ask("PUT", other + "/session", {"clerk": "bo"})
        visit = self.ask("POST", "/visits", {"services": ["pas", "koerekort"], "needs": ["hearing", "interpreter"], "party": 3, "language": "en"}, 201)
        self.ask("POST", "/queue/%s/services" % visit["id"], {"add": ["mitid"]})
        self.ask("POST", "/queue/%s/services" % visit["id"], {"remove": ["mitid"]})
        self.ask("PATCH", desk + "/session", {"state": "open", "idle_reason": "letters"})
        self.ask("PATCH", desk + "/session", {"state": "open", "idle_reason": ""})
        self.ask("POST", desk + "/next")
        shown = self.ask("GET", desk)["visit"]
        self.assertEqual([need["need"] for need in shown["needs"]], ["hearing", "interpreter"])
        self.assertEqual([(step["service"], step["here"]) for step in shown["next_steps"]], [("koerekort", True)])
        self.assertNotIn("needs", self.ask("GET", "/visits/" + visit["token"]), "for staff only")
        self.ask("POST", desk + "/services", {"add": ["mitid"]})
        self.refused("POST", desk + "/services", 422, "wrong_content", {"add": ["mitid"]})
        gone_on = self.ask("POST", desk + "/finish", {"services_done": ["pas"], "quantities": {"pas": 3}, "continue": True})
        self.assertEqual((gone_on["visit"]["service"], gone_on["visit"]["state"], gone_on["undo"]["action"]), ("koerekort", "serving", "go_on"))
        self.ask("POST", desk + "/undo", {})
        self.refused("POST", desk + "/finish", 409, "wrong_desk", {"step": 9})
        self.refused("PUT", other + "/session", 409, "desk_busy", {"clerk": "anna"})
        self.ask("PUT", other + "/session", {"clerk": "bo"})
        self.ask("POST", other + "/help", {"kind": "emergency"})
        self.assertEqual(self.ask("GET", desk)["calls_for_help"][0]["desk"], "desk-1")
        self.ask("PATCH", other + "/help")
        self.ask("GET", "/desks")
        self.ask("DELETE", other + "/help")
        self.ask("POST", "/messages", {"text": "Who has the stamp?", "from": "desk-2", "to": "desk-1"}, 201)
        self.ask("POST", "/messages", {"text": "Paper is low"}, 201)
        self.assertEqual([each["text"] for each in self.ask("GET", "/messages?desk=desk-1")], ["Who has the stamp?"])
        self.assertEqual(len(self.ask("GET", "/messages")), 2)
        self.assertEqual(self.ask("GET", desk)["messages"][0]["text"], "Who has the stamp?")
        self.ask("POST", desk + "/transfer", {"to_clerk": "anna", "preferred": True, "preferred_minutes": 3, "after_minutes": 2})
        self.assertEqual(self.ask("GET", "/queue")["parked"][0]["visit"], visit["id"])
        self.ask("POST", desk + "/call", {"visit": visit["id"]})
        self.ask("POST", desk + "/park", {"minutes": 5, "place": "photo booth"})
        self.ask("POST", "/queue/%s/leave" % visit["id"])
        self.take()
        self.ask("POST", desk + "/button", {"press": "single"})
        pressed = self.ask("POST", desk + "/button", {"press": "single"})
        self.assertNotIn("visit", pressed, "the second press takes the first back")
        self.ask("POST", desk + "/button", {"press": "single"})
        typed = self.take()["number"]
        self.assertEqual(self.ask("POST", desk + "/button", {"number": typed.lower()})["visit"]["number"], typed)
        self.refused("POST", desk + "/button", 409, "recall_too_soon", {"press": "recall"})
        self.refused("POST", desk + "/button", 422, "wrong_content", {"number": "12"})
        self.refused("POST", desk + "/button", 422, "wrong_content", {"number": typed, "press": "single"})
        self.ask("POST", desk + "/finish", {})
        for each in (desk, other):
            self.ask("DELETE", each + "/session")

    def test_2c_a_host(self):
        first = self.take(party=2)
        second = self.ask("POST", "/visits", {"services": ["mitid", "koerekort"]}, 201)
        found = self.ask("GET", "/visits?number=" + first["number"][0].lower() + "%200" + first["number"][1:])
        self.assertEqual([each["visit"] for each in found], [first["id"]])
        self.refused("GET", "/visits?number=x", 422, "wrong_content")
        edited = self.ask("PATCH", "/visits/" + first["id"], {"party": 3, "priority": "mobility", "language": "en", "needs": ["hearing"]})
        self.assertEqual((edited["party"], edited["priority"], edited["language"]), (3, "mobility", "en"))
        self.refused("PATCH", "/visits/" + first["id"], 422, "wrong_content", {"needs": ["rest"]})
        moved = self.ask("POST", "/visits/%s/move" % first["id"], {"to_service": "mitid", "place": "front", "reason": "wrong_service"})
        self.assertEqual((moved["service"], moved["front"]), ("mitid", True))
        self.refused("POST", "/visits/%s/move" % first["id"], 422, "wrong_content", {"to_service": "pas"})
        parted = self.ask("POST", "/visits/%s/split" % second["id"], {"services": ["koerekort"], "print": True, "kiosk": "hall"}, 201)
        self.assertNotEqual(parted["number"], second["number"])
        kept = self.ask("POST", "/visits/%s/merge" % parted["visit"], {"into": second["id"]})
        self.assertEqual((kept["visit"], kept["also"]), (second["id"], [parted["number"]]))
        self.assertEqual(self.ask("GET", "/visits?number=" + parted["number"])[0]["merged_into"], second["number"])
        self.refused("POST", "/visits/%s/merge" % second["id"], 409, "wrong_state", {"into": second["id"]})
        self.refused("POST", "/visits/%s/cancel" % second["id"], 422, "wrong_content", {})
        for visit in (first, second):
            self.assertEqual(self.ask("POST", "/visits/%s/cancel" % visit["id"], {"reason": "left_the_room"})["state"], "left")
        self.ask("POST", "/visits/%s/return" % first["id"])
        self.ask("DELETE", "/visits/" + first["token"])

    def test_2d_the_room(self):
        desk = "/desks/desk-2"
        self.assertEqual(self.ask("GET", "/room")["mode"], "normal")
        room = self.ask("PUT", "/room/mode", {"mode": "paper_roll", "first": "r 1", "last": "R 99"})
        self.assertEqual(room["rolls"][0]["next"], "R1")
        held = self.ask("POST", "/visits", {"services": ["pas"], "number": "R 4"}, 201)
        self.assertEqual(held["number"], "R4")
        self.refused("POST", "/visits", 409, "number_taken", {"services": ["pas"], "number": "R4"})
        self.refused("POST", "/visits", 409, "not_on_roll", {"services": ["pas"], "number": "E4"})
        self.ask("PUT", desk + "/session", {})
        self.assertEqual(self.ask("POST", desk + "/next")["number"], "R4")
        self.ask("POST", desk + "/finish", {})
        called = self.ask("POST", desk + "/next")
        self.assertEqual((called["number"], called["why"]["code"]), ("R1", "roll"))
        self.ask("POST", desk + "/finish", {})
        self.assertEqual(self.ask("POST", desk + "/call", {"number": "R-09"})["number"], "R9")
        self.assertTrue(self.ask("PUT", "/room/evacuation", {"active": True, "kind": "fire"})["evacuation"]["active"])
        self.refused("POST", "/visits", 409, "evacuation", {"services": ["pas"]})
        self.refused("POST", desk + "/recall", 409, "evacuation")
        for path in ("/boards/all", "/kiosks/hall", "/services", "/visits/" + held["token"], "/room"):
            self.ask("GET", path)
        self.assertTrue(self.ask("GET", "/boards/all")["evacuation"])
        self.assertEqual(self.ask("PUT", "/room/evacuation", {"active": False})["back"]["from"], "evacuation")
        self.ask("POST", desk + "/finish", {})
        room = self.ask("PUT", "/room/mode", {"mode": "normal", "torn": ["R 11"]})
        self.assertEqual(room["rolls"][0]["never_called"], ["R2", "R3", "R5", "R6", "R7", "R8", "R10", "R11"])
        self.assertEqual(self.ask("GET", "/boards/all")["back"]["from"], "paper_roll")
        self.ask("DELETE", desk + "/session")

    def test_3_access(self):
        self.ask("GET", "/session")
        made = self.ask("POST", "/tokens", {"role": "board", "name": "b"}, 201)
        self.ask("GET", "/tokens")
        self.ask("POST", "/session", {"token": made["token"]})
        self.ask("DELETE", "/session", status=204)
        self.refused("PATCH", "/tokens/" + made["id"], 422, "wrong_content", {"may_book": {"services": ["pas"]}})
        self.ask("DELETE", "/tokens/" + made["id"], status=204)
        self.refused("DELETE", "/tokens/" + made["id"], 404, "not_found")
        person = {"user": "ann", "name": "Ann", "role": "clerk", "password": "not a real one"}
        self.ask("POST", "/users", person, 201)
        self.refused("POST", "/users", 409, "taken", person)
        self.ask("GET", "/users")
        self.ask("POST", "/session", {"user": "ann", "password": person["password"]})
        self.refused("POST", "/session", 401, "sign_in_failed", {"user": "ann", "password": "something else"})
        self.ask("DELETE", "/users/ann", status=204)
        nobody = self.house.client(None)
        self.addCleanup(nobody.close)
        try:
            mine, self.http = self.http, nobody
            self.refused("GET", "/queue", 401, "unauthorized")
            self.ask("GET", "/session")
        finally:
            self.http = mine

    def test_4_the_site(self):
        self.ask("GET", "/devices")
        self.ask("GET", "/healthz")
        self.ask("GET", "/metrics")
        self.ask("GET", "/openapi.json")
        site = self.ask("GET", "/facility")
        text = self.ask("GET", "/facility?format=toml")
        self.ask("PUT", "/facility", text, headers={"Content-Type": "application/toml"})
        self.ask("PUT", "/facility", site)
        broken = self.refused("PUT", "/facility", 422, "wrong_content", dict(site, service=[dict(site["service"][0], letter="O", wrong=1)]))
        self.assertGreater(len(broken["findings"]), 1)
        self.assertEqual(self.ask("PUT", "/facility", b"[site", 400, headers={"Content-Type": "application/toml"})["type"], "/problems/malformed")
        self.ask("POST", "/backup", status=201)

    def test_4_bookings(self):
        self.ask("GET", "/bookable")
        slots = [slot["start"] for slot in self.ask("GET", "/slots?service=pas&days=9")]
        start = next(slot for slot in slots if slot[:10] != slots[0][:10])   # a day with all its hours before it
        contact = {"email": "somebody@example.org"}
        booked = self.ask("POST", "/bookings", {"services": ["pas"], "start": start, "needs": ["hearing"], "contact": contact, "hold": True}, 201)
        path = "/bookings/" + booked["code"]
        self.ask("GET", path)
        self.assertEqual(self.ask("PATCH", path, {"confirm": True})["state"], "booked")
        self.ask("GET", path + "/qr.svg")
        self.refused("GET", path + "/print", 404, "not_found")
        self.ask("POST", path + "/print", {"kiosk": "hall"}, 202)
        wait_until(lambda: self.ask("GET", path + "/print")["state"] == "printed", "paper")
        self.assertIn(b"BEGIN:VEVENT", self.ask("GET", path + ".ics"))
        self.assertIn(booked["code"], [b["code"] for b in self.ask("GET", "/bookings?date=" + start[:10])["bookings"]])
        known = self.ask("GET", path + "/personal-data")
        self.assertEqual((known["contact"], len(known["seen"])), (contact, 1))
        self.ask("GET", "/reports/bookings")
        self.assertTrue(wait_until(lambda: self.ask("GET", "/reports/promise")["rows"], "today's rows"))
        self.ask("GET", "/reports/promise?format=csv")
        self.refused("GET", "/reports/promise?to=x", 422, "wrong_content")
        self.refused("POST", "/bookings", 409, "duplicate_booking", {"services": ["pas"], "start": start, "contact": contact})
        self.refused("POST", "/bookings", 422, "not_bookable", {"services": ["mitid"], "start": start})
        self.refused("POST", "/bookings", 422, "wrong_content", {"services": ["pas"], "start": "tomorrow, about ten o'clock"})
        self.refused("GET", "/slots?service=nothing", 422, "unknown_service")
        self.assertEqual(self.ask("GET", "/elsewhere?service=pas"), {"sites": [], "asking": False})
        self.refused("GET", "/elsewhere?service=nothing", 422, "unknown_service")
        self.refused("GET", "/bookings/00000000", 404, "unknown_booking")
        self.ask("DELETE", path + "/personal-data", status=204)
        self.assertNotIn("contact", self.ask("GET", path + "/personal-data"))
        self.ask("DELETE", path)
        day = self.ask("GET", "/slots?service=pas&days=2")[-1]["start"][:10]   # tomorrow: of today nothing may be left that is offered with notice
        wish = {"services": ["pas"], "first": day, "last": day, "from": "09:00", "to": "15:00", "needs": ["wheelchair"], "contact": contact}
        waits = self.ask("POST", "/waiting-list", wish, 201)
        path = "/bookings/" + waits["code"]
        self.refused("POST", "/waiting-list", 409, "duplicate_booking", wish)
        self.refused("POST", "/waiting-list", 422, "wrong_content", dict(wish, last="2020-01-01"))
        self.assertEqual(self.refused("POST", "/waiting-list", 422, "wrong_content", dict(wish, first="at once, ok"))["field"], "first")
        wait_until(lambda: self.ask("GET", path)["state"] == "held", "an offer")
        offer = self.ask("GET", path)
        self.assertEqual((offer["wish"]["offered"], offer["start"][:10]), (True, day))
        self.assertIn(waits["code"], [row["code"] for row in self.ask("GET", "/waiting-list")["bookings"]])
        self.ask("PATCH", path, {"decline": True})
        wait_until(lambda: self.ask("GET", path)["state"] == "held", "another offer")
        self.assertEqual(self.ask("PATCH", path, {"confirm": True})["state"], "booked")
        self.assertEqual(self.refused("PATCH", path, 409, "wrong_state", {"decline": True})["type"], "/problems/wrong_state")
        self.ask("DELETE", path)
        soon = self.ask("GET", "/slots?service=pas&days=2")[0]["start"]
        comes = self.ask("POST", "/bookings", {"services": ["pas"], "start": soon}, 201)
        self.ask("POST", "/bookings/%s/check-in" % comes["code"], {}, 201)
        self.ask("GET", "/bookings/" + comes["code"])

    def test_4b_the_rules_of_the_room(self):
        helped = self.take("mitid", channel="host", helped=True, outcome="referred")
        self.assertEqual(helped["state"], "done")
        self.assertEqual(self.refused("POST", "/visits", 422, "wrong_content", {"services": ["pas"], "outcome": "left"})["field"], "outcome")
        self.ask("GET", "/alarms")
        plan = self.ask("PUT", "/facility?from=2099-01-04T04:00:00%2B01:00", SITE.encode(), 202, headers={"Content-Type": "application/toml"})
        self.assertIn(plan["id"], [each["id"] for each in self.ask("GET", "/facility/plans")])
        in_force = self.ask("PUT", "/facility?check=true", SITE.encode(), headers={"Content-Type": "application/toml"})
        self.assertTrue(in_force["checked"])
        self.refused("PUT", "/facility?check=true", 422, "wrong_content", b"[site]\nid = 1\n", headers={"Content-Type": "application/toml"})
        self.assertTrue(self.ask("PUT", "/facility/ticket-preview?language=en&width_mm=58", SITE.encode(), headers={"Content-Type": "application/toml"}).startswith(b"\x89PNG"))
        self.refused("PUT", "/facility/ticket-preview?width_mm=1", 422, "wrong_content", SITE.encode(), headers={"Content-Type": "application/toml"})
        self.assertGreater(len(self.ask("GET", "/texts/da?all=true")["catalogue"]), 500)
        self.refused("GET", "/texts/xx", 404, "not_found")
        versions = self.ask("GET", "/facility/versions")
        self.assertEqual([each["version"] for each in versions], list(range(versions[0]["version"], 0, -1)))
        self.assertEqual(versions[0]["version"], in_force["version"], "a check changes nothing")
        self.assertIn(b"[site]", self.ask("GET", "/facility/versions/1"))
        self.refused("GET", "/facility/versions/999", 404, "not_found")
        self.refused("PUT", "/facility?from=soon", 422, "wrong_content", SITE.encode(), headers={"Content-Type": "application/toml"})
        self.refused("PUT", "/facility?from=2020-01-01T00:00:00Z", 422, "wrong_content", SITE.encode(), headers={"Content-Type": "application/toml"})
        self.ask("DELETE", "/facility/plans/" + plan["id"], status=204)
        self.refused("DELETE", "/facility/plans/" + plan["id"], 404, "unknown_schedule")
        self.assertIn(b"day,service,reason", self.ask("GET", "/reports/refusals?format=csv"))
        for by in ("day", "service", "authority", "desk", "hour", "channel"):
            self.ask("GET", "/reports/visits?by=" + by)
        self.refused("GET", "/reports/visits?by=weather", 422, "wrong_content")
        self.refused("GET", "/reports/refusals?from=yesterday", 422, "wrong_content")
        few = wait_until(lambda: self.http.get("/api/v1/reports/plan").status == 409, "the past is read")
        self.assertTrue(few)
        self.refused("GET", "/reports/plan", 409, "too_little_history")
        self.refused("GET", "/reports/plan?weekdays=never", 422, "wrong_content")
        self.ask("GET", "/reports/waits")
        self.assertIn(b"minutes,walk_in,booked", self.ask("GET", "/reports/waits?format=csv"))
        self.refused("GET", "/reports/waits?from=never", 422, "wrong_content")
        self.assertIn(b"hour,judged,inside", self.ask("GET", "/reports/estimates?format=csv&by=hour"))
        self.refused("GET", "/reports/estimates?by=mood", 422, "wrong_content")
        self.ask("GET", "/reports/estimates")
        self.assertIn(b"service,kind,judged,inside", self.ask("GET", "/reports/estimates?format=csv"))
        self.refused("GET", "/reports/estimates?to=yesterday", 422, "wrong_content")
        self.refused("GET", "/reports/estimates?format=xml", 422, "wrong_content")

    def test_4_contact_centre(self):
        self.ask("GET", "/contact?service=pas")
        self.refused("GET", "/contact?service=none", 422, "unknown_service")
        made = self.ask("POST", "/tokens", {"role": "contact_centre", "may_book": {"authorities": ["kommune"], "services": []}}, 201)
        self.ask("GET", "/tokens")
        self.ask("PATCH", "/tokens/" + made["id"], {"may_book": {"services": ["pas"]}})
        self.ask("POST", "/users", {"user": "eva", "role": "contact_centre", "password": "a-long-enough-one"}, 201)
        self.ask("PATCH", "/users/eva", {"may_book": {"authorities": ["kommune"]}})
        self.ask("DELETE", "/users/eva", status=204)
        self.ask("DELETE", "/tokens/" + made["id"], status=204)
        self.ask("PUT", "/desks/desk-4/session", {})
        self.refused("GET", "/desks/desk-4/callback", 404, "no_callback")
        self.refused("POST", "/visits", 422, "not_by_telephone", {"services": ["pas"], "callback": True, "channel": "phone", "contact": {"phone": "+4500998877"}})
        self.ask("DELETE", "/desks/desk-4/session")
        self.ask("GET", "/reports/callbacks")
        self.assertIn(b"day,asked,in_time", self.ask("GET", "/reports/callbacks?format=csv"))
        told = self.ask("GET", "/reports/handover")
        self.assertIn(b"at,done,by", self.ask("GET", "/reports/handover?format=csv"))
        self.ask("POST", "/reports/handover/seen", {"until": told["at"]})
        self.refused("POST", "/reports/handover/seen", 409, "handover_seen", {"until": told["at"]})

    def test_4_enrolment(self):
        visit = self.take()["id"]
        self.ask("PUT", "/desks/desk-1/session", {})
        self.ask("POST", "/desks/desk-1/call", {"visit": visit})
        self.assertEqual({"passport", "residence", "licence"}, {each["id"] for each in self.ask("GET", "/desks/desk-1/enrolment")["profiles"]})
        path = f"/visits/{visit}/enrolments"
        self.refused("POST", path, 422, "unknown_profile", {"profile": "diploma"})
        path += "/" + self.ask("POST", path, {"profile": "passport"}, 201)["id"]
        self.ask("GET", path)
        self.assertTrue(self.ask("GET", path + "/preview").startswith(b"\xff\xd8"))
        self.refused("POST", path + "/capture", 409, "wrong_stage", {"modality": "signature"})
        take = lambda wish, **accept: self.ask("POST", path + "/accept", dict(accept, capture=self.ask("POST", path + "/capture", wish)["capture"]))  # noqa: E731
        take({"modality": "face"}, attested=True)
        self.ask("POST", path + "/exception", {"position": "right_index", "ground": "bandaged", "temporary": True})
        self.refused("POST", path + "/exception", 422, "wrong_content", {"position": "nose", "ground": "worn"})
        for position in ("right_thumb", "left_index"):
            take({"modality": "finger", "position": position})
        self.assertIs(self.ask("POST", path + "/verify", {"position": "right_thumb"})["verified"]["same"], True)
        self.refused("POST", path + "/verify", 409, "no_such_need", {"position": "right_index"})
        self.assertTrue(self.ask("GET", path + "/captures/%d" % self.ask("GET", path)["parts"][0]["capture"]).startswith(b"\xff\xd8"))
        self.assertEqual(self.ask("GET", "/desks/desk-1/enrolment/citizen")["state"], "signature")
        self.assertTrue(self.ask("GET", "/desks/desk-1/enrolment/citizen/captures/%d" % self.ask("GET", path)["parts"][0]["capture"]).startswith(b"\xff\xd8"))
        self.refused("GET", "/desks/desk-1/enrolment/citizen/preview", 404, "not_found")
        self.ask("POST", path + "/exception", {"modality": "signature", "ground": "cannot_sign"})
        self.ask("POST", path + "/redo", {"modality": "face"})
        self.assertTrue(self.ask("GET", "/desks/desk-1/enrolment/citizen/preview").startswith(b"\xff\xd8"))
        self.refused("POST", path + "/complete", 409, "wrong_stage")
        take({"modality": "face"}, attested=True)
        self.refused("POST", path + "/hand-over", 503, "no_device", {"desk": "desk-3"})
        self.ask("POST", path + "/hand-over", {"desk": "desk-2"})
        self.assertEqual(self.ask("GET", "/desks/desk-1/enrolment")["coming"]["visit"], visit)
        self.refused("POST", path + "/complete", 409, "wrong_desk")
        self.ask("POST", path + "/take-over")
        self.assertEqual(len(self.ask("POST", path + "/complete")["envelope_sha256"]), 64)
        self.refused("GET", path, 404, "unknown_enrolment")
        path = path.rsplit("/", 1)[0]
        self.ask("POST", path + "/" + self.ask("POST", path, {"profile": "licence"}, 201)["id"] + "/cancel")
        self.ask("POST", "/desks/desk-1/start"), self.ask("POST", "/desks/desk-1/finish")

    def printer(self):
        return next(each for each in self.ask("GET", "/devices")["devices"] if (each["kind"], each["id"]) == ("printer", "front"))

    def test_4_printers(self):
        wait_until(lambda: self.printer()["state"] == "ready", "the printer is seen")
        before = self.printer()["details"]
        self.assertIn("last_ticket", before)   # of the first test
        self.assertNotIn("tickets_left", before)
        self.ask("POST", "/printers/front/roll", {"tickets": 12})
        self.assertEqual(self.printer()["details"]["tickets_left"], "12")
        self.ask("POST", "/printers/front/test", {}, 202)
        wait_until(lambda: self.printer()["details"]["test_page"] == "printed", "the test page is out")
        self.assertEqual(self.printer()["details"]["tickets_left"], "11")
        self.ask("POST", "/printers/front/test", {}, 202)   # one after the other
        self.assertEqual(wait_until(lambda: self.printer().get("reason"), "the roll is nearly used up"), "roll-low")
        self.assertEqual((self.printer()["state"], self.printer()["details"]["tickets_left"]), ("warning", "10"))
        self.ask("POST", "/printers/front/roll", {})
        self.assertEqual((self.printer()["state"], self.printer()["details"]["tickets_left"]), ("ready", "12"))
        self.ask("POST", "/printers/front/roll", {"tickets": 0})
        self.assertNotIn("tickets_left", self.printer()["details"])
        self.refused("POST", "/printers/none/test", 404, "unknown_printer")
        self.refused("POST", "/printers/none/roll", 404, "unknown_printer")
        self.ask("GET", "/printers/found?seconds=1")   # whether a CUPS runs here is the machine's business
        self.assertEqual(self.refused("GET", "/printers/found?seconds=9", 422, "wrong_content")["field"], "seconds")

    def test_4_sound(self):
        sound = wait_until(lambda: (lambda s: s["clips"] > 0 and s)(self.ask("GET", "/sound")), "the voice is being made", timeout=60, every=0.2)
        self.assertTrue(sound["outputs"])
        self.ask("PATCH", "/sound", {"times": 1, "outputs": [{"id": sound["outputs"][0]["id"], "volume": 55}]})
        self.refused("PATCH", "/sound", 422, "wrong_content", {"times": 4})
        wanted = next(each["id"] for each in sound["outputs"] if each["kind"] == "board")
        self.ask("POST", "/sound/%s/test" % wanted, {}, 202)
        self.refused("POST", "/sound/nowhere/test", 404, "not_found", {})
        said = self.ask("GET", "/boards/" + wanted)["sound"]["announcements"]
        if said[0]["clips"]:
            self.assertTrue(self.ask("GET", said[0]["clips"][0]["url"].removeprefix("/api/v1")).startswith(b"RIFF"))
        self.refused("GET", "/voice/clips/" + "a" * 64, 404, "not_found")

    def test_4_pairing(self):
        asked = self.ask("POST", "/pairing", {}, 201)
        self.assertFalse(self.ask("POST", "/pairing/claim", {"claim": asked["claim"], "box": "box-1"})["paired"])
        self.assertEqual(self.ask("GET", "/screens/box-1")["page"], "pairing")
        self.refused("GET", "/screens/box-2", 404, "not_found")
        self.ask("POST", "/pairing/" + asked["code"], {"kind": "board", "id": "hall"}, 201)
        self.assertEqual(self.ask("POST", "/pairing/claim", {"claim": asked["claim"]})["page"], "/board/hall")
        self.refused("POST", "/pairing/claim", 404, "not_found", {"claim": asked["claim"]})
        self.refused("POST", "/pairing", 409, "tls_required", {"agent": "box", "key": "0" * 64, "commitment": "0" * 64})
        other = self.ask("POST", "/pairing", {}, 201)["code"]
        self.refused("POST", "/pairing/" + other, 409, "code_of_screen", {"kind": "agent"})

    def test_4_media(self):
        png = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fcffff3f030005fe02fea7356d680000000049454e44ae426082")
        raw = {"Content-Type": "application/octet-stream"}
        place = self.ask("POST", "/media", {"name": "Sommer", "type": "png", "bytes": len(png), "seconds": 5, "boards": ["hall"], "until": "2099-01-01"}, 201)["id"]
        self.assertNotIn("media", self.ask("GET", "/boards/hall"))
        self.assertFalse(self.ask("PUT", "/media/%s/data?at=0" % place, png[:30], headers=raw)["complete"])
        self.refused("PUT", "/media/%s/data?at=0" % place, 409, "wrong_state", png[:30], headers=raw)
        self.assertTrue(self.ask("PUT", "/media/%s/data?at=30" % place, png[30:], headers=raw)["complete"])
        self.assertEqual(self.ask("GET", "/boards/hall")["media"][0]["name"], "Sommer")
        self.assertNotIn("media", self.ask("GET", "/boards/all"))
        self.assertEqual(self.ask("GET", "/media/%s/file" % place), png)
        self.ask("PATCH", "/media/" + place, {"until": "2020-01-01"})
        self.assertNotIn("media", self.ask("GET", "/boards/hall"))
        self.refused("PATCH", "/media/" + place, 422, "wrong_content", {"hours": "noon"})
        fake = self.ask("POST", "/media", {"name": "Fake", "type": "mp4", "bytes": len(png)}, 201)["id"]
        self.refused("PUT", "/media/%s/data?at=0" % fake, 422, "wrong_content", png, headers=raw)
        self.refused("POST", "/media", 422, "wrong_content", {"name": "Large", "type": "png", "bytes": 9 << 20})
        self.assertEqual([each["id"] for each in self.ask("GET", "/media")], [place])
        self.ask("DELETE", "/media/" + place, status=204)
        self.refused("GET", "/media/%s/file" % place, 404, "not_found")

    def test_4_sentences(self):
        url = self.ask("POST", "/voice/sentences", {"text": "Du er i køen", "language": "da"}, 202)["url"].removeprefix("/api/v1")
        wait_until(lambda: self.http.request("GET", "/api/v1" + url).status == 200, "the sentence is made", timeout=30, every=0.05)
        self.assertTrue(self.ask("GET", url).startswith(b"RIFF"))
        self.refused("GET", "/voice/sentences/" + "a" * 64, 404, "not_found")
        self.assertEqual(self.refused("POST", "/voice/sentences", 422, "wrong_content", {"text": "x" * 301, "language": "da"})["field"], "text")

    def test_5_what_is_wrong(self):
        self.refused("GET", "/visits/nobody", 404, "unknown_visit")
        self.refused("GET", "/boards/none", 404, "unknown_board")
        self.refused("GET", "/kiosks/none", 404, "unknown_kiosk")
        self.refused("GET", "/desks/none", 404, "unknown_desk")
        self.refused("POST", "/visits", 400, "malformed", b"{")
        self.assertEqual(self.refused("POST", "/visits", 422, "wrong_content", {"services": ["pas"], "party": 0})["field"], "party")
        key = {"Idempotency-Key": "one"}
        self.ask("POST", "/visits", {"services": ["pas"]}, 201, headers=key)
        self.refused("POST", "/visits", 422, "key_reused", {"services": ["mitid"]}, headers=key)

    def test_6_what_is_closed(self):
        shut = SITE.replace('languages = ["da", "en"]', 'languages = ["da", "en"]\n', 1) + '\n[[opening]]\ndays = ["mon"]\nfrom = "00:00"\nto = "00:01"\n'
        self.ask("PUT", "/facility", shut.encode(), headers={"Content-Type": "application/toml"})
        try:
            problem = self.refused("POST", "/visits", 409, "closed", {"services": ["pas"]})
            self.assertTrue(problem["alternatives"])
            self.assertFalse(self.ask("GET", "/kiosks/hall")["open"])
            counted = lambda: [row for row in self.ask("GET", "/reports/refusals") if row["reason"] == "closed" and row["service"] == "pas"]
            self.assertEqual(wait_until(counted, "the refusal in the journal", every=0.2)[0]["count"], 1)
            self.assertIn(b'skranke_visits_refused_today{service="pas",reason="closed"', self.ask("GET", "/metrics"))
            self.ask("GET", "/services")
        finally:
            self.ask("PUT", "/facility", SITE.encode(), headers={"Content-Type": "application/toml"})

    def test_7_messages(self):
        shapes = {"snapshot": "Snapshot", "change": "Change", "ping": "Ping"}
        topic_shapes = {"board": "Board", "kiosk": "Kiosk", "desk": "Desk", "visit": "Visit", "queue": "Queue", "desks": "DeskSummary", "room": "Room", "devices": "Devices", "alarms": "Alarms", "services": "Service"}
        visit = self.take()
        topics = ["board:hall", "kiosk:hall", "desk:desk-1", "desks", "queue", "room", "devices", "services", "alarms", "visit:" + visit["token"]]
        socket = self.house.watch(",".join(topics))
        self.addCleanup(socket.close)
        kinds = set()
        first = socket.next()
        self.assertEqual(set(first["topics"]), set(topics))
        self.ask("DELETE", "/visits/" + visit["token"])
        message = first
        while kinds < {"snapshot", "change", "ping"}:
            data = message.get("topics", {message.get("topic"): message.get("data")} if "topic" in message else {})
            for topic, shown in data.items():
                kind = topic.split(":")[0]
                of = {"$ref": "#/components/schemas/" + topic_shapes[kind]} if kind not in ("services", "desks") else {"type": "array", "items": {"$ref": "#/components/schemas/" + topic_shapes[kind]}}
                self.assertEqual(self.schemas.faults(of, shown), [], topic)
            self.assertEqual(self.schemas.faults({"$ref": "#/components/schemas/" + shapes[message["type"]]}, message), [], message["type"])
            kinds.add(message["type"])
            message = socket.next()

    def test_8_every_call_was_made(self):
        described = {(method.upper(), path) for path, item in self.api["paths"].items() for method in item if method in ("get", "post", "put", "patch", "delete")}
        self.assertEqual(described - self.seen - {("GET", "/events")}, set())


class TheSchemas(unittest.TestCase):
    def test_they_find_what_is_wrong(self):
        schemas = Schemas(yaml.safe_load(read("docs/openapi.yaml")))
        good = {"p10_s": 1, "p50_s": 2, "p90_s": 3}
        of = {"$ref": "#/components/schemas/Estimate"}
        self.assertEqual(schemas.faults(of, good), [])
        for bad in ({"p10_s": 1, "p50_s": 2}, dict(good, p10_s=-1), dict(good, p10_s="1"), dict(good, p10_s=True), dict(good, more=1), [], None):
            self.assertTrue(schemas.faults(of, bad), bad)


if __name__ == "__main__":
    unittest.main()
