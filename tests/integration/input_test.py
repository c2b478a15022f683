#!/usr/bin/env python3
"""Every field of every call: missing, null, wrong type, huge, out of range, badly encoded. The answer is a 4xx problem that names the field
where one is at fault; nothing crashes, nothing has happened.

The table below is complete: the last test holds it against the description the daemon itself serves.
"""
import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, PREVIEW, facility  # noqa: E402

HUGE = "x" * 40_000
V1 = "/api/v1"


class Field:
    """One field of a body: what is wrong with it, and whether it must be there."""

    def __init__(self, kind, required=False, low=None, high=None):
        self.kind, self.required, self.low, self.high = kind, required, low, high

    def wrong(self):
        values = [{}, {"a": 1}]
        if self.kind != "slugs":
            values += [[], ["x"], [[]]]
        if self.kind == "clearable":   # text that may be empty
            values += [1, -1, 1.5, True, HUGE, "a\u0000b", "a\u001bb", "nonsense"]
        if self.kind in ("text", "slug", "word", "password"):
            values += [1, -1, 1.5, True, HUGE, "", "a\u0000b", "a\u001bb"]
        if self.kind in ("slug", "word"):
            values += ["Bad Slug", "-x", "æ", "../..", "x" * 65, "\u202e", "'; DROP TABLE event"]
        if self.kind == "password":
            values += ["short"]
        if self.kind == "integer":
            values += ["1", "", True, 1.5, 1e300, -1, self.low - 1, self.high + 1, 2 ** 31, 2 ** 63 - 1, 2 ** 64, -2 ** 63, 10 ** 400]
        if self.kind == "flag":
            values += [0, 1, "true", "", 1.5]
        if self.kind == "slugs":
            values += ["pas", 1, True, [1], [None], [[]], [{}], [""], ["Bad Slug"], ["x" * 65], ["a", "a"], ["s%d" % n for n in range(300)], [HUGE]]
        return values + ([None] if self.required else [])


TEXT, SLUG, WORD, FLAG = Field("text"), Field("slug"), Field("word"), Field("flag")
PARTY, MINUTES = Field("integer", low=1, high=50), Field("integer", low=1, high=480)
VISIT = Field("text", required=True)

# Method, pattern of the description, an address that exists, fields, a body that would be taken.
BODIES = [
    ("POST", "/visits", "/visits", {"services": Field("slugs", required=True), "language": TEXT, "channel": WORD, "party": PARTY, "priority": SLUG,
                                    "print": FLAG, "kiosk": SLUG, "standby": FLAG, "number": TEXT,
                                    "needs": Field("slugs"), "callback": FLAG}, {"services": ["s0"]}),
    ("POST", "/reports/handover/seen", "/reports/handover/seen", {"until": Field("text", required=True)}, {"until": "2026-11-23T09:05:00+01:00"}),
    ("POST", "/visits/{token}/return", "/visits/TOKEN/return", {}, {}),
    ("POST", "/visits/{token}/more-time", "/visits/TOKEN/more-time", {}, {}),
    ("POST", "/visits/{token}/reprint", "/visits/TOKEN/reprint", {"kiosk": SLUG, "printer": SLUG}, {}),
    ("POST", "/queue/{visit}/leave", "/queue/VISIT/leave", {}, {}),
    ("POST", "/queue/{visit}/return", "/queue/VISIT/return", {}, {}),
    ("POST", "/queue/{visit}/reprint", "/queue/VISIT/reprint", {"kiosk": SLUG, "printer": SLUG}, {}),
    ("PUT", "/desks/{desk}/session", "/desks/desk-2/session", {"services": Field("slugs"), "languages": Field("slugs"), "skills": Field("slugs"),
                                                                       "clerk": SLUG, "move": FLAG, "auto_next": FLAG, "rest_s": Field("integer", low=0, high=3600)}, {}),
    ("PATCH", "/desks/{desk}/session", "/desks/desk-1/session", {"state": Field("word", required=True), "reason": TEXT}, {"state": "break"}),
    ("DELETE", "/desks/{desk}/session", "/desks/desk-1/session", {}, {}),
    ("POST", "/desks/{desk}/next", "/desks/desk-2/next", {}, {}),
    ("POST", "/desks/{desk}/call", "/desks/desk-2/call", {"visit": Field("text", required=True), "number": TEXT, "service": SLUG}, {"visit": "VISIT"}),
    ("POST", "/desks/{desk}/recall", "/desks/desk-1/recall", {}, {}),
    ("POST", "/desks/{desk}/start", "/desks/desk-1/start", {}, {}),
    ("POST", "/desks/{desk}/finish", "/desks/desk-1/finish", {"outcome": WORD, "services_done": Field("slugs"), "continue": FLAG, "step": Field("integer", low=0, high=31)},
     {"outcome": "settled"}),
    ("POST", "/desks/{desk}/services", "/desks/desk-1/services", {"add": Field("slugs"), "remove": Field("slugs"), "change_to": SLUG}, {"add": ["s1"]}),
    ("POST", "/desks/{desk}/button", "/desks/desk-2/button", {"press": WORD, "number": TEXT}, {"press": "single"}),
    ("POST", "/desks/{desk}/help", "/desks/desk-1/help", {"kind": WORD, "to": SLUG}, {"kind": "help"}),
    ("PATCH", "/desks/{desk}/help", "/desks/desk-1/help", {}, {}),
    ("POST", "/messages", "/messages", {"text": Field("text", required=True), "from": SLUG, "to": SLUG}, {"text": "hello"}),
    ("POST", "/queue/{visit}/services", "/queue/VISIT/services", {"add": Field("slugs"), "remove": Field("slugs"), "change_to": SLUG}, {"add": ["s1"]}),
    ("POST", "/desks/{desk}/no-show", "/desks/desk-1/no-show", {}, {}),
    ("POST", "/desks/{desk}/park", "/desks/desk-1/park", {"minutes": MINUTES, "place": TEXT}, {"minutes": 5}),
    ("POST", "/desks/{desk}/transfer", "/desks/desk-1/transfer", {"to_service": SLUG, "to_desk": SLUG, "place": WORD, "to_clerk": SLUG,
                                                                            "to_pool": SLUG, "preferred": FLAG, "after_minutes": MINUTES,
                                                                            "preferred_minutes": Field("integer", low=0, high=480)}, {"to_service": "s1"}),
    ("POST", "/desks/{desk}/undo", "/desks/desk-1/undo", {}, {}),
    ("POST", "/desks/{desk}/return", "/desks/desk-1/return", {"visit": VISIT}, {"visit": "VISIT"}),
    ("PATCH", "/visits/{token}", "/visits/VISIT", {"language": TEXT, "party": PARTY, "priority": Field("clearable"), "needs": Field("slugs")}, {"party": 2}),
    ("POST", "/visits/{visit}/move", "/visits/VISIT/move", {"service": SLUG, "to_service": SLUG, "to_desk": SLUG, "place": WORD,
                                                            "reason": Field("word", required=True)}, {"place": "front", "reason": "other"}),
    ("POST", "/visits/{visit}/merge", "/visits/VISIT/merge", {"into": VISIT, "family": FLAG}, {"into": "VISIT"}),
    ("POST", "/visits/{visit}/split", "/visits/VISIT/split", {"services": Field("slugs", required=True), "party": PARTY, "print": FLAG, "kiosk": SLUG},
     {"services": ["s0"]}),
    ("POST", "/visits/{visit}/cancel", "/visits/VISIT/cancel", {"reason": Field("word", required=True)}, {"reason": "other"}),
    ("PUT", "/room/mode", "/room/mode", {"mode": Field("word", required=True), "first": TEXT, "last": TEXT, "service": SLUG, "torn": Field("slugs")},
     {"mode": "normal"}),
    ("PUT", "/room/evacuation", "/room/evacuation", {"active": Field("flag", required=True), "kind": WORD}, {"active": False}),
    ("PATCH", "/sound", "/sound", {"speech": FLAG, "second_language": FLAG, "times": Field("integer", low=1, high=3)}, {"times": 1}),
    ("POST", "/media", "/media", {"name": Field("text", required=True), "type": Field("word", required=True), "bytes": Field("integer", required=True, low=1, high=33554432),
                                  "seconds": Field("integer", low=3, high=120), "boards": Field("slugs")}, {"name": "x", "type": "png", "bytes": 5}),
    ("PATCH", "/media/{media}", "/media/none", {"name": TEXT, "seconds": Field("integer", low=3, high=120), "boards": Field("slugs")}, {}),
    ("POST", "/pairing/claim", "/pairing/claim", {"claim": Field("text", required=True), "box": SLUG}, {"claim": "x"}),
    ("POST", "/agents/{agent}/bench/press", "/agents/box/bench/press", {"button": Field("slug", required=True), "how": Field("word")}, {"button": "next-1"}),
    ("POST", "/pairing/{code}", "/pairing/123456", {"kind": Field("word", required=True), "id": Field("slug", required=True), "name": TEXT, "zones": Field("slugs")},
     {"kind": "board", "id": "hall"}),
    ("POST", "/sound/{output}/test", "/sound/hall/test", {}, {}),
    ("POST", "/voice/sentences", "/voice/sentences", {"text": Field("text", required=True), "language": Field("text", required=True)}, {"text": "Velkommen", "language": "da"}),
    ("POST", "/session", "/session", {"token": TEXT, "user": TEXT, "password": TEXT}, {"user": "nobody", "password": "wrong-password"}),
    ("POST", "/self-service", "/self-service", {"service": Field("slug", required=True)}, {"service": "s0"}),
    ("POST", "/tokens", "/tokens", {"role": Field("word", required=True), "name": TEXT}, {"role": "board"}),
    ("POST", "/users", "/users", {"user": Field("text", required=True), "role": Field("word", required=True), "name": TEXT,
                                  "password": Field("password", required=True)},
     {"user": "bodil", "role": "clerk", "password": "a-long-enough-one"}),
    ("POST", "/visits/{token}/enrolments", "/visits/VISIT/enrolments", {"profile": Field("slug", required=True), "age": WORD}, {"profile": "passport"}),
    ("POST", "/visits/{token}/enrolments/{enrolment}/capture", "/visits/VISIT/enrolments/none/capture", {"modality": Field("word", required=True)}, {"modality": "face"}),
    ("POST", "/visits/{token}/enrolments/{enrolment}/accept", "/visits/VISIT/enrolments/none/accept", {"capture": Field("integer", required=True, low=1, high=60), "attested": FLAG}, {"capture": 1}),
    ("POST", "/visits/{token}/enrolments/{enrolment}/exception", "/visits/VISIT/enrolments/none/exception",
     {"ground": Field("text", required=True), "temporary": FLAG}, {"ground": "worn", "position": "right_index"}),
    ("POST", "/visits/{token}/enrolments/{enrolment}/redo", "/visits/VISIT/enrolments/none/redo", {"modality": Field("text", required=True)}, {"modality": "face"}),
    ("POST", "/visits/{token}/enrolments/{enrolment}/verify", "/visits/VISIT/enrolments/none/verify", {"position": Field("word", required=True)}, {"position": "right_index"}),
    ("POST", "/visits/{token}/enrolments/{enrolment}/hand-over", "/visits/VISIT/enrolments/none/hand-over", {"desk": Field("slug", required=True)}, {"desk": "desk-2"}),
    ("POST", "/visits/{token}/enrolments/{enrolment}/take-over", "/visits/VISIT/enrolments/none/take-over", {}, {}),
    ("POST", "/visits/{token}/enrolments/{enrolment}/cancel", "/visits/VISIT/enrolments/none/cancel", {}, {}),
    ("POST", "/visits/{token}/enrolments/{enrolment}/complete", "/visits/VISIT/enrolments/none/complete", {}, {}),
    ("POST", "/printers/{printer}/test", "/printers/none/test", {}, {}),
    ("POST", "/printers/{printer}/roll", "/printers/none/roll", {"tickets": Field("integer", low=0, high=20000)}, {}),
    ("POST", "/backup", "/backup", {}, {}),
]
# Reads, and deletes without a body: the address is all there is.
ADDRESSES = [
    ("GET", "/services"), ("GET", "/queue"), ("GET", "/room"), ("GET", "/visits"), ("GET", "/messages"), ("GET", "/desks"), ("GET", "/devices"), ("GET", "/tokens"), ("GET", "/users"), ("GET", "/facility"),
    ("DELETE", "/desks/{desk}/help"),
    ("GET", "/session"), ("GET", "/healthz"), ("GET", "/metrics"), ("GET", "/openapi.json"), ("GET", "/boards/{board}"), ("GET", "/kiosks/{kiosk}"),
    ("GET", "/desks/{desk}"), ("GET", "/visits/{token}"), ("DELETE", "/visits/{token}"), ("GET", "/visits/{token}/qr.svg"),
    ("GET", "/printers/found"), ("GET", "/printers/{printer}/tickets"), ("GET", "/printers/{printer}/tickets/{file}"), ("DELETE", "/tokens/{id}"), ("DELETE", "/users/{user}"), ("PATCH", "/tokens/{id}"), ("PATCH", "/users/{user}"),
    ("DELETE", "/session"), ("PUT", "/facility"), ("GET", "/events"), ("GET", "/alarms"), ("GET", "/room"), ("GET", "/slots"), ("GET", "/bookable"), ("GET", "/visits"),
    ("GET", "/bookings"), ("GET", "/bookings/{code}"), ("DELETE", "/bookings/{code}"), ("GET", "/bookings/{code}/qr.svg"), ("GET", "/bookings/{code}/print"), ("GET", "/texts/{language}"), ("PUT", "/facility/ticket-preview"), ("GET", "/reports/bookings"), ("GET", "/reports/promise"),
    ("GET", "/bookings/{code}/personal-data"), ("DELETE", "/bookings/{code}/personal-data"),
    ("GET", "/contact"), ("GET", "/desks/{desk}/callback"), ("GET", "/reports/callbacks"), ("GET", "/reports/handover"),
    ("GET", "/reports/refusals"), ("GET", "/reports/visits"), ("GET", "/reports/estimates"), ("GET", "/reports/messages"), ("GET", "/reports/self-service"), ("GET", "/visits/{token}/contact"), ("DELETE", "/visits/{token}/contact"), ("GET", "/facility/versions"), ("GET", "/facility/versions/{version}"), ("GET", "/facility/plans"), ("DELETE", "/facility/plans/{id}"),
    # Their bodies are held against the description by tidy.api only.
    ("GET", "/waiting-list"), ("POST", "/waiting-list"), ("GET", "/reports/waits"), ("GET", "/reports/plan"), ("GET", "/elsewhere"), ("GET", "/desks/{desk}/enrolment"),
    ("GET", "/visits/{token}/enrolments/{enrolment}"), ("GET", "/visits/{token}/enrolments/{enrolment}/preview"),
    ("GET", "/visits/{token}/enrolments/{enrolment}/captures/{capture}"), ("GET", "/desks/{desk}/enrolment/citizen"),
    ("GET", "/desks/{desk}/enrolment/citizen/preview"), ("GET", "/desks/{desk}/enrolment/citizen/captures/{capture}"),
    ("PUT", "/visits/{token}/contact"), ("PUT", "/visits/{token}/push"), ("POST", "/bookings"), ("PATCH", "/bookings/{code}"), ("POST", "/bookings/{code}/check-in"), ("POST", "/bookings/{code}/print"),
    ("PUT", "/agents/{agent}/devices"), ("PUT", "/agents/{agent}/bench"), ("GET", "/bench"), ("GET", "/screens/{box}"), ("GET", "/media"), ("DELETE", "/media/{media}"), ("PUT", "/media/{media}/data"), ("GET", "/media/{media}/file"), ("POST", "/pairing"), ("GET", "/sound"), ("GET", "/voice/clips/{hash}"), ("GET", "/voice/sentences/{name}"),
]
BAD_SEGMENTS = ["%00", "desk-1%00", "%ff%fe", "%c3%28", "%ed%a0%80", "..%2f..%2fetc%2fpasswd", "%2e%2e", "desk-1%2fsession", "%", "%zz", "%e", "desk+1",
                "x" * 1500, "DESK-1", "%F0%9F%98%80", "-1", "0", "18446744073709551616", "'%20OR%201=1", "%3Cscript%3E", "desk-1%20", "*", "%0d%0aX:%20y"]
BAD_BODIES = [b"[]", b"null", b'"x"', b"1", b"{", b'{"a":', b"{}}", b"{}{}", b"{'a':1}", b'{"a":1,}', b"// x\n{}", b"\xef\xbb\xbf{}x", b"\xff\xfe{\0}\0", b"{\0}", b"\0",
              b'{"a":NaN}', b'{"a":Infinity}', b'{"\xff":1}', b'{"a":"\xc3\x28"}', b'{"a":"\xed\xa0\x80"}', b'{"a":"\\ud800"}', b'{"a":"\\u0000"}',
              b'{"a":"\\x"}', b'{"a":"tab\there"}', b'{"' + b"k" * 70_000 + b'":1}', b"[" * 5_000, b'{"a":' * 5_000, b'{"a":' + b"[" * 200 + b"]" * 200 + b"}",
              b'{"unknown_field":1}', b'{"":1}', b'{"a":1e999}', b"{" + b",".join(b'"k%d":1' % n for n in range(20_000)) + b"}", b" " * 70_000]


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = Appliance(facility(desks=3, printer=PREVIEW))
        cls.addClassCleanup(cls.house.__exit__, None, None, None)
        cls.house.start()
        cls.http = cls.house.client()
        for n in range(3):
            cls.last = cls.http.post(V1 + "/visits", {"services": ["s0"]}).json()
        for desk in ("desk-1", "desk-2"):
            assert cls.http.request("PUT", V1 + "/desks/%s/session" % desk, {}).status == 200
        assert cls.http.post(V1 + "/desks/desk-1/next").status == 200
        assert cls.http.post(V1 + "/desks/desk-1/start").status == 200

    def setUp(self):
        self.before = (self.house.seq(), len(self.people()))

    def tearDown(self):
        self.assertEqual((self.house.seq(), len(self.people())), self.before, "something happened after all")
        self.assertIn("skranke_http_handler_failures_total 0\n", self.http.get("/metrics").body.decode())

    def people(self):
        return self.http.get(V1 + "/tokens").json() + self.http.get(V1 + "/users").json()

    def address(self, path):
        return V1 + path.replace("TOKEN", self.last["token"]).replace("VISIT", self.last["id"])

    def refused(self, method, path, body, headers=None, field=None):
        """Sends it, expects a 4xx problem; with `field`, one that names it or a part of it."""
        what = (method, path, body[:120] if isinstance(body, bytes) else str(body)[:120])
        answer = self.http.request(method, self.address(path), body, headers=headers)
        self.assertTrue(400 <= answer.status < 500, (what, answer))
        self.assertNotIn(answer.status, (401, 403, 429), (what, answer))
        reason = answer.problem()
        self.assertEqual(answer.json()["title"], reason, (what, answer))
        if field:
            self.assertTrue(re.split(r"[.\[]", answer.json().get("field", ""))[0] == field, (what, reason, answer))
        return answer

    def test_each_field_wrong(self):
        count = 0
        for method, _, path, fields, good in BODIES:
            for name, field in fields.items():
                for value in field.wrong():
                    with self.subTest(path=path, field=name, value=str(value)[:60]):
                        self.refused(method, path, json.dumps({**good, name: value}).encode(), field=name)
                        count += 1
        print("%d wrong values refused" % count)
        self.assertGreater(count, 300)

    def test_each_required_field_missing(self):
        for method, _, path, fields, good in BODIES:
            for name in (n for n, f in fields.items() if f.required):
                with self.subTest(path=path, field=name):
                    self.refused(method, path, {k: v for k, v in good.items() if k != name}, field=name)
                    self.refused(method, path, {**good, name: None}, field=name)
                    self.refused(method, path, b"")

    def test_an_unknown_field_is_named(self):
        for method, _, path, _, good in BODIES:
            with self.subTest(path=path):
                self.refused(method, path, {**good, "servces": ["s0"]}, field="servces")

    def test_a_field_twice(self):
        self.refused("POST", "/visits", b'{"services":["s0"],"services":["s1"]}')

    def test_bodies_that_are_no_object(self):
        for method, _, path, _, _ in BODIES:
            for body in BAD_BODIES:
                with self.subTest(path=path, body=body[:40]):
                    self.refused(method, path, body)

    def test_encodings_inside_a_field(self):
        for bad in (b"\xc3\x28", b"\xed\xa0\x80", b"\xff", b"\\ud800", b"\\udc00\\ud800", b"\\u0000", b"\x00", b"\x1b", b"\xf5\x80\x80\x80", b"\xc0\xaf"):
            for path, body in (("/desks/desk-1/session", b'{"state":"break","reason":"%s"}'), ("/visits", b'{"services":["%s"]}'),
                               ("/tokens", b'{"role":"board","name":"%s"}')):
                with self.subTest(path=path, bad=bad):
                    self.refused("PATCH" if "session" in path else "POST", path, body % bad)

    def test_too_large(self):
        for method, _, path, _, good in BODIES:
            with self.subTest(path=path):
                padded = json.dumps(good).encode()
                self.assertEqual(self.refused(method, path, padded + b" " * (70_000 - len(padded))).status, 413)
        self.assertEqual(self.refused("POST", "/visits", b" " * (1024 * 1024 + 1)).status, 413)

    def test_content_types(self):
        for kind in ("text/plain", "multipart/form-data; boundary=x", "application/xml", "application/jsonx", "application/octet-stream", "x", "json"):
            for method, _, path, _, good in BODIES:
                with self.subTest(path=path, kind=kind):
                    body = json.dumps(good).replace("VISIT", self.last["id"]).encode()
                    self.refused(method, path, body, headers={"Content-Type": kind}, field="Content-Type")

    def test_unknown_things(self):
        for method, path, body, status, reason in (
                ("POST", "/visits", {"services": ["nothing"]}, 422, "unknown_service"), ("POST", "/visits", {"services": ["s0"], "priority": "vip"}, 422, "unknown_priority"),
                ("POST", "/visits", {"services": ["s0"], "kiosk": "nowhere"}, 422, "wrong_content"), ("POST", "/desks/desk-9/next", None, 404, "unknown_desk"),
                ("GET", "/desks/desk-9", None, 404, "unknown_desk"), ("POST", "/desks/desk-2/call", {"visit": "v-none"}, 404, "unknown_visit"),
                ("PUT", "/desks/desk-3/session", {"services": ["nothing"]}, 422, "unknown_service"), ("GET", "/boards/none", None, 404, "unknown_board"),
                ("POST", "/desks/desk-1/transfer", {"to_service": "nothing"}, 422, "unknown_service"), ("GET", "/visits/none", None, 404, "unknown_visit"),
                ("POST", "/desks/desk-1/transfer", {"to_desk": "nowhere"}, 404, "unknown_desk"), ("POST", "/desks/desk-1/transfer", {}, 422, "wrong_content"),
                ("POST", "/queue/v-none/leave", None, 404, "unknown_visit"), ("GET", "/kiosks/none", None, 404, "unknown_kiosk"),
                ("GET", "/printers/none/tickets", None, 404, "unknown_printer"), ("GET", "/printers/front/tickets/none.png", None, 404, "not_found"),
                ("GET", "/printers/found?seconds=9", None, 422, "wrong_content"), ("POST", "/printers/none/test", None, 404, "unknown_printer"),
                ("POST", "/printers/none/roll", None, 404, "unknown_printer"),
                ("DELETE", "/tokens/999", None, 404, "not_found"), ("DELETE", "/users/nobody", None, 404, "not_found"), ("GET", "/nothing", None, 404, "not_found"),
                ("PATCH", "/visits", {}, 405, "method_not_allowed"), ("POST", "/visits/TOKEN/reprint", {"printer": "none"}, 422, "unknown_printer")):
            with self.subTest(method=method, path=path):
                answer = self.refused(method, path, body)
                self.assertEqual((answer.status, answer.problem()), (status, reason))

    def test_bad_addresses(self):
        for method, pattern in [(m, p) for m, p, _, _, _ in BODIES] + ADDRESSES:
            for bad in BAD_SEGMENTS:
                path = re.sub(r"\{\w+\}", bad, pattern)
                if path == pattern or path == "/desks/0":
                    continue
                with self.subTest(method=method, path=path[:80]):
                    self.refused(method, path, None)

    def test_bad_queries_do_no_harm(self):
        for path in ("/services", "/facility", "/boards/hall", "/queue"):
            for query in ("?lang=%ff", "?lang=" + "x" * 1000, "?lang=%00", "?lang=../..", "?format=%ff", "?&&&=", "?lang", "?lang=en&lang=da"):
                answer = self.http.get(V1 + path + query)
                self.assertLess(answer.status, 500, (path, query, answer))
                self.assertTrue(answer.status == 200 or answer.problem())

    def test_a_facility_that_does_not_hold(self):
        good = self.http.get(V1 + "/facility?format=toml").body
        version = len(self.house.ctl("journal", "replay").stdout.splitlines())
        cases = [(b"", "application/toml"), (b"x", "application/toml"), (b"\xff\xfe", "application/toml"), (good + b"\n[nothing]\n", "application/toml"),
                 (good.replace(b'letter = "A"', b'letter = "O"', 1), "application/toml"), (good.replace(b'authority = "kommune"', b'authority = "x"', 1), "application/toml"),
                 (good + b"[" * 100_000, "application/toml"), (b"{}", "application/json"), (b"[]", "application/json"), (b'{"site":1}', "application/json"),
                 (b'{"site":{"id":null}}', "application/json"), (b'{"service":' + b"[" * 3000, "application/json")]
        for body, kind in cases:
            with self.subTest(body=body[-60:], kind=kind):
                answer = self.refused("PUT", "/facility", body, headers={"Content-Type": kind})
                self.assertIn(answer.status, (400, 413, 422))
                self.assertIn("findings", answer.json())
        self.assertEqual(self.http.get(V1 + "/facility?format=toml").body, good)
        self.assertEqual(len(self.house.ctl("journal", "replay").stdout.splitlines()), version)

    def test_problems_speak_both_languages(self):
        for language, words in (("da", "mangler"), ("en", "missing")):
            answer = self.http.post(V1 + "/visits", {}, headers={"Accept-Language": language})
            self.assertIn(words, answer.json()["detail"])

    def test_the_table_is_complete(self):
        described = self.http.get(V1 + "/openapi.json").json()["paths"]
        known = {(m, p) for m, p, _, _, _ in BODIES} | set(ADDRESSES)
        blank = lambda path: re.sub(r"\{\w+\}", "{}", path)   # noqa: E731
        known = {(m, blank(p)) for m, p in known}
        served = set()
        for path, calls in described.items():
            for method in calls:
                if method in ("get", "put", "post", "patch", "delete"):
                    served.add((method.upper(), blank(re.sub(r"^/api/v1", "", path))))
        self.assertEqual(served - known, set(), "described, but not in this table")
        self.assertEqual(known - served, set(), "in this table, but not described")


if __name__ == "__main__":
    unittest.main(warnings="ignore")
