"""A house whose bookings are told of: what the tests of every channel need."""
import os
import sqlite3
import time
import unittest

from appliance import Appliance, facility, wait_until

SITE = facility(desks=3, services=2).replace('mode = "walk_in"', 'mode = "booking"\nslot_minutes = 15', 1)
AWAKE = "[messages]\nquiet_from = 0\nquiet_to = 0\n"


class ToldHouse(unittest.TestCase):
    def open_house(self, settings, site=SITE):
        self.house_ = Appliance(site)
        self.addCleanup(self.house_.__exit__, None, None, None)
        self.open_spool()
        self.settings(settings)
        self.house_.start()
        self.http = self.house_.client()
        self.addCleanup(self.http.close)
        return self.house_

    def settings(self, text):
        self.house_.config_extra = text
        self.house_.write_config(0)

    def restart(self, kill=True, environment=None):
        self.http.close()
        if kill:
            self.house_.kill()
        else:
            self.house_.stop()
        self.house_.start(environment=environment)
        self.http = self.house_.client()

    def slots(self):
        """Free times of tomorrow and the day after; late in the evening none of today are left."""
        today = self.http.get("/api/v1/bookable").json()["at"][:10]
        return [slot["start"] for slot in self.http.get("/api/v1/slots?service=s0&days=3").json() if slot["start"][:10] > today]

    def noon(self):
        """Which of the slots is at noon: hours away from now, whatever time of day it is."""
        return [start[11:13] for start in self.slots()].index("12")

    def book(self, at=-1, **more):
        answer = self.http.post("/api/v1/bookings", dict({"services": ["s0"], "start": self.slots()[at]}, **more))
        self.assertEqual(answer.status, 201, answer)
        return answer.json()

    def open_spool(self):
        """A folder beside the data for texts, as smsd empties it; the settings name it `outgoing`."""
        self.spool = os.path.join(self.house_.root, "outgoing")
        os.mkdir(self.spool)

    def taken(self):
        """What smsd would have sent by now; it takes the files away."""
        texts = []
        for name in sorted(os.listdir(self.spool)):
            if not name.endswith(".LOCK"):
                path = os.path.join(self.spool, name)
                with open(path, encoding="utf-8") as file:
                    texts.append(file.read())
                os.remove(path)
        return texts

    def states(self):
        """How every message stands: {(subject, kind, channel): state}; kinds as numbers."""
        rows = sqlite3.connect(os.path.join(self.house_.data, "outbox.db"))
        try:
            return {row[:3]: row[3] for row in rows.execute("SELECT subject, kind, channel, state FROM outgoing")}
        finally:
            rows.close()

    def every_state(self):
        return sorted(self.states().values())

    def state_of(self, booking, state):
        return wait_until(lambda: [s for key, s in self.states().items() if key[0] == booking["code"]] == [state], "the message is " + state, 60)

    def device(self, kind):
        return [d for d in self.http.get("/api/v1/devices").json()["devices"] if d["kind"] == kind][0]

    def fault(self, kind, reason):
        told = wait_until(lambda: (d := self.device(kind)).get("reason") == reason and d, "%s tells %s" % (kind, reason), 30)
        self.assertNotIn(told["state"], ("ready",))
        self.assertTrue(told["words"] and told["advice"], told)
        return told

    def facts(self, count):
        """What the journal says of messages, once it says so much."""
        told = wait_until(lambda: len(found := [e for e in self.house_.events() if e["type"].startswith("message_")]) >= count and found, "%d facts" % count, every=0.3)
        self.assertEqual(len(told), count, told)
        return told

    def nothing_more(self, count, now, seconds=3.0):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.assertEqual(count(), now)
            time.sleep(0.1)

    def report(self, **more):
        return self.http.get("/api/v1/reports/messages", **more).json()

    def no_bytes_of(self, *secrets):
        """Nothing of it stands in any file of the data directory."""
        for folder, _, names in os.walk(self.house_.data):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    content = file.read()
                for secret in secrets:
                    self.assertNotIn(secret, content, name)
