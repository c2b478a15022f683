#!/usr/bin/env python3
"""A printer without paper is an alarm like any other: it comes by itself, says which and what to do, is one however many tickets wait, and goes by itself."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, WebSocket, facility, wait_until  # noqa: E402
from ticket_printer import STATUS_WELL, TicketPrinter  # noqa: E402

V1 = "/api/v1"
PAPER_LOW, PAPER_OUT, COVER_OPEN = {4: 0x1E}, {2: 0x32, 4: 0x7E}, {2: 0x16}
ADVICE = {"media-low": "Paper is running low. Have a new roll ready.", "media-empty": "Out of paper. Put in a new roll. The printer goes on by itself.",
          "cover-open": "The cover is open. Close the cover until it clicks."}


class Printers(unittest.TestCase):
    def setUp(self):
        self.printer = TicketPrinter()
        self.addCleanup(self.printer.close)
        second = '[[printer]]\nid = "back"\nwidth_mm = 58\nkind = "preview"\n'
        self.house = Appliance(facility(printer=self.printer.settings, extra=second))
        self.house.__enter__()
        self.addCleanup(self.house.__exit__, None, None, None)
        self.house.start()
        self.host = self.house.client(self.house.token("host"))
        self.admin = self.house.client()
        self.dane = self.house.client(self.host.token, language="da")
        for client in (self.host, self.admin, self.dane):
            self.addCleanup(client.close)

    def tells(self, answers):
        self.printer.says = {**STATUS_WELL, **answers}

    def alarms(self, client=None):
        return (client or self.host).get(V1 + "/alarms").json()["alarms"]

    def both_are_ready(self):
        return [each["state"] for each in self.host.get(V1 + "/devices").json()["devices"] if each["kind"] == "printer"] == ["ready", "ready"]

    def about_the_printer(self, reason):
        """The alarms once they are about that; None before."""
        told = self.alarms()
        return told if [each.get("reason") for each in told] == [reason] else None

    def five_tickets_are_one_alarm(self):
        for n in range(5):
            visit = self.admin.post(V1 + "/visits", {"services": ["s%d" % n], "print": True, "printer": "front"})
            self.assertEqual((visit.status, visit.json()["print"]["printer"]), (201, "front"))
        self.assertEqual([each["id"] for each in self.alarms()], ["printer:front"])

    def gone(self, what):
        wait_until(lambda: not self.alarms(), what, 60)

    def test_paper_low_and_out_and_an_open_cover(self):
        wait_until(self.both_are_ready, "both printers are ready", 60)
        self.assertEqual(self.alarms(), [])
        watcher = WebSocket(self.house.port, "alarms", self.host.token)
        self.addCleanup(watcher.close)
        for answers, reason, severity in ((PAPER_LOW, "media-low", "warning"), (PAPER_OUT, "media-empty", "urgent"), (COVER_OPEN, "cover-open", "urgent")):
            self.tells(answers)
            alarm, = wait_until(lambda: self.about_the_printer(reason), reason, 60)
            self.assertEqual((alarm["id"], alarm["kind"], alarm["printer"], alarm["severity"]), ("printer:front", "printer", "front", severity))
            self.assertEqual(alarm["text"], "Front: " + ADVICE[reason])
            watcher.until(lambda news: [each.get("reason") for each in news.get("data", {}).get("alarms", [])] == [reason], 60)
            if reason == "media-empty":
                self.five_tickets_are_one_alarm()
        self.assertIn('skranke_alarms{kind="printer"} 1', self.admin.get("/metrics").body.decode())
        danish, = self.alarms(self.dane)
        self.assertEqual(danish["text"], "Front: Låget er åbent. Luk låget, til det klikker.")
        self.tells({})
        self.gone("the cover is closed")
        watcher.until(lambda news: news.get("data", {}).get("alarms") == [], 60)

    def test_a_printer_that_hangs_up(self):
        wait_until(self.both_are_ready, "both printers are ready", 60)
        self.printer.dead = True
        alarm, = wait_until(lambda: [each for each in self.alarms() if each["kind"] == "printer"], "nobody answers", 60)
        self.assertEqual((alarm["id"], alarm["severity"]), ("printer:front", "urgent"))
        self.printer.dead = False
        self.gone("it answers again")


if __name__ == "__main__":
    unittest.main()
