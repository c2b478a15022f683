#!/usr/bin/env python3
"""E-mail to those who booked: Exim as the site's mail server, and a server of our own for what a real one does only on a bad day."""
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import SKIPPED, wait_until  # noqa: E402
from mail_server import EXIM, Exim, ScriptedMail, certificate  # noqa: E402
from told import AWAKE, SITE, ToldHouse  # noqa: E402

try:
    import icalendar
except ImportError:
    icalendar = None

ADDRESS, PASSWORD = "somebody@example.org", "quite a secret"


class RealMail(ToldHouse):
    def mail(self, server, password=PASSWORD, ca="exim", site=SITE):
        self.password_file = os.path.join(server.root, "password")
        with open(self.password_file, "w", encoding="utf-8") as file:
            file.write(password + "\n")
        self.authority = os.path.join(server.root, "cert.pem") if ca == "exim" else ca
        self.open_house(AWAKE + '[messages.mail]\nserver = "smtp://localhost:%d"\nfrom = "Testhus <no-reply@example.org>"\nuser = "skranke"\n'
                        'password_file = "%s"\nca_file = "%s"\n' % (server.port, self.password_file, self.authority), site)

    def exim(self):
        server = Exim(PASSWORD)
        self.addCleanup(server.close)
        return server

    @staticmethod
    def event_in(letter):
        part = [p for p in letter.walk() if p.get_content_type() == "text/calendar"][0]
        calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
        event = [c for c in calendar.walk() if c.name == "VEVENT"][0]
        return str(calendar["METHOD"]), part.get_param("method"), event

    def test_1_booked_moved_cancelled_as_a_calendar_understands_it(self):
        server = self.exim()
        self.mail(server, site=SITE.replace('name = "Service 0"', 'name = "Very private matter"\nmessage_name = {da = "samtale", en = "a talk"}', 1))
        booked = self.book(contact={"email": ADDRESS}, language="en")
        first = wait_until(server.letters, "a confirmation", 30)[0]
        path = "/api/v1/bookings/" + booked["code"]
        moved = self.http.request("PATCH", path, {"start": self.slots()[-2]}).json()
        wait_until(lambda: len(server.letters()) == 2, "the new time", 30)
        self.assertEqual(self.http.request("DELETE", path).status, 200)
        wait_until(lambda: len(server.letters()) == 3, "that it is cancelled", 30)
        letters = server.letters()
        self.assertEqual([letter["Subject"] for letter in letters],
                         ["Test house: Your appointment", "Test house: Your appointment is moved", "Test house: Your appointment is cancelled"])
        seen = [self.event_in(letter) for letter in letters]
        self.assertEqual([(method, header, int(event["SEQUENCE"])) for method, header, event in seen],
                         [("REQUEST", "REQUEST", 0), ("REQUEST", "REQUEST", 1), ("CANCEL", "CANCEL", 2)])
        self.assertEqual({str(event["UID"]) for _, _, event in seen}, {booked["code"] + "@test"})
        self.assertEqual([str(event["STATUS"]) for _, _, event in seen], ["CONFIRMED", "CONFIRMED", "CANCELLED"])
        for start, (_, _, event) in zip((booked["start"], moved["start"], moved["start"]), seen):
            self.assertEqual(event["DTSTART"].dt.timestamp(), self.instant(start))
            self.assertEqual(str(event["ORGANIZER"]), "mailto:no-reply@example.org")
            self.assertEqual(str(event["ATTENDEE"]), "mailto:" + ADDRESS)
        for letter in letters:
            whole = letter.as_string() + str(self.event_in(letter)[2].to_ical())
            self.assertNotIn("private matter", whole)
            self.assertEqual((letter["From"], letter["To"], letter["Auto-Submitted"]), ("Testhus <no-reply@example.org>", ADDRESS, "auto-generated"))
            self.assertLess(abs(letter["Date"].datetime.timestamp() - time.time()), 120)
            self.assertEqual([p.get_content_type() for p in letter.walk()],
                             ["multipart/mixed", "multipart/alternative", "text/plain", "text/calendar", "application/ics"])
        self.assertEqual(len({letter["Message-ID"] for letter in letters}), 3)
        text = first.get_body(("plain",)).get_content()
        self.assertIn(booked["code"], text)
        self.assertIn("(a talk)", text)
        self.assertIn("/book/" + booked["code"], text)
        self.facts_of_three(booked)

    def facts_of_three(self, booked):
        facts = self.facts(3)
        self.assertEqual([(f["type"], f["event"]["subject"], f["event"]["kind"], f["event"]["channel"], f["event"]["attempt"]) for f in facts],
                         [("message_sent", booked["code"], kind, "email", 1) for kind in ("booked", "moved", "cancelled")])
        report = self.report()
        self.assertEqual((report["total"], len(report["rows"]), report["reasons"]), ({"sent": 3, "failed": 0, "put_off": 0}, 3, []))
        table = self.http.get("/api/v1/reports/messages?format=csv").body.decode().splitlines()
        self.assertEqual(table[0], "day,kind,channel,sent,failed,put_off")
        self.assertEqual(sorted(row.split(",", 1)[1] for row in table[1:]), ["booked,email,1,0,0", "cancelled,email,1,0,0", "moved,email,1,0,0"])
        self.house_.verify()
        self.no_bytes_of(ADDRESS.encode(), PASSWORD.encode())
        self.restart()   # and the journal replays
        self.assertEqual(self.report()["total"]["sent"], 3)

    @staticmethod
    def instant(text):
        return time.mktime(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone - (1 if text[19] == "+" else -1) * (int(text[20:22]) * 3600 + int(text[23:25]) * 60)

    def test_2_a_server_that_is_down_is_told_and_heals(self):
        server = self.exim()
        server.stop()
        self.mail(server)
        booked = self.book(contact={"email": ADDRESS}, language="da")
        self.assertEqual(self.fault("mail", "mail_unreachable")["state"], "failed")
        self.assertEqual(self.states()[(booked["code"], 0, "email")], "waiting")
        server.start()
        letter = wait_until(server.letters, "the letter after all", 60)[0]
        self.assertEqual(letter["Subject"], "Test house: Din tid")
        wait_until(lambda: self.device("mail")["state"] == "ready", "all well")
        self.state_of(booked, "sent")
        self.nothing_more(lambda: len(server.letters()), 1)
        report = self.report()
        self.assertGreaterEqual(report["total"]["put_off"], 1)
        self.assertEqual((report["total"]["sent"], report["reasons"][0]["reason"]), (1, "mail_unreachable"))

    def test_3_a_wrong_password_is_told_and_a_right_one_holds_at_once(self):
        server = self.exim()
        self.mail(server, password="not this one")
        self.book(contact={"email": ADDRESS})
        self.fault("mail", "mail_login")
        with open(self.password_file, "w", encoding="utf-8") as file:
            file.write(PASSWORD)
        wait_until(server.letters, "the letter after all", 60)
        wait_until(lambda: self.device("mail")["state"] == "ready", "all well")

    def test_4_nothing_goes_to_a_server_that_is_not_known(self):
        server = self.exim()
        other = os.path.join(server.root, "other")
        os.mkdir(other)
        certificate(other)
        self.mail(server, ca=os.path.join(other, "cert.pem"))
        self.book(contact={"email": ADDRESS})
        self.fault("mail", "mail_tls")
        self.assertEqual(server.letters(), [])
        self.assertNotIn("<= ", server.log())

    def test_5_every_language_arrives_whole(self):
        server = self.exim()
        self.mail(server)
        titles = {"da": "Test house: Din tid", "de": "Test house: Ihr Termin", "pl": "Test house: Twój termin", "uk": "Test house: Ваш візит", "ar": "Test house: موعدك"}
        for at, language in enumerate(titles):
            self.book(at=-1 - at, contact={"email": "a%d@example.org" % at}, language=language)
        letters = wait_until(lambda: len(got := server.letters()) == len(titles) and got, "all letters", 60)
        self.assertEqual({letter["Content-Language"]: letter["Subject"] for letter in letters}, titles)
        for letter in letters:
            self.assertTrue(letter.get_body(("plain",)).get_content().startswith("Test house: "))
            self.event_in(letter)


class BadDays(ToldHouse):
    def setUp(self):
        self.server = ScriptedMail()
        self.addCleanup(self.server.close)
        self.open_house(AWAKE + '[messages.mail]\nserver = "smtp://127.0.0.1:%d"\nfrom = "no-reply@example.org"\ntls = "off"\n' % self.server.port)

    def test_1_greylisted_goes_the_second_time(self):
        self.server.answers["RCPT"] = "451 4.7.1 come back later"
        booked = self.book(contact={"email": ADDRESS})
        wait_until(lambda: self.server.attempts, "the first attempt")
        self.server.answers.clear()
        self.state_of(booked, "sent")
        self.assertEqual(len(self.server.letters), 1)
        facts = [(f["type"], f["event"]["attempt"], f["event"].get("reason"), f["event"].get("last", False)) for f in self.facts(2)]
        self.assertEqual(facts, [("message_failed", 1, "mail_later", False), ("message_sent", 2, None, False)])
        self.assertEqual(self.device("mail")["state"], "ready", "one receiver's server is no fault of ours")

    def test_2_refused_for_good_is_not_tried_again_and_others_go_on(self):
        self.server.answers["RCPT"] = "550 5.1.1 nobody of that name"
        bad = self.book(contact={"email": ADDRESS})
        self.state_of(bad, "failed")
        self.server.answers.clear()
        good = self.book(at=-2, contact={"email": "other@example.org"})
        self.state_of(good, "sent")
        self.nothing_more(lambda: len(self.server.attempts), 2)
        last = [f["event"] for f in self.facts(2) if f["event"]["subject"] == bad["code"]]
        self.assertEqual([(p["reason"], p["last"]) for p in last], [("mail_refused", True)])

    def test_3_a_line_that_breaks_at_the_end_is_not_sent_twice(self):
        self.server.answers["."] = "drop"
        booked = self.book(contact={"email": ADDRESS})
        self.state_of(booked, "unknown")
        self.server.answers.clear()
        self.nothing_more(lambda: len(self.server.letters), 1, 12)
        self.assertEqual([(f["type"], f["event"]["reason"], f["event"]["last"]) for f in self.facts(1)], [("message_failed", "mail_no_answer", True)])

    def test_4_a_line_that_breaks_before_is_tried_again(self):
        self.server.answers["MAIL"] = "drop"
        booked = self.book(contact={"email": ADDRESS})
        self.fault("mail", "mail_broken_off")
        self.server.answers.clear()
        self.state_of(booked, "sent")
        self.assertEqual(len(self.server.letters), 1)

    def test_5_many_refusals_in_a_row_are_told_to_staff(self):
        self.server.answers["MAIL"] = "553 you may not send"
        for at in range(5):
            self.book(at=-1 - at, contact={"email": "a%d@example.org" % at})
        self.assertEqual(self.fault("mail", "mail_refused")["state"], "warning")
        self.server.answers.clear()
        self.book(at=-7, contact={"email": ADDRESS})
        wait_until(lambda: self.device("mail")["state"] == "ready", "all well")

    def test_6_quiet_hours_and_closed_days_hold_for_e_mail(self):
        hour = int(self.http.get("/api/v1/bookable").json()["at"][11:13])
        mail = self.house_.config_extra.split("[messages.mail]")[1]
        self.settings("[messages]\nquiet_from = %d\nquiet_to = %d\n[messages.mail]%s" % (hour, (hour + 2) % 24, mail))
        self.restart()
        closed, kept = self.book(contact={"email": ADDRESS}), self.book(at=self.noon(), contact={"email": "other@example.org"})
        self.nothing_more(lambda: len(self.server.attempts), 0)
        site = self.http.get("/api/v1/facility?format=toml").body.decode()
        closing = site + '\n[[closure]]\ndate = "%s"\n' % closed["start"][:10]
        self.assertEqual(self.http.request("PUT", "/api/v1/facility", closing.encode(), headers={"Content-Type": "application/toml"}).status, 200)
        self.settings(AWAKE + "[messages.mail]" + mail)
        self.restart(environment=self.ten_minutes_on())   # the next look is five minutes on
        self.state_of(kept, "sent")
        self.state_of(closed, "closed")
        self.assertEqual([b"other" in letter for letter in self.server.letters], [True])

    @staticmethod
    def ten_minutes_on():
        return {"LD_PRELOAD": os.environ["CLOCK_AHEAD"], "CLOCK_AHEAD_S": "600"}


class CalendarFile(ToldHouse):
    NAME = "Bürgerservice, Næstved; Ærø \\ " + "Østergårdsmålerkøbing " * 4 + "– 会 😀"

    def test_a_program_that_knows_only_the_standard_reads_it_as_it_was_meant(self):
        self.open_house("", SITE.replace('name = "Test house"', "name = '%s'" % self.NAME, 1))
        booked = self.book(language="de", party=2)
        answer = self.http.get("/api/v1/bookings/%s.ics" % booked["code"])
        self.assertEqual(answer.header("content-type"), "text/calendar; charset=utf-8")
        self.assertTrue(answer.body.endswith(b"END:VCALENDAR\r\n"))
        for line in answer.body.split(b"\r\n"):
            self.assertLessEqual(len(line), 75, line)
            self.assertNotIn(b"\n", line)
            line.decode("utf-8")   # no character is cut in two
        calendar = icalendar.Calendar.from_ical(answer.body)
        self.assertEqual((str(calendar["VERSION"]), str(calendar["METHOD"])), ("2.0", "PUBLISH"))
        event = calendar.walk("VEVENT")[0]
        self.assertEqual(str(event["LOCATION"]), self.NAME.strip())
        self.assertIn(self.NAME.strip(), str(event["SUMMARY"]))
        self.assertIn(booked["code_shown"], str(event["DESCRIPTION"]))
        self.assertNotIn("Service 0", answer.body.decode())
        for name, wanted in (("DTSTART", booked["start"]), ("DTEND", booked["end"])):
            self.assertEqual(event[name].dt.timestamp(), RealMail.instant(wanted))
            self.assertEqual(event[name].dt.utcoffset().total_seconds(), 0)
        self.assertLess(abs(event["DTSTAMP"].dt.timestamp() - time.time()), 120)
        self.assertEqual((int(event["SEQUENCE"]), str(event["UID"]), str(event["STATUS"])), (0, booked["code"] + "@test", "CONFIRMED"))
        self.assertNotIn("ATTENDEE", event)
        self.assertEqual(event.errors, [])


if __name__ == "__main__":
    if EXIM is None or icalendar is None:
        print("SKIPPED integration.mail: %s is not installed" % ("exim4-daemon-light" if EXIM is None else "python3-icalendar"))
        sys.exit(SKIPPED)
    unittest.main()
