#!/usr/bin/env python3
"""The citizen's page as a program sees it: told that the turn is near, more time in return, and a page that is not for ever."""
import os
import sqlite3
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import by_day, facility, wait_until  # noqa: E402
from told import AWAKE, SITE, ToldHouse  # noqa: E402

PHONE = "+45 00 11 22 33"


class Phone(ToldHouse):
    def house(self, rules="", spool=True):
        self.open_house("", facility(desks=2, services=1, rules=rules))
        if spool:
            self.settings(AWAKE + 'sms_spool = "outgoing"\nsoon_ahead = 1\n')
            self.restart()

    def take(self, **more):
        return self.http.post("/api/v1/visits", dict({"services": ["s0"]}, **more)).json()

    def page(self, visit, verb="", method="GET", body=None):
        return self.http.request(method, "/api/v1/visits/" + visit["token"] + verb, body)

    def desk(self, verb, body=None):
        answer = self.http.post("/api/v1/desks/desk-1/" + verb, body or {})
        self.assertIn(answer.status, (200, 204), answer)
        return answer.json() if answer.body else None

    def open_desk(self):
        self.http.request("PUT", "/api/v1/desks/desk-1/session", {})

    def contacts(self):
        rows = sqlite3.connect(os.path.join(self.house_.data, "contacts.db"))
        try:
            return rows.execute("SELECT count(*) FROM sealed_contact").fetchone()[0]
        finally:
            rows.close()

    def test_1_who_left_a_number_is_told_once_when_few_are_ahead(self):
        self.house()
        visits = [self.take(language="en") for _ in range(4)]
        last = visits[3]
        told = self.page(last, "/contact", "PUT", {"contact": {"phone": PHONE}})
        self.assertEqual((told.status, told.json()), (200, {"sms": True, "email": False, "contact": {"phone": "+4500112233"}}))
        self.nothing_more(self.taken, [])
        self.open_desk()
        for _ in range(2):
            self.desk("next")
            self.desk("finish")
        text = wait_until(self.taken, "soon")
        self.assertEqual(len(text), 1)
        self.assertIn("Number %s is up soon" % last["number"], text[0])
        self.assertIn("/t/" + last["token"], text[0])
        facts = [(f["type"], f["event"]["subject"], f["event"]["kind"]) for f in self.facts(1)]
        self.restart()
        self.nothing_more(self.taken, [])
        self.assertEqual(facts, [("message_sent", last["id"], "soon")])
        self.no_bytes_of(b"00112233")
        self.open_desk()
        for _ in range(2):
            self.desk("next")
            self.desk("finish")
        self.assertEqual(self.page(last).json()["state"], "done")
        wait_until(lambda: "contact" not in self.page(last, "/contact").json(), "the number is erased when the visit is over", 70, every=0.5)
        self.assertEqual(self.contacts(), 0)
        self.assertEqual(self.page(last, "/contact", "PUT", {"contact": {"phone": PHONE}}).problem(), "wrong_state")

    def test_2_more_time_keeps_the_place_so_often_as_the_house_says(self):
        self.house("more_time_minutes = 7\nmore_times_max = 2\n")
        first, second = self.take(), self.take()
        self.assertEqual(self.page(first).json()["more_time"], {"minutes": 7, "left": 2})
        put_off = self.page(first, "/more-time", "POST", {}).json()
        self.assertEqual((put_off["state"], put_off["more_time"]["left"]), ("parked", 1))
        self.open_desk()
        self.assertEqual(self.desk("next")["number"], second["number"], "the desk goes on with who is here")
        self.desk("finish")
        back = self.page(first, "/return", "POST", {}).json()
        self.assertEqual(back["state"], "waiting")
        third = self.take()
        self.assertEqual(self.desk("next")["number"], first["number"], "the place is kept")
        again = self.page(first, "/more-time", "POST", {}).json()
        self.assertEqual(again["state"], "parked")
        self.assertNotIn("more_time", again)
        self.assertNotIn("visit", self.http.get("/api/v1/desks/desk-1").json(), "the desk that called is free again")
        self.assertEqual(self.desk("next")["number"], third["number"])
        self.assertEqual(self.page(first, "/more-time", "POST", {}).problem(), "no_more_time")
        self.desk("finish")
        self.assertEqual(self.page(third, "/more-time", "POST", {}).problem(), "wrong_state")
        self.assertEqual([e["type"] for e in self.house_.events()].count("more_time_given"), 2)
        self.restart()
        self.assertEqual(self.page(first).json()["state"], "parked")
        self.house_.verify()

    def test_3_told_again_after_more_time(self):
        self.house("more_time_minutes = 1\n")
        visit = self.take(language="en")
        self.page(visit, "/contact", "PUT", {"contact": {"phone": PHONE}})
        wait_until(self.taken, "soon")
        self.page(visit, "/more-time", "POST", {})
        self.nothing_more(self.taken, [])
        self.page(visit, "/return", "POST", {})
        self.assertIn("up soon", wait_until(self.taken, "soon again")[0])

    def test_4_a_page_that_is_over_tells_nothing(self):
        self.house("page_hours = 0\n", spool=False)
        visit = self.take()
        self.assertEqual(self.page(visit, method="DELETE").status, 200)
        for verb, method, body in (("", "GET", None), ("/more-time", "POST", {}), ("/contact", "GET", None), ("/contact", "PUT", {"contact": {"phone": PHONE}}), ("/contact", "DELETE", None)):
            answer = wait_until(lambda: (a := self.page(visit, verb, method, body)).status == 410 and a, "410 for " + method + verb)
            self.assertEqual(answer.problem(), "visit_over")
            self.assertNotIn(visit["number"], answer.body.decode())
        off = self.take()
        self.assertEqual(self.page(off, "/contact").json(), {"sms": False, "email": False})

    def test_5_a_contact_that_is_none_is_refused(self):
        self.house()
        visit = self.take()
        for body, field in (({}, "contact"), ({"contact": {}}, "contact"), ({"contact": {"phone": "12"}}, "contact.phone"), ({"contact": {"email": "nobody"}}, "contact.email"),
                            ({"contact": {"phone": PHONE}, "more": 1}, "more")):
            answer = self.page(visit, "/contact", "PUT", body)
            self.assertEqual((answer.status, answer.json()["field"]), (422, field), answer)
        self.page(visit, "/contact", "PUT", {"contact": {"email": "Somebody@Example.org"}})
        self.assertEqual(self.page(visit, "/contact").json()["contact"], {"email": "somebody@example.org"})
        self.assertEqual(self.page(visit, "/contact", "DELETE").status, 204)
        self.assertNotIn("contact", self.page(visit, "/contact").json())

    def test_7_who_checked_in_by_a_booking_is_told_at_the_number_left_with_it(self):
        self.open_house("", by_day(SITE))
        self.settings(AWAKE + 'sms_spool = "outgoing"\n')
        self.restart()
        start = self.http.get("/api/v1/slots?service=s0&days=2").json()[0]["start"]
        booked = self.http.post("/api/v1/bookings", {"services": ["s0"], "start": start, "language": "en", "contact": {"phone": PHONE}}).json()
        self.assertIn(booked["code"], wait_until(self.taken, "a confirmation")[0])
        visit = self.http.post("/api/v1/bookings/%s/check-in" % booked["code"], {}).json()
        self.assertIn("Number %s is up soon" % visit["number"], wait_until(self.taken, "soon")[0])
        self.assertNotIn("contact", self.page(visit, "/contact").json(), "the page of the visit does not tell it")

    def test_6_a_browser_without_script_sees_and_does_the_same(self):
        self.house("page_hours = 0\nmore_times_max = 1\nmore_time_minutes = 8\n", spool=False)
        self.take()
        visit = self.take(language="en")
        shell = self.http.get("/t/" + visit["token"]).body.decode()
        self.assertIn('<noscript><meta http-equiv="refresh" content="0; url=?plain=1"></noscript>', shell)
        self.assertRegex(shell, r"<script nomodule src=./assets/old\.[0-9a-f]+\.js.")
        path = "/t/" + visit["token"] + "?plain=1"
        page = self.http.get(path, headers={"Accept-Language": "de"})
        self.assertEqual((page.status, page.header("content-type"), page.header("cache-control")), (200, "text/html; charset=utf-8", "no-store"))
        text = page.body.decode()
        for part in ('lang="en"', '<p class="n">%s</p>' % visit["number"], 'http-equiv="refresh" content="20"', "Almost your turn", "between ", "1 person", "Give me 8 more minutes",
                     "You can ask once more", 'value="more-time"'):
            self.assertIn(part, text)
        self.assertNotIn("<script", text)
        style = text.split('rel="stylesheet" href="')[1].split('"')[0]
        self.assertEqual(self.http.get(style).status, 200)
        self.assertIn('<html lang="da"', self.http.get(path + "&lang=da").body.decode())
        self.pressed(visit, "more-time", "Your place is kept until")
        self.assertIn("This number has had all the extra time there is.", self.pressed(visit, "more-time", "Your place is kept until"))
        self.pressed(visit, "return", "Almost your turn")
        asked = self.http.get(path + "&leave=1").body.decode()
        self.assertIn("Do you want to leave the queue?", asked)
        self.assertNotIn("http-equiv", asked, "whoever is asked has time to read")
        self.assertIn("cannot be used", self.pressed(visit, "nonsense", "Almost your turn"))
        answer = self.http.request("POST", "/t/" + visit["token"], b"do=leave", headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(answer.status, 303)
        gone = wait_until(lambda: (a := self.http.get(path)).status == 410 and a, "it has expired")
        self.assertIn("This page has expired", gone.body.decode())
        self.assertNotIn(visit["number"], gone.body.decode())
        self.assertEqual(self.http.get("/t/nothing?plain=1").status, 404)

    def pressed(self, visit, what, then):
        """A button of the plain page: its answer leads to a page that says `then`."""
        answer = self.http.request("POST", "/t/" + visit["token"] + "?plain=1", ("do=" + what).encode(), headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(answer.status, 303, answer)
        text = self.http.get(answer.header("location")).body.decode()
        self.assertIn(then, text)
        return text


if __name__ == "__main__":
    unittest.main()
