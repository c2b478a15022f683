#!/usr/bin/env python3
"""Bookings against the real daemon: a last place that many want, a power cut, contacts that leave nothing behind, codes that cannot be guessed."""
import os
import sqlite3
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import PREVIEW, Appliance, Gone, facility, wait_until  # noqa: E402

DESKS, CLIENTS, ROUNDS, FIGHTERS = 3, 8, 20, 64
SITE = facility(desks=DESKS, services=2).replace('mode = "walk_in"', 'mode = "booking"\nslot_minutes = 15', 1)
PLANTED = "planted.marker@example.org", "+4500112233"


class Bookings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = Appliance(SITE)
        cls.addClassCleanup(cls.house.__exit__, None, None, None)
        cls.house.start()

    def setUp(self):
        self.anyone = self.house.client(None)
        self.addCleanup(self.anyone.close)

    def slots(self, days=2):
        """Free times from tomorrow on."""
        answer = self.anyone.get("/api/v1/slots?service=s0&days=%d" % (days + 1))
        self.assertEqual(answer.status, 200, answer)
        slots = answer.json()
        first = slots[0]["start"][:10]
        return [slot for slot in slots if slot["start"][:10] > first]

    def book(self, start, **more):
        return self.anyone.post("/api/v1/bookings", dict({"services": ["s0"], "start": start}, **more))

    def test_1_of_eight_who_want_a_time_as_many_get_it_as_there_are_desks(self):
        for slot in self.slots()[:ROUNDS]:
            self.assertEqual(slot["free"], DESKS)
            line, answers, lock = threading.Barrier(CLIENTS), [], threading.Lock()

            def want(http, start=slot["start"]):
                line.wait(30)
                answer = http.post("/api/v1/bookings", {"services": ["s0"], "start": start})
                with lock:
                    answers.append(answer)

            clients = [self.house.client() for _ in range(CLIENTS)]
            threads = [threading.Thread(target=want, args=(http,)) for http in clients]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
            for http in clients:
                http.close()
            got = [a for a in answers if a.status == 201]
            self.assertEqual((len(got), len(answers)), (DESKS, CLIENTS), answers)
            self.assertEqual(len({a.json()["code"] for a in got}), DESKS)
            for answer in answers:
                if answer.status != 201:
                    self.assertEqual((answer.status, answer.problem()), (409, "slot_taken"))
                    self.assertTrue(answer.json()["alternatives"])

    def test_2_a_booking_outlives_a_power_cut(self):
        start = self.slots()[-1]["start"]
        booked = self.book(start).json()
        moved = self.book(start).json()
        to = self.slots()[-2]["start"]
        self.assertEqual(self.anyone.request("PATCH", "/api/v1/bookings/" + moved["code"], {"start": to}).status, 200)
        before = self.slots()
        self.house.kill()
        self.house.start()
        self.anyone.close()
        self.anyone = self.house.client(None)
        self.assertEqual(self.anyone.get("/api/v1/bookings/" + booked["code"]).json()["start"], start)
        self.assertEqual(self.anyone.get("/api/v1/bookings/" + moved["code"]).json()["start"], to)
        self.assertEqual(self.slots(), before)

    def test_2a_sixty_four_want_the_last_places_of_a_day(self):
        """Each goes on from time to time until it has one or the day is full: all places are given out, none twice."""
        day = self.slots(days=9)[-1]["start"][:10]
        wanted = [slot for slot in self.slots(days=9) if slot["start"][:10] == day][:10]
        places = sum(slot["free"] for slot in wanted)
        self.assertLess(places, FIGHTERS)
        line, lock, got, faults = threading.Barrier(FIGHTERS), threading.Lock(), [], []

        def fight(http, first):
            line.wait(60)
            for n in range(len(wanted)):
                start = wanted[(first + n) % len(wanted)]["start"]
                answer = http.post("/api/v1/bookings", {"services": ["s0"], "start": start})
                with lock:
                    if answer.status == 201:
                        got.append((answer.json()["code"], answer.json()["start"]))
                        return
                    if (answer.status, answer.problem()) != (409, "slot_taken"):
                        faults.append(answer)

        clients = [self.house.client() for _ in range(FIGHTERS)]
        threads = [threading.Thread(target=fight, args=(http, n)) for n, http in enumerate(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        for http in clients:
            http.close()
        self.assertEqual(faults, [])
        self.assertEqual(len(got), places)
        self.assertEqual(len({code for code, _ in got}), places)
        for slot in wanted:
            self.assertEqual(sum(start == slot["start"] for _, start in got), slot["free"], slot)
        left = {slot["start"] for slot in self.slots(days=9)}
        self.assertFalse(left & {slot["start"] for slot in wanted})

    def test_2b_killed_while_they_book(self):
        """What was confirmed is there after the kill; a repeat with the same key gives the same booking and takes no second place."""
        starts, confirmed, unsure = self.booked_until(self.house, self.house.kill)
        self.house.start()
        self.anyone.close()
        self.anyone = self.house.client(None)
        self.judged_after(self.house, starts, confirmed, unsure)

    def test_2b_power_cut_while_they_book(self):
        """The same when the disk loses what it was not told to keep: it was told before anybody was."""
        with Appliance(SITE) as house:
            house.start(environment=house.lossy_disk("skranke.db"))
            starts, confirmed, unsure = self.booked_until(house, house.lose_power)
            house.start()
            self.judged_after(house, starts, confirmed, unsure)

    def test_2b_control_a_disk_that_lies_is_found_out(self):
        """The judgement of the two tests above over a disk that says "kept" and keeps nothing: confirmed bookings are missed, and those only."""
        with Appliance(SITE) as house:
            house.start(environment=house.lossy_disk("skranke.db"))
            http = house.client()
            start = http.get("/api/v1/slots?service=s0&days=3").json()[-1]["start"]
            kept = http.post("/api/v1/bookings", {"services": ["s0"], "start": start}).json()
            http.close()
            house.disk_lies()
            _, confirmed, _ = self.booked_until(house, house.lose_power)
            house.start()
            staff = house.client()
            self.addCleanup(staff.close)
            self.assertEqual(self.lost(staff, [(kept["code"], start)]), [], "what was booked before the disk broke")
            self.assertEqual(sorted(self.lost(staff, confirmed.values())), sorted(confirmed.values()))
            house.verify()   # the journal ends earlier, and is whole up to there

    def booked_until(self, house, cut):
        """As many lanes as desks book one day through; after twelve confirmed bookings `cut` strikes. The starts, what was confirmed, what is unsure."""
        with_slots = house.client()
        slots = with_slots.get("/api/v1/slots?service=s0&days=8").json()   # a longer list would be cut in the middle of its last day
        with_slots.close()
        day = slots[-1]["start"][:10]
        starts = [slot["start"] for slot in slots if slot["start"][:10] == day]
        self.assertGreaterEqual(len(starts) * DESKS, 24)
        lock, confirmed, unsure, enough = threading.Lock(), {}, [], threading.Event()

        def book_on(lane):
            http = house.client()
            for start in starts:
                key = "kill-%d-%s" % (lane, start)
                try:
                    answer = http.post("/api/v1/bookings", {"services": ["s0"], "start": start}, key=key)
                except (Gone, OSError):
                    with lock:
                        unsure.append((key, start))
                    break
                with lock:
                    if answer.status == 201:
                        confirmed[key] = (answer.json()["code"], start)
                    if len(confirmed) >= 12:
                        enough.set()
            http.close()

        threads = [threading.Thread(target=book_on, args=(lane,)) for lane in range(DESKS)]
        for thread in threads:
            thread.start()
        self.assertTrue(enough.wait(60))
        cut()
        for thread in threads:
            thread.join(60)
        return starts, confirmed, unsure

    def judged_after(self, house, starts, confirmed, unsure):
        staff = house.client()
        self.addCleanup(staff.close)
        self.assertEqual(self.lost(staff, confirmed.values()), [])
        for key, start in unsure:
            first = staff.post("/api/v1/bookings", {"services": ["s0"], "start": start}, key=key)
            again = staff.post("/api/v1/bookings", {"services": ["s0"], "start": start}, key=key)
            self.assertEqual((first.status, first.body), (again.status, again.body))
        rows = staff.get("/api/v1/bookings?date=" + starts[0][:10]).json()["bookings"]
        for start in starts:
            self.assertLessEqual(sum(row["start"] == start for row in rows), DESKS)
        self.assertEqual(len({row["code"] for row in rows}), len(confirmed) + len(unsure))
        house.verify()

    @staticmethod
    def lost(http, acknowledged):
        """Those bookings of (code, start) that the daemon does not know, or knows otherwise."""
        answers = [(code, start, http.get("/api/v1/bookings/" + code)) for code, start in acknowledged]
        return [(code, start) for code, start, answer in answers if answer.status != 200 or answer.json()["start"] != start]

    def test_2d_places_that_become_free_go_to_who_waits_and_to_nobody_twice(self):
        """In peace, in the order in which they joined. Then holds, bookings and answers to offers race for what is cancelled."""
        day = self.slots(days=5)[-1]["start"][:10]
        wanted = [slot["start"] for slot in self.slots(days=5) if slot["start"][:10] == day][10:14]
        owners = [self.book(start).json()["code"] for start in wanted for _ in range(DESKS)]
        wish = {"services": ["s0"], "first": day, "last": day, "from": wanted[0][11:16], "to": (wanted[-1][11:15] + "9")}
        waiting = []
        for _ in owners:   # the turn counts in milliseconds, so that each joins in one of its own
            waiting.append(self.anyone.post("/api/v1/waiting-list", wish).json()["code"])
            joined = time.monotonic()
            wait_until(lambda since=joined: time.monotonic() > since + 0.003, "another millisecond", every=0.001)
        peaceful, fought, staff = owners[:6], owners[6:], self.house.client()
        for nth, code in enumerate(peaceful):
            self.assertEqual(staff.request("DELETE", "/api/v1/bookings/" + code).status, 200)
            wait_until(lambda turn=waiting[nth]: staff.get("/api/v1/bookings/" + turn).json()["state"] == "held", "an offer to the next in turn")
            self.assertEqual([staff.get("/api/v1/bookings/" + later).json()["state"] for later in waiting[nth + 1:]], ["waiting"] * (len(waiting) - nth - 1))
        lock, got, faults, over = threading.Lock(), [], [], threading.Event()

        def ask(http, method, path, body, allowed):
            answer = http.request(method, path, body)
            with lock:
                if answer.status < 300 and answer.json()["state"] in ("booked", "held"):
                    got.append((answer.json()["code"], answer.json()["start"]))
                    return True
                if answer.status >= 300 and answer.problem() not in allowed:
                    faults.append(answer)
            return False

        def fight(http, nth):
            while not over.is_set():
                start, hold = wanted[nth % len(wanted)], nth % 2 == 0
                if ask(http, "POST", "/api/v1/bookings", {"services": ["s0"], "start": start, "hold": hold}, ("slot_taken",)):
                    return
                nth += 1

        def answer_offer(http, code):
            while not over.is_set():
                if ask(http, "PATCH", "/api/v1/bookings/" + code, {"confirm": True}, ("offer_over",)):
                    return

        clients = [self.house.client() for _ in range(FIGHTERS)]
        threads = [threading.Thread(target=answer_offer, args=(http, code)) for http, code in zip(clients, waiting)]
        threads += [threading.Thread(target=fight, args=(http, nth)) for nth, http in enumerate(clients[len(waiting):])]
        for thread in threads:
            thread.start()
        for code in fought:
            self.assertEqual(staff.request("DELETE", "/api/v1/bookings/" + code).status, 200)

        def taken():
            rows = [row for row in staff.get("/api/v1/bookings?date=" + day).json()["bookings"] if row["start"] in wanted]
            return rows if len(rows) == len(owners) and len(got) >= len(owners) else None

        rows = wait_until(taken, "all places taken again")
        over.set()
        for thread in threads:
            thread.join(60)
        for http in [*clients, staff]:
            http.close()
        self.assertEqual(faults, [])
        self.assertEqual({start: sum(row["start"] == start for row in rows) for start in wanted}, {start: DESKS for start in wanted})
        self.assertEqual(sorted(got), sorted((row["code"], row["start"]) for row in rows))
        self.assertLessEqual(set(waiting[:len(peaceful)]), {code for code, _ in got})

    def test_2c_the_report_tells_when_the_promise_breaks(self):
        http = self.house.client()
        self.addCleanup(http.close)
        row = http.get("/api/v1/reports/bookings").json()["services"][0]
        self.assertEqual(row["service"], "s0")
        self.assertGreaterEqual(row["asked_per_day"], 1)      # everything above was booked today
        self.assertGreater(row["places_per_day"], row["asked_per_day"])
        self.assertFalse(row["alarm"])
        table = http.get("/api/v1/reports/bookings?format=csv")
        self.assertEqual(table.header("content-type"), "text/csv; charset=utf-8")
        heads, first = [line.split(",") for line in table.body.decode().split("\r\n")[:2]]
        self.assertEqual((first[heads.index("service")], first[heads.index("alarm")], len(first)), ("s0", "no", len(heads)))
        self.assertEqual(http.get("/api/v1/reports/bookings?format=xml").problem(), "wrong_content")

    def test_2d_the_promise_is_noted_once_a_day_and_outlives_the_power(self):
        http = self.house.client()
        rows = wait_until(lambda: http.get("/api/v1/reports/promise").json()["rows"], "a row of today")
        noted = [row for row in rows if row["service"] == "s0"]
        self.assertEqual(len({row["day"] for row in noted}), len(noted), rows)
        table = http.get("/api/v1/reports/promise?format=csv").body.decode().split("\r\n")
        self.assertGreaterEqual(len(table), len(rows) + 2)
        self.assertEqual(len(table[1].split(",")), len(table[0].split(",")))
        self.assertEqual(http.get("/api/v1/reports/promise?from=yesterday").problem(), "wrong_content")
        http.close()
        self.house.kill()
        self.house.start()
        self.anyone.close()
        self.anyone = self.house.client(None)
        http = self.house.client()
        self.addCleanup(http.close)
        self.assertEqual([row for row in http.get("/api/v1/reports/promise").json()["rows"] if row in rows], rows)

    def test_3_a_contact_is_not_in_the_journal_and_goes_with_the_booking(self):
        start = self.slots()[-3]["start"]
        contact = {"email": PLANTED[0], "phone": PLANTED[1]}
        booked = self.book(start, contact=contact)
        self.assertEqual(booked.status, 201, booked)
        self.assertNotIn(PLANTED[0], booked.body.decode())
        again = self.book(self.slots()[-4]["start"], contact={"email": PLANTED[0].upper()})
        self.assertEqual(again.problem(), "duplicate_booking")

        def found():
            names = set()
            for name in os.listdir(self.house.data):
                path = os.path.join(self.house.data, name)
                if os.path.isfile(path):
                    with open(path, "rb") as file:
                        content = file.read()
                    if PLANTED[0].encode() in content or PLANTED[1].encode() in content:
                        names.add(name)
            return names

        self.assertEqual(found(), set())
        self.house.kill()   # the contact was answered for: it outlives the power, sealed
        self.house.start()
        self.anyone.close()
        self.anyone = self.house.client(None)
        self.assertEqual(found(), set())
        kept = self.anyone.get("/api/v1/bookings/%s/personal-data" % booked.json()["code"]).json()
        self.assertEqual((kept["contact"]["email"], kept["contact"]["phone"]), PLANTED)
        rows = sqlite3.connect(os.path.join(self.house.data, "contacts.db"))
        self.addCleanup(rows.close)
        count = lambda: rows.execute("SELECT count(*) FROM sealed_contact WHERE booking = ?", (booked.json()["code"],)).fetchone()[0]  # noqa: E731
        self.assertEqual(count(), 1)
        self.assertEqual(self.anyone.request("DELETE", "/api/v1/bookings/" + booked.json()["code"]).status, 200)
        self.assertEqual((found(), count()), (set(), 0))

    def test_3b_the_holder_sees_what_is_kept_and_who_looked_and_erases_it(self):
        slots = self.slots()
        contact = {"email": "holder@example.org", "phone": "+4500112244"}
        code = self.book(slots[-6]["start"], contact=contact).json()["code"]
        path = "/api/v1/bookings/%s/personal-data" % code
        mine = self.anyone.get(path)
        self.assertEqual((mine.status, mine.json()["contact"], mine.json()["seen"]), (200, contact, []), mine)
        self.assertEqual(mine.json()["erased_at"][:10] > slots[-6]["start"][:10], True)
        for role, status in (("kiosk", 403), ("board", 403), ("integration", 403), ("clerk", 200)):
            http = self.house.client(self.house.token(role))
            self.addCleanup(http.close)
            self.assertEqual(http.get(path).status, status, role)
            if status == 403:
                self.assertEqual(http.request("DELETE", path).status, 403, role)
        seen = self.anyone.get(path).json()["seen"]
        self.assertEqual(len(seen), 1)
        self.assertRegex(seen[0]["by"], r"^token-\d+$")
        self.assertEqual(self.anyone.get("/api/v1/bookings/00000000/personal-data").status, 404)
        for _ in range(2):
            self.assertEqual(self.anyone.request("DELETE", path).status, 204)
        self.assertEqual(self.anyone.get(path).json(), {"code": code, "seen": []})
        self.assertEqual(self.anyone.get("/api/v1/bookings/" + code).json()["state"], "booked")
        # Nobody is known by that address any more.
        self.assertEqual(self.book(slots[-7]["start"], contact=contact).status, 201)

    def test_3c_contacts_of_an_earlier_version_and_of_bookings_that_are_gone(self):
        code = self.book(self.slots()[-8]["start"], contact={"email": "kept@example.org"}).json()["code"]
        self.house.stop()
        path = os.path.join(self.house.data, "contacts.db")
        earlier = sqlite3.connect(path)
        earlier.execute("CREATE TABLE contact (booking TEXT PRIMARY KEY, email TEXT NOT NULL, phone TEXT NOT NULL, erase_at_ms INTEGER NOT NULL) STRICT")
        for booking in (code, "gonegone"):
            earlier.execute("INSERT INTO contact VALUES (?, ?, ?, ?)", (booking, PLANTED[0], PLANTED[1], 1 << 52))
        earlier.commit()
        earlier.close()
        self.house.start()
        self.anyone.close()
        self.anyone = self.house.client(None)
        with open(path, "rb") as file:
            content = file.read()
        self.assertNotIn(PLANTED[0].encode(), content)
        self.assertEqual(self.anyone.get("/api/v1/bookings/%s/personal-data" % code).json()["contact"]["email"], PLANTED[0])
        self.assertNotIn(b"gonegone", content)   # a contact of no booking

    def test_4_held_confirmed_moved_cancelled(self):
        start = self.slots()[-5]["start"]
        held = self.book(start, hold=True).json()
        self.assertEqual(held["state"], "held")
        path = "/api/v1/bookings/" + held["code_shown"].replace(" ", "-")
        self.assertEqual(self.anyone.request("PATCH", path, {"confirm": True}).json()["state"], "booked")
        calendar = self.anyone.get("/api/v1/bookings/%s.ics" % held["code"])
        self.assertEqual(calendar.header("content-type"), "text/calendar; charset=utf-8")
        lines = calendar.body.decode().split("\r\n")
        self.assertEqual((lines[0], lines[-2], lines[-1]), ("BEGIN:VCALENDAR", "END:VCALENDAR", ""))
        self.assertTrue(all(len(line.encode()) <= 75 for line in lines))
        self.assertEqual(self.anyone.request("DELETE", path).json()["state"], "cancelled")
        self.assertEqual(self.anyone.post(path + "/check-in", {}).problem(), "wrong_state")
        self.assertEqual(self.anyone.get("/api/v1/bookings").status, 401)

    def test_5_check_in_by_code(self):
        http = self.house.client()
        self.addCleanup(http.close)
        now = http.get("/api/v1/bookable").json()["at"]
        soon = wait_until(lambda: http.get("/api/v1/slots?service=s0&days=2").json(), "a time")[0]["start"]
        booked = http.post("/api/v1/bookings", {"services": ["s0"], "start": soon, "party": 2}).json()
        answer = http.post("/api/v1/bookings/%s/check-in" % booked["code"], {})
        if answer.status == 409:   # a quarter of an hour before the business day turns, the next time is tomorrow's
            self.assertEqual(answer.problem(), "too_early", (now, soon))
            return
        self.assertEqual(answer.status, 201, answer)
        visit = answer.json()
        self.assertEqual((visit["booked_for"], visit["arrival"], visit["party"]), (soon, "on_time", 2))
        self.assertEqual(http.post("/api/v1/bookings/%s/check-in" % booked["code"], {}).problem(), "wrong_state")
        # The board says why numbers do not come in order, while somebody with a time waits, and no longer.
        told = [notice["texts"] for notice in http.get("/api/v1/boards/hall").json()["notices"]]
        self.assertEqual([sorted(each) for each in told], [["da", "en"]])
        self.assertIn("called at their time", told[0]["en"])
        self.assertEqual(http.request("DELETE", "/api/v1/visits/" + visit["token"]).status, 200)
        wait_until(lambda: http.get("/api/v1/boards/hall").json()["notices"] == [], "nobody with a time waits")
        self.house.verify()

    def test_6_codes_are_not_guessed(self):
        statuses = [self.anyone.get("/api/v1/bookings/%08d" % n).status for n in range(60)]
        self.assertEqual(statuses[0], 404)
        self.assertEqual(statuses[-1], 429)
        self.assertLessEqual(statuses.count(404), 25)
        known = self.house.client()
        self.addCleanup(known.close)
        self.assertEqual(known.get("/api/v1/bookings/00000000").status, 404)


class Slips(unittest.TestCase):
    """The code of a booked time on paper."""

    def setUp(self):
        self.house = Appliance(facility(desks=1, services=1, printer=PREVIEW).replace('mode = "walk_in"', 'mode = "booking"\nslot_minutes = 15', 1))
        self.addCleanup(self.house.__exit__, None, None, None)
        self.house.start()
        self.kiosk = self.house.client(self.house.token("kiosk"))
        self.addCleanup(self.kiosk.close)
        slots = self.kiosk.get("/api/v1/slots?service=s0&days=3").json()
        self.code = self.kiosk.post("/api/v1/bookings", {"services": ["s0"], "start": slots[-1]["start"], "language": "da"}).json()["code"]
        self.path = "/api/v1/bookings/%s/print" % self.code

    def printed(self):
        admin = self.house.client()
        self.addCleanup(admin.close)
        return admin.get("/api/v1/printers/front/tickets").json()

    def test_one_press_is_one_paper(self):
        self.assertEqual(self.kiosk.get(self.path).status, 404, "none was asked for")
        for _ in range(2):
            answer = self.kiosk.post(self.path, {"kiosk": "door"}, key="one-press")
            self.assertEqual((answer.status, answer.json()["printer"]), (202, "front"), answer)
        wait_until(lambda: self.kiosk.get(self.path).json()["state"] == "printed", "printed", timeout=10)
        self.assertEqual(len(self.printed()), 1)
        self.assertNotIn(self.code, self.printed()[0]["file"], "the code opens the booking: no queue shows it")
        self.assertEqual(self.kiosk.post(self.path, {}, key="another-press").status, 202)
        wait_until(lambda: len(self.printed()) == 2, "the second", timeout=10)

    def test_who_may_not_and_what_is_over(self):
        anyone = self.house.client(None)
        self.addCleanup(anyone.close)
        self.assertEqual((anyone.post(self.path, {}).status, anyone.get(self.path).status), (401, 401))
        self.assertEqual(self.kiosk.post("/api/v1/bookings/aaaaaaaa/print", {}).status, 404)
        self.assertEqual(self.kiosk.post(self.path, {"kiosk": "none"}).json()["field"], "kiosk")
        self.assertEqual(self.kiosk.request("DELETE", "/api/v1/bookings/" + self.code).status // 100, 2)
        refused = self.kiosk.post(self.path, {})
        self.assertEqual(refused.status, 409, refused)
        self.assertEqual(self.printed(), [])

    def test_a_power_cut_repeats_no_paper(self):
        self.kiosk.post(self.path, {"kiosk": "door"})
        wait_until(lambda: len(self.printed()) == 1, "printed", timeout=10)
        self.house.kill()
        self.house.start()
        self.kiosk = self.house.client(self.house.token("kiosk", "again"))
        self.addCleanup(self.kiosk.close)
        self.assertEqual(self.kiosk.get(self.path).status, 404)
        self.assertEqual(len(self.printed()), 1)


if __name__ == "__main__":
    unittest.main()
