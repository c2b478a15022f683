#!/usr/bin/env python3
"""Text messages through a service that takes them by HTTP: a gateway of our own that is well, down, slow, busy, unwilling, or has had it before."""
import json
import os
import sys
import threading
import time
import unittest
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import wait_until  # noqa: E402
from mail_server import free_port  # noqa: E402
from told import AWAKE, ToldHouse  # noqa: E402

PHONE, DIALLED = "+45 00 11 22 33", "+4500112233"
JSON_BODY = """body = '{"to":"{to}","text":"{text}","reference":"{id}"}'"""


class Gateway:
    """`answers` are given in turn, then 202 for ever: a status, a status with headers, or a function that does as it likes."""

    def __init__(self, port=0):
        self.asked, self.answers, self.hold = [], [], 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append((self.command, self.path, dict(self.headers), body, time.monotonic()))
                status, more = outer.answers.pop(0) if outer.answers else (202, {})
                time.sleep(outer.hold)
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_PUT = do_POST

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class GatewayTest(ToldHouse):
    def gateway(self, settings=JSON_BODY, start=True):
        self.port = free_port()
        if start:
            self.served()
        key = os.path.join(os.environ.get("TMPDIR", "/tmp"), "gateway-key-%d" % self.port)
        with open(key, "w", encoding="utf-8") as file:
            file.write("first key\n")
        self.addCleanup(os.remove, key)
        self.key = key
        self.open_house(AWAKE + '[messages.sms_gateway]\nurl = "http://127.0.0.1:%d/send"\ntoken_file = "%s"\n%s\n' % (self.port, key, settings))

    def served(self):
        self.there = Gateway(self.port)
        self.addCleanup(self.there.close)

    def test_1_a_message_is_what_the_service_expects(self):
        self.gateway(JSON_BODY + '\nheaders = ["X-Sender: Test"]\n')
        booked = self.book(contact={"phone": PHONE}, language="da")
        self.state_of(booked, "sent")
        method, path, headers, body, _ = self.there.asked[0]
        self.assertEqual((method, path, headers["Content-Type"], headers["Authorization"], headers["X-Sender"]), ("POST", "/send", "application/json", "Bearer first key", "Test"))
        sent = json.loads(body)
        self.assertEqual((sent["to"], sent["reference"]), (DIALLED, headers["Idempotency-Key"]))
        self.assertIn(booked["code"], sent["text"])
        self.assertNotIn(booked["services"][0]["name"], sent["text"])
        self.assertEqual([(f["type"], f["event"]["channel"]) for f in self.facts(1)], [("message_sent", "sms")])
        self.no_bytes_of(b"00112233", b"first key")

    def test_2_a_form_by_put_and_a_status_of_its_own(self):
        self.gateway("""body = 'msisdn={digits}&message={text}'\ntype = "form"\nmethod = "PUT"\nexpect_status = 201\ntoken_header = "X-Key"\ntoken_prefix = ""\n""")
        self.there.answers = [(201, {}), (200, {})]
        booked = self.book(contact={"phone": PHONE}, language="da")
        self.state_of(booked, "sent")
        method, _, headers, body, _ = self.there.asked[0]
        self.assertEqual((method, headers["X-Key"], headers["Content-Type"]), ("PUT", "first key", "application/x-www-form-urlencoded"))
        fields = urllib.parse.parse_qs(body.decode(), strict_parsing=True)
        self.assertEqual(fields["msisdn"], [DIALLED[1:]])
        self.assertIn(booked["code"], fields["message"][0])
        other = self.book(at=-2, contact={"phone": "+45 00 11 22 44"})
        self.state_of(other, "failed")   # 200 is not what this service says when it took one

    def test_3_down_is_told_and_heals(self):
        self.gateway(start=False)
        booked = self.book(contact={"phone": PHONE})
        self.assertEqual(self.fault("sms", "gateway_unreachable")["state"], "failed")
        self.served()
        self.state_of(booked, "sent")
        wait_until(lambda: self.device("sms")["state"] == "ready", "all well")
        self.nothing_more(lambda: len(self.there.asked), 1)

    def test_4_busy_waits_as_long_as_it_is_told(self):
        self.gateway()
        self.there.answers = [(429, {"Retry-After": "14"})]
        booked = self.book(contact={"phone": PHONE})
        self.assertEqual(self.fault("sms", "gateway_busy")["state"], "warning")
        other = self.book(at=-2, contact={"phone": "+45 00 11 22 44"})
        self.state_of(booked, "sent")
        self.state_of(other, "sent")
        times = [asked[4] for asked in self.there.asked]
        self.assertEqual(len(times), 3)
        self.assertGreaterEqual(times[1] - times[0], 13.5, "nothing was asked before its time, the second message neither")

    def test_5_refused_is_over_and_had_before_is_sent(self):
        self.gateway()
        self.there.answers = [(422, {}), (409, {})]
        refused = self.book(contact={"phone": PHONE})
        self.state_of(refused, "failed")
        again = self.book(at=-2, contact={"phone": "+45 00 11 22 44"})
        self.state_of(again, "sent")
        self.nothing_more(lambda: len(self.there.asked), 2)
        self.assertEqual([(f["type"], f["event"].get("reason")) for f in self.facts(2)], [("message_failed", "gateway_refused"), ("message_sent", None)])
        self.out_of_reach(refused)

    def out_of_reach(self, refused):
        """Whoever no message reached stands in the report until their time is cancelled; without an address."""
        told = self.report()
        self.assertEqual([(p["code"], p["reason"], p["start"], p["services"]) for p in told["out_of_reach"]],
                         [(refused["code"], "gateway_refused", refused["start"], [refused["services"][0]["name"]])])
        self.assertEqual(told["out_of_reach"][0]["service_ids"], [refused["services"][0]["service"]], "by which a desk knows whether it is for its clerk")
        self.assertNotIn("00112233", json.dumps(told))
        self.http.request("DELETE", "/api/v1/bookings/" + refused["code"])
        self.assertEqual((self.report()["out_of_reach_count"], self.report()["out_of_reach"]), (0, []))

    def test_6_a_slow_service_does_not_hold_up_the_house_and_nothing_goes_twice(self):
        self.gateway()
        self.there.hold = 34.0   # longer than anybody waits
        booked = self.book(contact={"phone": PHONE})
        wait_until(lambda: self.there.asked, "the request")
        begun = time.monotonic()
        for _ in range(20):
            self.assertEqual(self.http.get("/healthz").status, 200)
        self.assertLess(time.monotonic() - begun, 5)
        self.state_of(booked, "unknown")
        self.there.hold = 0.0
        self.nothing_more(lambda: len(self.there.asked), 1)

    def test_8_what_is_on_its_way_when_the_daemon_ends_is_neither_lost_nor_sent_twice(self):
        self.gateway()
        self.there.hold = 3.0
        self.there.answers = [(202, {}), (503, {})]
        booked = self.book(contact={"phone": PHONE})
        wait_until(lambda: self.there.asked, "the request")
        self.http.close()
        self.assertEqual(self.house_.stop(), 0)
        self.assertEqual([state for key, state in self.states().items() if key[0] == booked["code"]], ["sent"])
        self.house_.start()
        self.http = self.house_.client()
        other = self.book(at=-2, contact={"phone": "+45 00 11 22 44"})
        wait_until(lambda: len(self.there.asked) == 2, "the second request")
        self.http.close()
        self.assertEqual(self.house_.stop(), 0)
        self.there.hold = 0.0
        self.house_.start()
        self.http = self.house_.client()
        self.state_of(other, "sent")
        self.assertEqual(len(self.there.asked), 3)

    def test_7_a_key_that_is_refused_is_told_and_a_new_one_holds_at_once(self):
        self.gateway()
        self.there.answers = [(401, {})]
        booked = self.book(contact={"phone": PHONE})
        self.fault("sms", "gateway_login")
        with open(self.key, "w", encoding="utf-8") as file:
            file.write("second key\n")
        self.state_of(booked, "sent")
        self.assertEqual([asked[2]["Authorization"] for asked in self.there.asked], ["Bearer first key", "Bearer second key"])


class Settings(unittest.TestCase):
    def test_what_cannot_work_is_refused_at_the_start(self):
        from appliance import Appliance
        gateway = '[messages.sms_gateway]\nurl = "%s"\nbody = \'%s\'\n'
        for settings, field in ((gateway % ("ftp://x", "{to}{text}"), "url"), (gateway % ("https://x", "{to}"), "body"), (gateway % ("https://x", "{text}"), "body"),
                                (gateway % ("https://x", "{to}{text}") + 'headers = ["nonsense"]\n', "headers"),
                                ('[messages]\nsms_spool = "x"\n' + gateway % ("https://x", "{to}{text}"), "sms_gateway"),
                                ('[messages.mail]\nserver = "mail.example"\nfrom = "a@b"\n', "server"), ('[messages.mail]\nserver = "smtp://m"\nfrom = "nobody"\n', "from"),
                                ('[messages.mail]\nserver = "smtp://m"\nfrom = "a@b"\nuser = "u"\n', "password_file"),
                                ('[messages.mail]\nserver = "smtp://m"\nfrom = "a@b"\nuser = "u"\npassword_file = "p"\ntls = "off"\n', "tls")):
            with Appliance(config_extra=settings) as house:
                with self.assertRaisesRegex(AssertionError, "ended with"):
                    house.start()
                self.assertIn(field, house.log(), settings)


if __name__ == "__main__":
    unittest.main()
