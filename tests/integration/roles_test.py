#!/usr/bin/env python3
"""Who may do what: every call, by every role and by nobody, held against the contract's table; then the defences of browsers' sessions."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, PREVIEW, facility, wait_until  # noqa: E402

V1 = "/api/v1"
ROLES = ["kiosk", "board", "clerk", "host", "manager", "admin", "agent", "integration", "contact_centre"]
STAFF = {"clerk", "host", "manager"}
ANYONE = set(ROLES) | {None}
CLERK = {"clerk"}

# Method, path, who may (admin always may), a body. Where the contract says "staff" it is clerk, host, manager.
CALLS = [
    ("GET", "/healthz", ANYONE, None), ("GET", "/openapi.json", ANYONE, None), ("GET", "/session", ANYONE, None),
    ("GET", "/facility", set(), None), ("PUT", "/facility", set(), b"not toml"),
    ("GET", "/services", {"kiosk", "agent", "contact_centre"} | STAFF, None), ("GET", "/kiosks/door", {"kiosk"} | STAFF, None),
    ("POST", "/visits", {"kiosk", "agent", "host", "clerk", "integration"}, {"services": ["none"]}),
    ("GET", "/visits/none", ANYONE, None), ("DELETE", "/visits/none", ANYONE, None), ("POST", "/visits/none/return", ANYONE, None),
    ("GET", "/visits/none/qr.svg", ANYONE, None), ("POST", "/visits/none/reprint", {"kiosk"} | STAFF, None),
    ("GET", "/queue", STAFF, None), ("POST", "/queue/none/leave", STAFF, None), ("POST", "/queue/none/return", STAFF, None),
    ("POST", "/queue/none/reprint", STAFF, None), ("GET", "/desks", STAFF, None), ("GET", "/desks/desk-9", {"clerk", "agent"}, None),
    ("PUT", "/desks/desk-9/session", CLERK, {}), ("PATCH", "/desks/desk-9/session", CLERK, {"state": "open"}), ("DELETE", "/desks/desk-9/session", CLERK, None),
    ("POST", "/desks/desk-9/next", {"clerk", "agent"}, None), ("POST", "/desks/desk-9/call", CLERK, {"visit": "none"}),
    ("POST", "/desks/desk-9/recall", CLERK, None), ("POST", "/desks/desk-9/start", CLERK, None), ("POST", "/desks/desk-9/finish", CLERK, {}),
    ("POST", "/desks/desk-9/no-show", CLERK, None), ("POST", "/desks/desk-9/park", CLERK, None), ("POST", "/desks/desk-9/transfer", CLERK, {"to_service": "s1"}),
    ("POST", "/desks/desk-9/undo", CLERK, None), ("POST", "/desks/desk-9/return", CLERK, {"visit": "none"}),
    ("GET", "/boards/hall", {"board", "agent"} | STAFF, None), ("PUT", "/agents/box/devices", {"agent"}, {}), ("PUT", "/agents/box/bench", {"agent"}, {}), ("GET", "/bench", set(), None), ("POST", "/agents/box/bench/press", set(), {"button": "x"}), ("GET", "/devices", STAFF, None), ("GET", "/printers/front/tickets", STAFF, None),
    ("GET", "/printers/front/tickets/none.png", STAFF, None),
    ("GET", "/printers/found?seconds=none", set(), None), ("POST", "/printers/none/test", STAFF, None), ("POST", "/printers/none/roll", STAFF, {}),
    ("GET", "/reports/visits?by=none", {"manager"}, None), ("GET", "/reports/plan?format=none", {"manager"}, None), ("GET", "/contact", {"contact_centre"}, None), ("GET", "/desks/desk-9/callback", CLERK, None),
    ("GET", "/reports/callbacks?from=none", {"manager"}, None), ("GET", "/reports/handover?from=none", STAFF, None), ("GET", "/reports/messages?from=none", STAFF, None), ("GET", "/reports/self-service?from=none", {"manager"}, None), ("POST", "/reports/handover/seen", STAFF, {}),
    ("GET", "/facility/versions", set(), None), ("GET", "/facility/versions/1", set(), None),
    ("GET", "/tokens", set(), None), ("POST", "/tokens", set(), {}), ("DELETE", "/tokens/999", set(), None),
    ("GET", "/users", set(), None), ("POST", "/users", set(), {}), ("DELETE", "/users/nobody", set(), None), ("PATCH", "/users/nobody", set(), {}), ("POST", "/backup", set(), {"x": 1}),
]
TOPICS = {"board:hall": {"board", "agent"} | STAFF, "desks": STAFF, "desk:desk-1": {"clerk", "agent"}, "queue": STAFF, "devices": STAFF, "services": {"kiosk", "agent", "contact_centre"} | STAFF, "kiosk:door": {"kiosk"} | STAFF}


class Roles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = Appliance(facility(desks=2, printer=PREVIEW))
        cls.addClassCleanup(cls.house.__exit__, None, None, None)
        cls.house.start()
        cls.tokens = {role: cls.house.token(role) for role in ROLES}
        cls.tokens[None] = None

    def test_every_call_by_every_role(self):
        asked = 0
        for role in [*ROLES, None]:
            http = self.house.client(self.tokens[role])
            for method, path, may, body in CALLS:
                with self.subTest(role=role, method=method, path=path):
                    answer = http.request(method, V1 + path, body)
                    allowed = role == "admin" or role in may
                    if allowed:
                        self.assertNotIn(answer.status, (401, 403, 429), answer)
                        self.assertLess(answer.status, 500)
                    else:
                        self.assertEqual((answer.status, answer.problem()), (401, "unauthorized") if role is None else (403, "forbidden"), answer)
                        if role is None:
                            self.assertTrue(answer.header("www-authenticate").startswith("Bearer"))
                    asked += 1
        self.assertEqual(asked, len(CALLS) * (len(ROLES) + 1))

    def test_what_is_forbidden_says_nothing_about_what_is_there(self):
        http = self.house.client(self.tokens["board"])
        there, not_there = http.get(V1 + "/desks/desk-1"), http.get(V1 + "/desks/desk-9")
        self.assertEqual((there.status, there.body), (not_there.status, not_there.body))

    def test_every_topic_by_every_role(self):
        for topic, may in TOPICS.items():
            for role in [*ROLES, None]:
                with self.subTest(topic=topic, role=role):
                    watcher = self.house.watch(topic, self.tokens[role])
                    self.assertEqual(watcher.open, role == "admin" or role in may, watcher.answer)
                    if not watcher.open:
                        self.assertEqual(watcher.answer.status, 401 if role is None else 403)
                    watcher.close()

    def test_one_forbidden_topic_among_many(self):
        watcher = self.house.watch("services,board:hall", self.tokens["kiosk"])
        self.assertEqual((watcher.answer.status, watcher.answer.problem()), (403, "forbidden"))

    def test_a_kiosk_is_a_kiosk_whatever_it_says(self):
        answer = self.house.client(self.tokens["kiosk"]).post(V1 + "/visits", {"services": ["s0"], "channel": "host"})
        self.assertEqual((answer.status, answer.json()["channel"]), (201, "kiosk"))

    def test_unknown_and_odd_tokens(self):
        for header in ("Bearer", "Bearer ", "Bearer x", "Bearer " + "a" * 500, "Basic YTpi", "Bearer \xff", "bearer" + self.tokens["clerk"],
                       "Bearer " + self.tokens["clerk"][:-1], "Bearer " + self.tokens["clerk"].upper() + "x"):
            with self.subTest(header=header[:30]):
                for path in ("/queue", "/session", "/visits/none"):
                    answer = self.house.client(None).get(V1 + path, headers={"Authorization": header})
                    self.assertEqual((answer.status, answer.problem()), (401, "unauthorized"), answer)
        self.assertEqual(self.house.client(None).get(V1 + "/queue", headers={"Authorization": "bEARER  " + self.tokens["clerk"]}).status, 200)

    def test_a_removed_token_opens_nothing(self):
        admin = self.house.client()
        made = admin.post(V1 + "/tokens", {"role": "clerk", "name": "short-lived"}).json()
        clerk = self.house.client(made["token"])
        self.assertEqual(clerk.get(V1 + "/queue").status, 200)
        self.assertEqual(admin.request("DELETE", V1 + "/tokens/" + made["id"]).status, 204)
        self.assertEqual(clerk.get(V1 + "/queue").status, 401)

    def test_a_token_removed_from_the_command_line_opens_nothing(self):
        token = self.house.token("clerk", "by-hand")
        clerk = self.house.client(token)
        self.assertEqual(clerk.get(V1 + "/queue").status, 200)
        number = next(line.split("\t")[0] for line in self.house.ctl("token", "list").stdout.splitlines() if line.endswith("\tby-hand"))
        self.house.ctl("token", "remove", number)
        wait_until(lambda: clerk.get(V1 + "/queue").status == 401, "the token's end", 10)

    def test_the_last_administrator_stays(self):
        self.house.ctl("token", "remove", "999", check=1)
        admin = self.house.client()
        mine = [t for t in admin.get(V1 + "/tokens").json() if t["role"] == "admin"]
        for token in mine[1:]:
            admin.request("DELETE", V1 + "/tokens/" + token["id"])
        answer = admin.request("DELETE", V1 + "/tokens/" + mine[0]["id"])
        self.assertEqual((answer.status, answer.problem()), (409, "last_admin"))
        type(self).tokens["admin"] = self.house.token("admin")


class Sessions(unittest.TestCase):
    def setUp(self):
        self.house = Appliance(facility(desks=2))
        self.addCleanup(self.house.__exit__, None, None, None)
        self.house.start()
        self.nobody = self.house.client(None)

    def here(self, **more):
        return {"Origin": "http://127.0.0.1:%d" % self.house.port, "Sec-Fetch-Site": "same-origin", **more}

    def sign_in(self, token=None, **body):
        answer = self.nobody.post(V1 + "/session", {"token": token} if token else body, headers=self.here())
        return answer, (answer.header("set-cookie") or "").split(";")[0]

    def test_the_cookie(self):
        answer, cookie = self.sign_in(self.house.token("clerk", "the desk"))
        self.assertEqual((answer.status, answer.json()["role"], answer.json()["name"]), (200, "clerk", "the desk"))
        flags = {part.strip().lower() for part in answer.header("set-cookie").split(";")[1:]}
        self.assertTrue({"httponly", "samesite=strict", "path=/"} <= flags, flags)
        self.assertTrue(cookie.startswith("skranke_clerk=") and len(cookie) > 40)
        self.assertNotIn(cookie.split("=")[1].encode(), answer.body)
        self.assertEqual(self.house.client(None, cookie=cookie).get(V1 + "/queue").status, 200)

    def test_foreign_pages_cannot_borrow_it(self):
        _, cookie = self.sign_in(self.house.token("clerk"))
        browser = self.house.client(None, cookie=cookie)
        path, body = V1 + "/desks/desk-1/session", {}
        for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
                        {"Origin": "http://127.0.0.1:1"}, {"Origin": "http://127.0.0.1:%d.evil.example" % self.house.port},
                        {"Origin": "http://127.0.0.1:%d" % self.house.port, "Sec-Fetch-Site": "cross-site"}):
            for method in ("PUT", "DELETE"):
                with self.subTest(headers=headers, method=method):
                    answer = browser.request(method, path, body if method == "PUT" else None, headers=headers)
                    self.assertEqual((answer.status, answer.problem()), (403, "cross_site"), answer)
        plain = browser.request("PUT", path, body, headers=self.here(**{"Content-Type": "text/plain"}))
        self.assertEqual(plain.status, 400)
        self.assertEqual(browser.get(V1 + "/desks/desk-1").json()["state"], "closed")
        self.assertEqual(browser.request("PUT", path, body, headers=self.here()).status, 200)
        self.assertEqual(browser.request("DELETE", path, headers={"Origin": self.here()["Origin"]}).status, 200)

    def test_foreign_pages_cannot_sign_somebody_in_or_out(self):
        token = self.house.token("clerk")
        answer = self.nobody.post(V1 + "/session", {"token": token}, headers={"Origin": "https://evil.example"})
        self.assertEqual((answer.status, answer.problem(), answer.header("set-cookie")), (403, "cross_site", None))
        _, cookie = self.sign_in(token)
        out = self.house.client(None, cookie=cookie).request("DELETE", V1 + "/session", headers={"Sec-Fetch-Site": "cross-site"})
        self.assertEqual(out.status, 403)
        self.assertEqual(self.house.client(None, cookie=cookie).get(V1 + "/queue").status, 200)

    def test_a_stale_cookie_does_not_stop_a_citizen(self):
        token = self.house.client().post(V1 + "/visits", {"services": ["s0"]}).json()["token"]
        browser = self.house.client(None, cookie="skranke_clerk=" + "a" * 52)
        self.assertEqual(browser.request("DELETE", V1 + "/visits/" + token, headers=self.here()).status, 200)

    def test_several_roles_in_one_browser(self):
        cookies = [self.sign_in(self.house.token(role))[1] for role in ("board", "clerk")]
        browser = self.house.client(None, cookie="; ".join(cookies))
        self.assertEqual(sorted(browser.get(V1 + "/session").json()["roles"]), ["board", "clerk"])
        self.assertEqual((browser.get(V1 + "/boards/hall").status, browser.get(V1 + "/queue").status, browser.get(V1 + "/tokens").status), (200, 200, 403))

    def test_a_session_outlives_a_power_cut_and_ends_when_told(self):
        _, cookie = self.sign_in(self.house.token("clerk"))
        self.house.write_config(self.house.port)
        self.house.kill()
        self.house.start()
        browser = self.house.client(None, cookie=cookie)
        self.assertEqual(browser.get(V1 + "/queue").status, 200)
        out = browser.request("DELETE", V1 + "/session", headers=self.here())
        self.assertEqual(out.status, 204)
        self.assertIn("Max-Age=0", out.header("set-cookie"))
        self.assertEqual(browser.get(V1 + "/queue").status, 401)
        self.house.kill()
        self.house.start()
        self.assertEqual(self.house.client(None, cookie=cookie).get(V1 + "/queue").status, 401)

    def test_a_session_ends_with_its_token(self):
        admin = self.house.client()
        made = admin.post(V1 + "/tokens", {"role": "clerk", "name": "guest"}).json()
        _, cookie = self.sign_in(made["token"])
        browser = self.house.client(None, cookie=cookie)
        self.assertEqual(browser.get(V1 + "/queue").status, 200)
        admin.request("DELETE", V1 + "/tokens/" + made["id"])
        self.assertEqual(browser.get(V1 + "/queue").status, 401)

    def test_people(self):
        admin = self.house.client()
        who = {"user": "anna", "role": "clerk", "name": "Anna", "password": "correct-horse-battery"}
        self.assertEqual(admin.post(V1 + "/users", who).status, 201)
        answer, cookie = self.sign_in(user="anna", password="correct-horse-battery")
        self.assertEqual((answer.status, answer.json()["name"]), (200, "Anna"))
        self.assertEqual(self.house.client(None, cookie=cookie).get(V1 + "/queue").status, 200)
        wrong, _ = self.sign_in(user="anna", password="wrong-horse-battery")
        unknown, _ = self.sign_in(user="nobody", password="wrong-horse-battery")
        self.assertEqual((wrong.status, wrong.problem(), wrong.header("set-cookie")), (401, "sign_in_failed", None))
        self.assertEqual((unknown.status, unknown.body), (401, wrong.body))
        admin.request("DELETE", V1 + "/users/anna")
        self.assertEqual(self.house.client(None, cookie=cookie).get(V1 + "/queue").status, 401)
        for file in os.listdir(self.house.data):
            if os.path.isfile(os.path.join(self.house.data, file)):
                with open(os.path.join(self.house.data, file), "rb") as data:
                    self.assertNotIn(b"correct-horse-battery", data.read(), file)

    def test_guessing_is_slowed_down(self):
        answers = [self.sign_in("guess-%d" % n)[0] for n in range(8)]
        self.assertEqual([a.status for a in answers[:5]], [401] * 5)
        self.assertEqual((answers[-1].status, answers[-1].problem()), (429, "too_many_attempts"))
        self.assertGreaterEqual(int(answers[-1].header("retry-after")), 1)
        self.assertEqual(self.sign_in(self.house.admin_token)[0].status, 429, "even the right one waits, or guessing would not")
        self.assertEqual(self.house.client().get(V1 + "/queue").status, 200, "who has a token is not held up")

    def test_callers_without_a_token_are_rationed_others_are_not(self):
        statuses = [self.nobody.get(V1 + "/visits/none").status for _ in range(300)]
        self.assertEqual((statuses[0], statuses[-1]), (404, 429))
        self.assertTrue(150 <= statuses.count(404) <= 299, statuses.count(404))
        self.assertEqual({self.house.client().get(V1 + "/visits/none").status for _ in range(300)}, {404})
        self.assertEqual(self.nobody.get("/healthz").status, 200)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
