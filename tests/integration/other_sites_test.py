#!/usr/bin/env python3
"""An earlier time in another centre: two real daemons, of which one dies; and strangers that answer too slowly, too much, or nonsense."""
import http.server
import os
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, facility, wait_until  # noqa: E402

SITE = facility(desks=1, services=3).replace('mode = "walk_in"', 'mode = "booking"\nslot_minutes = 15')
OTHER = '[[other_site]]\nname = "Sydby"\naddress = "Torvet 1"\ndistance = "12 km"\nurl = "http://127.0.0.1:%d"\n'


class Stranger:
    """A server at the address of another centre that gives `answer`, after `wait` seconds; what it was asked is kept."""

    def __init__(self, answer=b"[]", wait=0.0):
        self.asked = asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append((self.path, dict(self.headers)))
                time.sleep(wait)
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                try:
                    self.wfile.write(answer)
                except OSError:
                    pass

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.port = self.server.server_address[1]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class OtherSites(unittest.TestCase):
    def house(self, *ports):
        house = Appliance(SITE, settings="".join(OTHER % port for port in ports))
        self.addCleanup(house.__exit__, None, None, None)
        house.start()
        return house

    def told(self, http, service="s0"):
        """What is known once nobody is asked any more."""
        http.get("/api/v1/elsewhere?service=" + service)
        return wait_until(lambda: (lambda body: None if body["asking"] else body)(http.get("/api/v1/elsewhere?service=" + service).json()), "an answer")["sites"]

    def device(self, http, nth=1):
        return next(each for each in http.get("/api/v1/devices").json()["devices"] if each["kind"] == "other_site" and each["id"] == "site-%d" % nth)

    def test_1_two_daemons_and_one_dies(self):
        with Appliance(SITE) as far:
            far.start()
            here = self.house(far.port)
            http = here.client()
            self.addCleanup(http.close)
            self.assertEqual(self.device(http)["words"], "Not asked yet")
            self.assertEqual(self.told(http), [], "both have the same times: nothing is earlier")
            self.assertEqual(self.device(http)["state"], "ready")

            # Another service, so that no answer is known yet; its first times are taken here.
            first = http.get("/api/v1/slots?service=s1&days=2").json()
            for slot in first[:4]:
                self.assertEqual(http.post("/api/v1/bookings", {"services": ["s1"], "start": slot["start"]}).status, 201)
            away = far.client()
            self.addCleanup(away.close)
            there = away.get("/api/v1/slots?service=s1&days=2").json()[0]["start"]
            sites = self.told(http, "s1")
            self.assertEqual(sites, [{"name": "Sydby", "address": "Torvet 1", "distance": "12 km", "url": "http://127.0.0.1:%d/book" % far.port, "start": there}])

            self.the_contact_centre(here, far.port, there)

            far.kill()
            self.assertEqual(self.told(http, "s2"), [])
            self.assertEqual((self.device(http)["state"], self.device(http)["words"]), ("warning", "The other centre does not answer"))
            # It is left alone for a while, and nobody waits for it.
            begun = time.monotonic()
            answer = http.get("/api/v1/elsewhere?service=s2").json()
            self.assertEqual(answer, {"sites": [], "asking": False})
            self.assertLess(time.monotonic() - begun, 2)
            self.assertEqual(http.get("/api/v1/slots?service=s2&days=2").status, 200)

    def the_contact_centre(self, here, port, there):
        """Who may look into the other centre sees its first time and is led to its own page; who may not sees nothing of it."""
        for sites, wanted in ((["site-1"], [{"id": "site-1", "name": "Sydby", "address": "Torvet 1", "distance": "12 km", "url": "http://127.0.0.1:%d/contact" % port, "first_free": there}]), ([], [])):
            with_right = ["--site", ",".join(sites)] if sites else []
            agent = here.client(here.ctl("token", "create", "--role", "contact_centre", "--name", "Eva", "--authority", "kommune", *with_right).stdout.strip())
            self.addCleanup(agent.close)
            told = agent.get("/api/v1/contact?service=s1").json()
            self.assertEqual((told["sites"], told["asking"]), (wanted, False))

    def test_2_a_slow_one_holds_nobody_up_and_nothing_of_the_caller_is_sent(self):
        slow = Stranger(wait=3)
        self.addCleanup(slow.close)
        here = self.house(slow.port)
        http = here.client(None)
        self.addCleanup(http.close)
        begun = time.monotonic()
        self.assertEqual(http.request("GET", "/api/v1/elsewhere?service=s0", headers={"Cookie": "planted=cookie"}).json(), {"sites": [], "asking": True})
        for _ in range(5):
            http.get("/api/v1/elsewhere?service=s0")
        self.assertLess(time.monotonic() - begun, 2)
        wait_until(lambda: not http.get("/api/v1/elsewhere?service=s0").json()["asking"], "the answer", every=0.3)
        self.assertEqual([path for path, _ in slow.asked], ["/api/v1/slots?service=s0&days=60"], "asked once, though many wanted to know")
        self.assertLessEqual({name.lower() for name in slow.asked[0][1]}, {"host", "accept"})

    def test_3_nonsense_and_floods_are_a_fault_of_the_other(self):
        for answer in (b"<html>", b'{"start":1}', b'[{"start":"soon"}]', b"[" + b" " * 400_000 + b"]"):
            stranger = Stranger(answer)
            here = self.house(stranger.port)
            http = here.client()
            self.assertEqual(self.told(http), [], answer[:20])
            self.assertEqual(self.device(http)["reason"], "other_site_silent", answer[:20])
            http.close()
            here.stop()
            stranger.close()

    def test_4_without_other_centres_nothing_is_said_and_an_unknown_service_is_named(self):
        here = self.house()
        http = here.client(None)
        self.addCleanup(http.close)
        self.assertEqual(http.get("/api/v1/elsewhere?service=s0").json(), {"sites": [], "asking": False})
        answer = http.get("/api/v1/elsewhere?service=nothing")
        self.assertEqual((answer.status, answer.problem(), answer.json()["field"]), (422, "unknown_service", "service"))


if __name__ == "__main__":
    unittest.main()
