#!/usr/bin/env python3
"""Text messages to those who booked: the real daemon, and a folder as smsd would empty it. Told, reminded, quiet, power cuts, a folder that is gone."""
import datetime
import os
import shutil
import sqlite3
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import wait_until  # noqa: E402
from told import AWAKE, ToldHouse  # noqa: E402

PHONE, DIALLED = "+45 00 11 22 33", "To: 4500112233\n"
SPOOL = 'sms_spool = "outgoing"\n'


class Messages(ToldHouse):
    def house(self, settings=AWAKE):
        return self.open_house(settings + SPOOL)

    def one(self, what):
        texts = wait_until(self.taken, what)
        self.assertEqual(len(texts), 1, texts)
        return texts[0]

    def nothing_goes(self, seconds=2.5):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.assertEqual(self.taken(), [])
            time.sleep(0.1)

    def test_1_booked_moved_cancelled(self):
        house = self.house()
        booked = self.book(contact={"phone": PHONE}, language="en")
        text = self.one("a confirmation")
        self.assertTrue(text.startswith(DIALLED + "Alphabet: UTF-8\n\n"), text)
        self.assertIn(booked["start"][11:16], text)
        self.assertIn(booked["code"], text)
        self.assertNotIn(booked["services"][0]["name"], text)
        path = "/api/v1/bookings/" + booked["code"]
        moved = self.http.request("PATCH", path, {"start": self.slots()[-2]}).json()
        self.assertIn("moved to", text := self.one("the new time"))
        self.assertIn(moved["start"][11:16], text)
        self.assertEqual(self.http.request("DELETE", path).status, 200)
        self.assertIn("is cancelled", self.one("that it is cancelled"))
        wait_until(lambda: self.every_state() == ["sent", "sent", "sent"], "three that went")
        for name in os.listdir(house.data):
            if os.path.isfile(os.path.join(house.data, name)):
                with open(os.path.join(house.data, name), "rb") as file:
                    self.assertNotIn(b"00112233", file.read(), name)
        self.book(-3)
        self.book(-4, contact={"phone": "112 112"})
        self.book(-5, contact={"email": "somebody@example.org"})
        self.nothing_goes()
        self.assertEqual(self.device("sms")["state"], "ready")

    def test_2_a_hold_is_told_when_it_is_confirmed(self):
        self.house()
        held = self.book(contact={"phone": PHONE}, hold=True)
        self.nothing_goes()
        self.assertEqual(self.http.request("PATCH", "/api/v1/bookings/" + held["code"], {"confirm": True}).status, 200)
        self.assertIn(held["code"], self.one("a confirmation"))

    def test_2b_a_place_that_became_free_is_offered_by_message(self):
        self.house()
        day = self.slots()[-1][:10]
        waits = self.http.post("/api/v1/waiting-list", {"services": ["s0"], "first": day, "last": day, "language": "en", "contact": {"phone": PHONE}}).json()
        text = self.one("an offer")
        offer = self.http.get("/api/v1/bookings/" + waits["code"]).json()
        self.assertEqual(offer["state"], "held")
        for told in (offer["start"][11:16], offer["held_until"][11:16], waits["code"]):
            self.assertIn(told, text)
        self.assertEqual(self.http.request("PATCH", "/api/v1/bookings/" + waits["code"], {"confirm": True}).json()["state"], "booked")
        self.assertIn(waits["code"], self.one("a confirmation"))

    def test_3_after_a_power_cut_nothing_is_sent_twice(self):
        house = self.house()
        booked = self.book(contact={"phone": PHONE})
        self.one("a confirmation")
        self.restart()
        self.nothing_goes()
        house.kill()
        rows = sqlite3.connect(os.path.join(house.data, "outbox.db"))
        rows.execute("UPDATE outgoing SET state = 'sending' WHERE subject = ?", (booked["code"],))   # the power went just then
        rows.commit()
        rows.close()
        house.start()
        self.http = house.client()
        self.nothing_goes()
        self.assertEqual(self.every_state(), ["unknown"])

    def test_4_a_folder_that_is_gone_shows_and_heals(self):
        self.house()
        shutil.rmtree(self.spool)
        booked = self.book(contact={"phone": PHONE})
        broken = wait_until(lambda: (d := self.device("sms"))["state"] == "failed" and d, "the fault")
        self.assertEqual(broken["reason"], "spool_missing")
        self.assertTrue(broken["words"] and broken["advice"])
        os.mkdir(self.spool)
        self.assertIn(booked["code"], wait_until(self.taken, "the message", 40)[0])
        wait_until(lambda: self.device("sms")["state"] == "ready", "all well")
        old = os.path.join(self.spool, "stuck")
        with open(old, "w", encoding="utf-8") as file:
            file.write("To: 1\n\nx")
        os.utime(old, (time.time() - 3600, time.time() - 3600))
        wait_until(lambda: self.device("sms")["reason"] == "spool_stuck" if "reason" in self.device("sms") else False, "that nobody takes it")

    def test_5_nothing_in_the_quiet_hours(self):
        self.house()
        hour = int(self.http.get("/api/v1/bookable").json()["at"][11:13])
        self.settings("[messages]\n" + SPOOL + "quiet_from = %d\nquiet_to = %d\n" % (hour, (hour + 2) % 24))
        self.restart(kill=False)
        self.book(contact={"phone": PHONE})
        self.nothing_goes()
        self.assertEqual(self.every_state(), ["waiting"])
        # As if its next look were due, in a house that is awake.
        self.house_.kill()
        rows = sqlite3.connect(os.path.join(self.house_.data, "outbox.db"))
        rows.execute("UPDATE outgoing SET due_ms = 0")
        rows.commit()
        rows.close()
        self.settings(AWAKE + SPOOL)
        self.house_.start()
        self.http = self.house_.client()
        self.one("the message that waited")

    def test_6_reminded_once_unless_the_day_was_closed(self):
        house = self.house(AWAKE + "reminder_hours = 2\n")
        kept, closed = self.book(self.noon(), contact={"phone": PHONE}), self.book(-1, contact={"phone": "+45 00 11 22 44"})
        wait_until(lambda: self.every_state() == ["sent", "sent"], "two confirmations")
        self.taken()
        site = self.http.get("/api/v1/facility?format=toml").body.decode()
        closing = site + '\n[[closure]]\ndate = "%s"\n' % closed["start"][:10]
        self.assertEqual(self.http.request("PUT", "/api/v1/facility", closing.encode(), headers={"Content-Type": "application/toml"}).status, 200)
        for booking, told in ((kept, 1), (closed, 0)):
            self.restart(environment=self.an_hour_before(booking["start"]))
            if told:
                self.assertIn(booking["code"], text := self.one("a reminder"))
                self.assertTrue(text.startswith(DIALLED))
                self.restart(environment=self.an_hour_before(booking["start"]))
            self.nothing_goes()
        self.assertEqual(self.every_state().count("closed"), 1, self.every_state())
        house.kill()

    def test_7_contacts_are_kept_so_many_days_as_the_settings_say(self):
        house = self.house()
        self.house_.config_extra = "[contacts]\nkeep_days = 3\n"
        self.house_.write_config(0)
        self.restart()
        booked = self.book(self.noon(), contact={"phone": PHONE})
        until = self.http.get("/api/v1/bookings/%s/personal-data" % booked["code"]).json()["erased_at"]
        days = (datetime.date.fromisoformat(until[:10]) - datetime.date.fromisoformat(booked["start"][:10])).days
        self.assertEqual(days, 4)
        for later, rows in ((days - 1, 1), (days + 2, 0)):
            self.restart(environment={"LD_PRELOAD": os.environ["CLOCK_AHEAD"], "CLOCK_AHEAD_S": str(later * 86_400)})
            self.assertEqual(self.kept(), rows, later)
        house.kill()

    def kept(self):
        rows = sqlite3.connect(os.path.join(self.house_.data, "contacts.db"))
        try:
            return rows.execute("SELECT count(*) FROM sealed_contact").fetchone()[0]
        finally:
            rows.close()

    @staticmethod
    def an_hour_before(start):
        at = time.mktime(time.strptime(start[:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone   # as if it were UTC
        sign = 1 if start[19] == "+" else -1
        at -= sign * (int(start[20:22]) * 3600 + int(start[23:25]) * 60)
        return {"LD_PRELOAD": os.environ["CLOCK_AHEAD"], "CLOCK_AHEAD_S": str(int(at - 3600 - time.time()))}


if __name__ == "__main__":
    unittest.main()
