#!/usr/bin/env python3
"""A repeat with the same key gets the first answer and does nothing: at once, in flight, after a kill, for every kind of command."""
import os
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, Client, facility  # noqa: E402

DESK = "/api/v1/desks/desk-1"


class Idempotency(unittest.TestCase):
    def setUp(self):
        self.house = Appliance(facility())
        self.addCleanup(self.house.__exit__, None, None, None)
        self.house.start()
        self.http = self.house.client()

    def taken(self):
        return [e["event"]["id"] for e in self.house.events() if e["type"] == "visit_taken"]

    def same(self, first, again):
        self.assertEqual((again.status, again.body), (first.status, first.body))
        self.assertEqual(again.header("idempotency-replayed"), "true")
        self.assertEqual(again.header("content-type"), first.header("content-type"))

    def test_a_repeat_gets_the_same_ticket(self):
        first = self.http.post("/api/v1/visits", {"services": ["s0"]}, key="one")
        self.assertEqual(first.status, 201)
        self.assertIsNone(first.header("idempotency-replayed"))
        self.same(first, self.http.post("/api/v1/visits", {"services": ["s0"]}, key="one"))
        self.assertEqual(len(self.taken()), 1)

    def test_another_body_or_path_under_the_key_is_refused(self):
        self.http.post("/api/v1/visits", {"services": ["s0"]}, key="one")
        for method, path, body in (("POST", "/api/v1/visits", {"services": ["s1"]}), ("POST", "/api/v1/visits", {"services": ["s0"], "print": False}),
                                   ("POST", DESK + "/next", None), ("PUT", DESK + "/session", {})):
            answer = self.http.request(method, path, body, key="one")
            self.assertEqual((answer.status, answer.problem(), answer.json()["field"]), (422, "key_reused", "Idempotency-Key"), path)
        self.assertEqual(len(self.taken()), 1)
        self.assertEqual(self.http.get(DESK).json()["state"], "closed")

    def test_no_key_no_memory(self):
        first = self.http.post("/api/v1/visits", {"services": ["s0"]})
        second = self.http.post("/api/v1/visits", {"services": ["s0"]})
        self.assertNotEqual(first.json()["id"], second.json()["id"])

    def test_keys_belong_to_their_holder(self):
        """Two kiosks that count their keys from one must not get each other's tickets."""
        one, other = (self.house.client(self.house.token("kiosk", name)) for name in ("first", "second"))
        first = one.post("/api/v1/visits", {"services": ["s0"]}, key="1")
        second = other.post("/api/v1/visits", {"services": ["s0"]}, key="1")
        self.assertEqual((first.status, second.status), (201, 201))
        self.assertNotEqual(first.json()["number"], second.json()["number"])

    def test_unfit_keys(self):
        for key in ("x" * 201, "with space", "tab\there"):
            answer = self.http.post("/api/v1/visits", {"services": ["s0"]}, key=key)
            self.assertEqual((answer.status, answer.json().get("field")), (400, "Idempotency-Key"), key)
        self.assertEqual(self.http.post("/api/v1/visits", {"services": ["s0"]}, key="x" * 200).status, 201)
        self.assertEqual(len(self.taken()), 1)

    def test_every_desk_command_and_its_repeat(self):
        """The second answer is the first, byte for byte, and the room has moved only once."""
        for n in range(4):
            self.http.post("/api/v1/visits", {"services": ["s0"]})
        steps = [("PUT", DESK + "/session", {}), ("POST", DESK + "/next", None), ("POST", DESK + "/recall", None), ("POST", DESK + "/start", None),
                 ("POST", DESK + "/finish", {"outcome": "settled"}), ("POST", DESK + "/next", None), ("POST", DESK + "/no-show", None),
                 ("POST", DESK + "/undo", None), ("POST", DESK + "/park", {"minutes": 3}), ("POST", DESK + "/next", None),
                 ("POST", DESK + "/transfer", {"to_service": "s1", "place": "end"}), ("PATCH", DESK + "/session", {"state": "break", "reason": "coffee"}),
                 ("PATCH", DESK + "/session", {"state": "open"}), ("DELETE", DESK + "/session", None)]
        for n, (method, path, body) in enumerate(steps):
            first = self.http.request(method, path, body, key="step-%d" % n)
            self.assertEqual(first.status, 200, (path, first))
            seq = self.house.seq()
            self.same(first, self.http.request(method, path, body, key="step-%d" % n))
            self.assertEqual(self.house.seq(), seq, path)

    def test_leaving_and_returning_by_token(self):
        token = self.http.post("/api/v1/visits", {"services": ["s0"]}).json()["token"]
        citizen = self.house.client(None)
        first = citizen.request("DELETE", "/api/v1/visits/" + token, key="bye")
        self.assertEqual(first.status, 200)
        self.same(first, citizen.request("DELETE", "/api/v1/visits/" + token, key="bye"))

    def test_nobody_to_call_is_remembered_too(self):
        self.http.request("PUT", DESK + "/session", {})
        self.assertEqual(self.http.post(DESK + "/next", key="empty").status, 204)
        self.http.post("/api/v1/visits", {"services": ["s0"]})
        again = self.http.post(DESK + "/next", key="empty")
        self.assertEqual((again.status, again.header("idempotency-replayed")), (204, "true"))
        self.assertEqual(self.http.post(DESK + "/next", key="other").status, 200)

    def test_a_refusal_is_remembered(self):
        first = self.http.post(DESK + "/next", key="early")
        self.assertEqual((first.status, first.problem()), (409, "desk_closed"))
        self.http.request("PUT", DESK + "/session", {})
        self.same(first, self.http.post(DESK + "/next", key="early"))

    def test_after_a_kill(self):
        first = self.http.post("/api/v1/visits", {"services": ["s0", "s1"], "party": 2}, key="before")
        opened = self.http.request("PUT", DESK + "/session", {}, key="open")
        called = self.http.post(DESK + "/next", key="call")
        self.house.kill()
        self.house.start()
        self.http = self.house.client()
        for round_ in range(2):   # from the journal, then from memory
            self.same(first, self.http.post("/api/v1/visits", {"services": ["s0", "s1"], "party": 2}, key="before"))
            self.same(opened, self.http.request("PUT", DESK + "/session", {}, key="open"))
            self.same(called, self.http.post(DESK + "/next", key="call"))
        other = self.http.post("/api/v1/visits", {"services": ["s0"]}, key="before")
        self.assertEqual((other.status, other.problem()), (422, "key_reused"))
        self.assertEqual(len(self.taken()), 1)

    def test_a_new_token_is_made_once(self):
        first = self.http.post("/api/v1/tokens", {"role": "board", "name": "wall"}, key="t")
        again = self.http.post("/api/v1/tokens", {"role": "board", "name": "wall"}, key="t")
        self.assertEqual((first.status, again.status, again.body), (201, 201, first.body))
        other = self.http.post("/api/v1/tokens", {"role": "admin", "name": "wall"}, key="t")
        self.assertEqual((other.status, other.problem()), (422, "key_reused"))
        self.assertEqual(sum(t["name"] == "wall" for t in self.http.get("/api/v1/tokens").json()), 1)

    def test_a_new_person_is_made_once(self):
        who = {"user": "anna", "role": "clerk", "password": "correct-horse-battery"}
        first = self.http.post("/api/v1/users", who, key="u")
        again = self.http.post("/api/v1/users", who, key="u")
        self.assertEqual((first.status, again.status, again.body), (201, 201, first.body))


class InFlight(unittest.TestCase):
    def test_many_at_once_while_the_disk_is_slow(self):
        """Thirty-two repeats before the first answer is out: one ticket, one answer, and nobody hears before the commit."""
        with Appliance(facility(), environment={"LD_PRELOAD": os.environ["SLOW_FLUSH"], "SLOW_FLUSH_MS": "150"}) as house:
            house.start()
            token, answers, lock = house.admin_token, [], threading.Lock()

            def ask():
                http = Client(house.port, token)
                answer = http.post("/api/v1/visits", {"services": ["s0"]}, key="same")
                with lock:
                    answers.append((answer.status, answer.body))
                http.close()
            people = [threading.Thread(target=ask) for _ in range(32)]
            for person in people:
                person.start()
            for person in people:
                person.join()
            self.assertEqual((len(answers), len(set(answers)), answers[0][0]), (32, 1, 201))
            self.assertEqual(sum(e["type"] == "visit_taken" for e in house.events()), 1)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
