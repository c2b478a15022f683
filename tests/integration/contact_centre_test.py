#!/usr/bin/env python3
"""The contact centre against the real daemon: rights by authority, numbers to ring that leave nothing behind, the log of the evening."""
import datetime
import json
import os
import sqlite3
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, facility, wait_until  # noqa: E402

V1 = "/api/v1"
PLANTED = "+4500998877"
CLOSED = '\n[[opening]]\ndays = ["mon"]\nfrom = "00:00"\nto = "00:01"\n'


def site(closed=False):
    """s0 and s3 are the town's and can be settled by telephone, s1 is the state's, s2 is the town's own to decide."""
    text = facility(desks=2, services=4, rules="undo_within_s = 1\ncallback_again_minutes = 1\n", extra='[[authority]]\nid = "siri"\nname = "The state"\n' + (CLOSED if closed else ""))
    parts = text.split("[[service]]")
    for n, more in ((1, "telephone = true\n"), (2, ""), (3, "contact_centre = false\n"), (4, "telephone = true\n")):
        head, rest = parts[n].split("mode = ", 1)
        parts[n] = head + more + "mode = " + rest.replace('"walk_in"', '"booking"\nslot_minutes = 15' if n < 4 else '"mixed"', 1)
    parts[2] = parts[2].replace('"kommune"', '"siri"')
    return "[[service]]".join(parts)


class ContactCentre(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = Appliance(site())
        cls.addClassCleanup(cls.house.__exit__, None, None, None)
        cls.house.start()
        cls.tokens = {"centre": cls.house.ctl("token", "create", "--role", "contact_centre", "--name", "Evening Eva", "--authority", "kommune").stdout.strip(),
                      "state": cls.house.ctl("token", "create", "--role", "contact_centre", "--name", "State", "--service", "s1").stdout.strip(),
                      "nothing": cls.house.token("contact_centre", "No rights"), "clerk": cls.house.token("clerk"), "other": cls.house.token("clerk", "other"),
                      "host": cls.house.token("host"), "manager": cls.house.token("manager")}

    def http(self, who):
        client = self.house.client(self.tokens.get(who, who))
        self.addCleanup(client.close)
        return client

    def slots(self, service):
        return [slot["start"] for slot in self.http("admin").get(V1 + "/slots?service=%s&days=9" % service).json()][40:]

    def refused(self, answer, status, reason, field=None):
        self.assertEqual((answer.status, answer.problem(), answer.json().get("field")), (status, reason, field), answer)

    def ring_me(self, who="centre", service="s3", phone=PLANTED):
        return self.http(who).post(V1 + "/visits", {"services": [service], "callback": True, "contact": {"phone": phone}})

    def files_with(self, text):
        found = set()
        for name in os.listdir(self.house.data):
            path = os.path.join(self.house.data, name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    if text.encode() in file.read():
                        found.add(name)
        return found

    def rows(self, visit):
        database = sqlite3.connect("file:%s?mode=ro" % os.path.join(self.house.data, "contacts.db"), uri=True)
        try:
            return [database.execute("SELECT count(*) FROM %s WHERE booking = ?" % table, (visit,)).fetchone()[0] for table in ("sealed_contact", "look")]
        finally:
            database.close()

    def test_1_every_call_of_another_authority_is_refused_and_says_what_is_missing(self):
        centre, admin = self.http("centre"), self.http("admin")
        theirs = admin.post(V1 + "/bookings", {"services": ["s1"], "start": self.slots("s1")[0]}).json()["code"]
        own = centre.post(V1 + "/bookings", {"services": ["s0"], "start": self.slots("s0")[0], "party": 2, "needs": ["wheelchair"]})
        self.assertEqual(own.status, 201, own)
        code = own.json()["code"]
        start = self.slots("s1")[1]
        for answer in (centre.post(V1 + "/bookings", {"services": ["s1"], "start": start}), centre.get(V1 + "/bookings/" + theirs),
                       centre.get(V1 + "/bookings/%s.ics" % theirs), centre.get(V1 + "/bookings/%s/qr.svg" % theirs),
                       centre.request("PATCH", V1 + "/bookings/" + theirs, {"start": start}), centre.request("DELETE", V1 + "/bookings/" + theirs),
                       centre.request("PATCH", V1 + "/bookings/" + code, {"start": start, "services": ["s1"]}), self.ring_me(service="s1")):
            self.refused(answer, 403, "not_your_authority", "services[0]")
            self.assertIn("The state", answer.json()["detail"])
        self.refused(centre.post(V1 + "/bookings", {"services": ["s0", "s2"], "start": start}), 403, "authority_decides", "services[1]")
        self.refused(self.http("nothing").post(V1 + "/bookings", {"services": ["s0"], "start": start}), 403, "not_your_authority", "services[0]")
        self.refused(self.http("state").request("DELETE", V1 + "/bookings/" + code), 403, "not_your_authority", "services[0]")
        self.assertEqual(self.http("state").get(V1 + "/bookings/" + theirs).status, 200)
        for answer in (centre.post(V1 + "/bookings/%s/check-in" % code, {}), centre.get(V1 + "/bookings/%s/personal-data" % code),
                       centre.post(V1 + "/visits", {"services": ["s3"]}), centre.get(V1 + "/bookings"), centre.get(V1 + "/queue"),
                       centre.get(V1 + "/reports/handover")):
            self.refused(answer, 403, "forbidden")
        self.assertEqual(admin.get(V1 + "/bookings/" + theirs).json()["state"], "booked", "nothing of theirs was touched")
        self.assertEqual(centre.request("PATCH", V1 + "/bookings/" + code, {"start": self.slots("s0")[3]}).status, 200)
        self.assertEqual(centre.request("DELETE", V1 + "/bookings/" + code).json()["state"], "cancelled")

    def test_1b_the_page_offers_what_it_may(self):
        told = self.http("centre").get(V1 + "/contact?service=s0").json()
        self.assertEqual({each["id"]: each.get("refused") for each in told["services"]},
                         {"s0": None, "s1": "not_your_authority", "s2": "authority_decides", "s3": None})
        self.assertEqual(told["first_free"], self.http("admin").get(V1 + "/slots?service=s0&days=9").json()[0]["start"])
        self.assertEqual((len(told["hours"]), told["open"]), (7, True))
        self.refused(self.http("centre").get(V1 + "/contact?service=none"), 422, "unknown_service", "service")
        self.refused(self.http("centre").get(V1 + "/contact?party=0"), 422, "wrong_content", "party")

    def test_1c_rights_are_of_things_that_are_there(self):
        admin = self.http("admin")
        self.refused(admin.post(V1 + "/tokens", {"role": "contact_centre", "may_book": {"authorities": ["kommnue"]}}), 422, "wrong_content", "may_book.authorities")
        self.refused(admin.post(V1 + "/tokens", {"role": "host", "may_book": {"services": ["s0"]}}), 422, "wrong_content", "may_book")
        made = admin.post(V1 + "/tokens", {"role": "contact_centre", "may_book": {"services": ["s0"]}}).json()
        self.assertEqual(made["may_book"], {"authorities": [], "services": ["s0"], "sites": []})
        self.assertIn(made["may_book"], [each.get("may_book") for each in admin.get(V1 + "/tokens").json()])
        self.house.kill()
        self.house.start()
        again = self.house.client(made["token"])
        self.addCleanup(again.close)
        self.assertEqual(again.post(V1 + "/bookings", {"services": ["s0"], "start": self.slots("s0")[8]}).status, 201)
        self.rights_change(again, made["id"])

    def rights_change(self, agent, token):
        """They hold from the next call on and over a restart, for tokens and for people; others have none to change."""
        admin, path = self.http("admin"), V1 + "/tokens/" + token
        changed = admin.request("PATCH", path, {"may_book": {"authorities": ["siri"]}})
        self.assertEqual((changed.status, changed.json()["may_book"]), (200, {"authorities": ["siri"], "services": [], "sites": []}), changed)
        self.refused(agent.post(V1 + "/bookings", {"services": ["s0"], "start": self.slots("s0")[9]}), 403, "not_your_authority", "services[0]")
        self.refused(admin.request("PATCH", path, {}), 422, "wrong_content", "may_book")
        self.refused(admin.request("PATCH", path, {"may_book": {"sites": ["nowhere"]}}), 422, "wrong_content", "may_book.sites")
        self.refused(admin.request("PATCH", V1 + "/tokens/999999", {"may_book": {}}), 404, "not_found")
        self.refused(self.http("manager").request("PATCH", path, {"may_book": {}}), 403, "forbidden")
        host = next(each["id"] for each in admin.get(V1 + "/tokens").json() if each["role"] == "host")
        self.refused(admin.request("PATCH", V1 + "/tokens/" + host, {"may_book": {"services": ["s0"]}}), 422, "wrong_content", "may_book")
        admin.post(V1 + "/users", {"user": "eva", "role": "contact_centre", "password": "a-long-enough-one"})
        self.assertEqual(admin.request("PATCH", V1 + "/users/eva", {"may_book": {"services": ["s3"]}}).status, 200)
        self.refused(admin.request("PATCH", V1 + "/users/eva", {}), 422, "wrong_content", "role")
        self.refused(admin.request("PATCH", V1 + "/users/eva", {"role": "host", "may_book": {"services": ["s3"]}}), 422, "wrong_content", "may_book")
        self.refused(admin.request("PATCH", V1 + "/users/eva", {"password": "short"}), 422, "wrong_content", "password")
        eva = self.house.client(token=None)
        self.addCleanup(eva.close)
        signed_in = lambda password: eva.post(V1 + "/session", {"user": "eva", "password": password}).status
        self.assertEqual(admin.request("PATCH", V1 + "/users/eva", {"password": "another-long-enough-one"}).status, 200)
        self.assertEqual((signed_in("a-long-enough-one"), signed_in("another-long-enough-one")), (401, 200))
        admin.post(V1 + "/users", {"user": "bo", "role": "clerk", "password": "a-long-enough-one"})
        self.assertEqual(admin.request("PATCH", V1 + "/users/bo", {"role": "host"}).json()["role"], "host")
        self.house.kill()
        self.house.start()
        admin = self.http("admin")
        self.assertEqual([each["role"] for each in admin.get(V1 + "/users").json() if each["user"] == "bo"], ["host"])
        self.assertEqual([each["may_book"]["services"] for each in admin.get(V1 + "/users").json() if each["user"] == "eva"], [["s3"]])
        self.assertEqual([each["may_book"]["authorities"] for each in admin.get(V1 + "/tokens").json() if each["id"] == token], [["siri"]])

    def test_2_the_number_is_seen_by_the_desk_that_serves_and_by_nobody_else(self):
        clerk, other = self.http("clerk"), self.http("other")
        clerk.request("PUT", V1 + "/desks/desk-1/session", {})
        asked = self.ring_me()
        self.assertEqual(asked.status, 201, asked)
        visit = asked.json()
        self.assertNotIn("token", visit)
        self.assertLess(visit["callback"]["from"], visit["callback"]["until"])
        self.refused(clerk.get(V1 + "/desks/desk-1/callback"), 404, "no_callback")
        self.assertEqual(clerk.post(V1 + "/desks/desk-1/next").json()["visit"], visit["id"])
        self.refused(other.get(V1 + "/desks/desk-1/callback"), 403, "not_your_desk")
        for who in ("centre", "host", "manager"):
            self.refused(self.http(who).get(V1 + "/desks/desk-1/callback"), 403, "forbidden")
        self.assertEqual(clerk.get(V1 + "/desks/desk-1/callback").json()["phone"], PLANTED)
        self.assertEqual(self.rows(visit["id"]), [1, 1], "who looked is written down")
        self.house.kill()   # sealed, it outlives the power
        self.house.start()
        clerk = self.http("clerk")
        self.assertEqual(clerk.get(V1 + "/desks/desk-1/callback").json()["phone"], PLANTED)
        for shown in (V1 + "/boards/hall", V1 + "/desks/desk-1", V1 + "/queue"):
            body = self.http("admin").get(shown).body.decode()
            self.assertNotIn(PLANTED, body)
            if "boards" in shown:
                self.assertEqual(json.loads(body)["calls"], [], "nobody in the room is called")
        clerk.post(V1 + "/desks/desk-1/start")
        self.assertEqual(clerk.post(V1 + "/desks/desk-1/finish", {}).status, 200)
        self.refused(clerk.get(V1 + "/desks/desk-1/callback"), 404, "no_callback")
        wait_until(lambda: self.rows(visit["id"]) == [0, 0], "the number to be erased")
        self.assertEqual(self.files_with(PLANTED), set())
        self.assertEqual(self.files_with(PLANTED[1:]), set())
        clerk.request("DELETE", V1 + "/desks/desk-1/session")

    def test_2b_not_reached_withdrawn_and_killed_in_between_leave_nothing(self):
        clerk = self.http("clerk")
        clerk.request("PUT", V1 + "/desks/desk-1/session", {})
        missed = self.ring_me(phone="+4500998866").json()
        withdrawn = self.ring_me(phone="+4500998855").json()
        self.assertEqual(self.http("host").post(V1 + "/queue/%s/leave" % withdrawn["id"]).status, 200)
        self.assertEqual(clerk.post(V1 + "/desks/desk-1/next").json()["visit"], missed["id"])
        clerk.post(V1 + "/desks/desk-1/no-show")
        self.assertEqual(self.rows(missed["id"])[0], 1, "rung once more: the number is still needed")
        self.assertEqual(clerk.post(V1 + "/desks/desk-1/call", {"visit": missed["id"]}).status, 200)
        clerk.post(V1 + "/desks/desk-1/no-show")
        self.house.kill()   # before the second in which they are erased is over
        self.house.start()
        wait_until(lambda: [self.rows(each["id"]) for each in (missed, withdrawn)] == [[0, 0], [0, 0]], "the numbers to be erased")
        self.assertEqual(self.files_with("4500998866") | self.files_with("4500998855"), set())
        self.refused(self.http("host").post(V1 + "/queue/%s/return" % missed["id"]), 409, "return_not_allowed", "visit")
        self.http("clerk").request("DELETE", V1 + "/desks/desk-1/session")

    def test_2c_what_is_refused_leaves_no_number(self):
        before = self.files_with("x")   # the folder can be read
        self.assertTrue(before)
        self.refused(self.http("host").post(V1 + "/visits", {"services": ["s2"], "callback": True, "contact": {"phone": "+4500998844"}}), 422, "not_by_telephone", "services[0]")
        self.refused(self.http("host").post(V1 + "/visits", {"services": ["s3"], "callback": True}), 422, "wrong_content", "contact")
        self.refused(self.http("host").post(V1 + "/visits", {"services": ["s3"], "contact": {"phone": "+4500998844"}}), 422, "wrong_content", "contact")
        first = self.http("host").post(V1 + "/visits", {"services": ["s3"], "callback": True, "contact": {"phone": "+4500998833"}}, key="once")
        again = self.http("host").post(V1 + "/visits", {"services": ["s3"], "callback": True, "contact": {"phone": "+4500998833"}}, key="once")
        self.assertEqual(first.body, again.body)
        database = sqlite3.connect("file:%s?mode=ro" % os.path.join(self.house.data, "contacts.db"), uri=True)
        self.addCleanup(database.close)
        kept = {row[0] for row in database.execute("SELECT booking FROM sealed_contact")}
        self.assertEqual(kept, {first.json()["id"]})
        self.http("host").post(V1 + "/queue/%s/leave" % first.json()["id"])

    def test_2d_the_promise_is_a_figure(self):
        told = self.http("manager").get(V1 + "/reports/callbacks").json()
        self.assertEqual({key: told["total"][key] for key in ("asked", "in_time", "too_late", "reached", "not_reached")},
                         {"asked": 4, "in_time": 2, "too_late": 0, "reached": 1, "not_reached": 1})
        self.assertEqual((told["total"]["kept"], told["total"]["withdrawn"]), (1.0, 2))
        lines = self.http("manager").get(V1 + "/reports/callbacks?format=csv").body.decode().split("\r\n")
        self.assertEqual((lines[0].split(",")[:3], lines[1].split(",")[1:3]), (["day", "asked", "in_time"], ["4", "2"]))
        self.refused(self.http("manager").get(V1 + "/reports/callbacks?from=x"), 422, "wrong_content", "from")

    def test_3_the_evening_is_told_in_the_morning_and_acknowledged_once(self):
        centre, host = self.http("centre"), self.http("host")
        at_day = centre.post(V1 + "/bookings", {"services": ["s0"], "start": self.slots("s0")[5]})
        self.assertEqual(at_day.status, 201, at_day)
        closed = self.slots_when_closed()
        before = host.get(V1 + "/reports/handover").json()["count"]
        self.assertEqual(before, 0, "all of that was done while the house was open, though the hours of now say otherwise")
        booked = centre.post(V1 + "/bookings", {"services": ["s0"], "start": closed[0], "hold": True}).json()["code"]
        self.assertEqual(host.get(V1 + "/reports/handover").json()["count"], before, "held while it is typed is no booking")
        self.assertEqual(centre.request("PATCH", V1 + "/bookings/" + booked, {"confirm": True}).status, 200)
        self.assertEqual(centre.request("PATCH", V1 + "/bookings/" + at_day.json()["code"], {"start": closed[0]}).status, 200)
        self.assertEqual(centre.request("DELETE", V1 + "/bookings/" + booked).status, 200)
        self.assertEqual(host.post(V1 + "/bookings", {"services": ["s0"], "start": closed[0]}).status, 201)
        told = host.get(V1 + "/reports/handover").json()
        self.assertEqual([(each["done"], each["by"], each["seen"]) for each in told["entries"][before:]],
                         [("booked", "Evening Eva", False), ("moved", "Evening Eva", False), ("cancelled", "Evening Eva", False)], told)
        self.assertEqual((told["entries"][before]["services"], told["entries"][before]["code"], told["entries"][before + 1]["start"]), (["Service 0"], booked, closed[0]))
        self.refused(host.post(V1 + "/reports/handover/seen", {"until": "2999-01-01T00:00:00+01:00"}), 422, "wrong_content", "until")
        self.assertEqual(host.post(V1 + "/reports/handover/seen", {"until": told["at"]}).status, 200)
        self.refused(self.http("clerk").post(V1 + "/reports/handover/seen", {"until": told["at"]}), 409, "handover_seen", "until")
        self.house.kill()
        self.house.start()
        host = self.http("host")
        again = host.get(V1 + "/reports/handover").json()
        self.assertEqual((again["count"], again["unseen"], again["seen_until"]), (before + 3, 0, told["at"]))
        lines = host.get(V1 + "/reports/handover?format=csv").body.decode().strip().split("\r\n")
        self.assertEqual((len(lines), lines[before + 1].split(",")[1:3], lines[before + 1][-1]), (before + 4, ["booked", '"Evening Eva"'], "1"))
        self.rung_on_the_day_that_is_open(closed[0], before + 3)
        seen = [event for event in self.house.events() if event["type"] == "handover_seen"]
        self.assertEqual(len(seen), 1)
        self.assertTrue(seen[0]["actor"].startswith("token-"), seen)

    def rung_on_the_day_that_is_open(self, opens, before):
        """A call asked for while the house is closed is promised for the next opening; it stands in the log, and the number outlives the nights until then."""
        rung = self.ring_me(phone="+4500998822")
        self.assertEqual((rung.status, rung.json()["state"], rung.json()["callback"]["from"]), (201, "parked", opens), rung)
        self.house.kill()
        self.house.start()
        self.assertEqual(self.rows(rung.json()["id"]), [1, 0])
        database = sqlite3.connect("file:%s?mode=ro" % os.path.join(self.house.data, "contacts.db"), uri=True)
        self.addCleanup(database.close)
        until = database.execute("SELECT erase_at_ms FROM sealed_contact WHERE booking = ?", (rung.json()["id"],)).fetchone()[0]
        self.assertGreater(until, datetime.datetime.fromisoformat(rung.json()["callback"]["until"]).timestamp() * 1000)
        told = self.http("host").get(V1 + "/reports/handover").json()
        self.assertEqual((told["count"], told["entries"][-1]["done"], told["entries"][-1]["start"], told["entries"][-1]["number"]),
                         (before + 1, "call_back", opens, rung.json()["number"]))
        self.assertEqual(self.http("host").post(V1 + "/queue/%s/leave" % rung.json()["id"]).status, 200)

    def slots_when_closed(self):
        """The doors are shut today; times are free on a day when they open for a while."""
        text = site(closed=True).replace('days = ["mon"]\nfrom = "00:00"\nto = "00:01"', self.another_day())
        answer = self.http("admin").request("PUT", V1 + "/facility", text.encode(), headers={"Content-Type": "application/toml"})
        self.assertEqual(answer.status, 200, answer)
        return [slot["start"] for slot in self.http("admin").get(V1 + "/slots?service=s0&days=14").json()]

    def another_day(self):
        in_three_days = datetime.date.fromisoformat(self.http("centre").get(V1 + "/contact").json()["hours"][3]["date"])
        day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][in_three_days.weekday()]
        return 'days = ["%s"]\nfrom = "09:00"\nto = "15:00"' % day


if __name__ == "__main__":
    unittest.main(verbosity=2)
