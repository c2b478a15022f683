#!/usr/bin/env python3
"""Web push: a push service of our own that opens what it gets with another library's arithmetic (python3-cryptography), and checks who signed it."""
import base64
import json
import os
import ssl
import sys
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import SKIPPED, facility, wait_until  # noqa: E402
from mail_server import certificate  # noqa: E402
from told import AWAKE, ToldHouse  # noqa: E402

try:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
except ImportError:
    ec = None


def plain(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """What a browser holds: its keys. Opens a body as RFC 8291 says."""

    def __init__(self, endpoint):
        self.key, self.auth, self.endpoint = ec.generate_private_key(ec.SECP256R1()), os.urandom(16), endpoint
        self.public = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def subscription(self):
        return {"endpoint": self.endpoint, "p256dh": plain(self.public), "auth": plain(self.auth)}

    def opened(self, body):
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, record = body[21:21 + length], body[21 + length:]
        assert length == 65 and len(record) <= size == 4096, (length, size)
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        secret = HKDF(hashes.SHA256(), 32, self.auth, b"WebPush: info\0" + self.public + sender).derive(shared)
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        text = AESGCM(key).decrypt(nonce, record, None)
        assert text.endswith(b"\2"), "the last record"
        return json.loads(text[:-1])


class PushService:
    def __init__(self):
        self.asked, self.answers = [], []
        self.root = tempfile.mkdtemp(prefix="push-")
        certificate(self.root)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append((self.path, dict(self.headers), body))
                status, more = outer.answers.pop(0) if outer.answers else (201, {})
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.root + "/cert.pem", self.root + "/key.pem")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.daemon_threads = True
        self.host = "localhost:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Push(ToldHouse):
    def setUp(self):
        self.service = PushService()
        self.addCleanup(self.service.close)
        self.open_house(AWAKE + '[messages.push]\ncontact = "mailto:it@example.org"\nhosts = ["%s"]\nca_file = "%s/cert.pem"\n' % (self.service.host, self.service.root),
                        facility(desks=1, services=1))
        self.browser = Browser("https://%s/to/somebody" % self.service.host)

    def take(self, **more):
        return self.http.post("/api/v1/visits", dict({"services": ["s0"], "language": "en"}, **more)).json()

    def page(self, visit, verb="", method="GET", body=None):
        return self.http.request(method, "/api/v1/visits/" + visit["token"] + verb, body)

    def test_1_only_that_browser_can_read_it_and_the_service_knows_who_sent_it(self):
        visit = self.take()
        known = self.page(visit, "/contact").json()
        house = raw(known["push_key"])
        self.assertEqual(len(house), 65)
        kept = self.page(visit, "/push", "PUT", self.browser.subscription())
        self.assertEqual((kept.status, kept.json()["push"]), (200, True))
        path, headers, body = wait_until(lambda: self.service.asked, "a message")[0]
        self.assertEqual(path, "/to/somebody")
        said = self.browser.opened(body)
        self.assertEqual((said["title"], said["text"]), ("Test house: Soon your turn", "Number %s is up soon. Come closer." % visit["number"]))
        self.assertTrue(said["page"].endswith("/t/" + visit["token"]), said)
        with self.assertRaises(Exception):
            Browser(self.browser.endpoint).opened(body)
        self.assertEqual((headers["Content-Encoding"], headers["Urgency"], headers["TTL"]), ("aes128gcm", "high", "900"))
        self.assertLessEqual(len(headers["Topic"]), 32)
        self.signed(headers["Authorization"], house)
        self.nothing_more(lambda: len(self.service.asked), 1)
        self.assertEqual([(f["type"], f["event"]["channel"], f["event"]["kind"]) for f in self.facts()], [("message_sent", "push", "soon")])
        self.no_bytes_of(b"/to/somebody", self.browser.auth, self.browser.public, plain(self.browser.auth).encode())
        self.restart()
        self.assertEqual(raw(self.page(visit, "/contact").json()["push_key"]), house, "the key is the house's for good")
        self.assertEqual(os.stat(os.path.join(self.house_.data, "push.key")).st_mode & 0o777, 0o600)

    def signed(self, header, house):
        self.assertTrue(header.startswith("vapid t="))
        token, key = header[len("vapid t="):].split(", k=")
        self.assertEqual(raw(key), house)
        head, claims, signature = token.split(".")
        pair = raw(signature)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), house).verify(
            utils.encode_dss_signature(int.from_bytes(pair[:32], "big"), int.from_bytes(pair[32:], "big")), (head + "." + claims).encode(), ec.ECDSA(hashes.SHA256()))
        self.assertEqual(json.loads(raw(head)), {"typ": "JWT", "alg": "ES256"})
        said = json.loads(raw(claims))
        self.assertEqual((said["aud"], said["sub"]), ("https://" + self.service.host, "mailto:it@example.org"))
        self.assertTrue(0 < said["exp"] - time.time() <= 24 * 3600, said)

    def test_2_gone_is_forgotten_and_the_rest_of_the_contact_stays(self):
        self.service.answers = [(410, {})]
        visit = self.take()
        self.page(visit, "/contact", "PUT", {"contact": {"email": "somebody@example.org"}})
        self.page(visit, "/push", "PUT", self.browser.subscription())
        wait_until(lambda: "push" not in self.page(visit, "/contact").json(), "the browser is forgotten")
        self.assertEqual(self.page(visit, "/contact").json()["contact"], {"email": "somebody@example.org"})
        self.assertEqual([(f["event"]["reason"], f["event"]["last"]) for f in self.facts()], [("push_gone", True)])

    def test_3_put_off_comes_later_and_only_once(self):
        self.service.answers = [(503, {"Retry-After": "11"})]
        visit = self.take()
        self.page(visit, "/push", "PUT", self.browser.subscription())
        wait_until(lambda: len(self.service.asked) == 2, "the second attempt", 40)
        self.browser.opened(self.service.asked[1][2])
        self.assertEqual(self.service.asked[0][1]["Topic"], self.service.asked[1][1]["Topic"], "a service can tell the repeat")
        self.nothing_more(lambda: len(self.service.asked), 2)

    def test_4_nobody_has_the_box_ask_where_the_settings_do_not_say(self):
        visit = self.take()
        for wrong in ({"endpoint": "https://127.0.0.1/x"}, {"endpoint": "http://%s/x" % self.service.host}, {"endpoint": "https://somebody@%s/x" % self.service.host},
                      {"endpoint": "https://%s.example.org/x" % self.service.host}, {"p256dh": plain(b"\4" + b"\1" * 64)}, {"p256dh": "x"}, {"auth": plain(b"short")}):
            answer = self.page(visit, "/push", "PUT", {**self.browser.subscription(), **wrong})
            self.assertEqual((answer.status, answer.json()["field"]), (422, "endpoint"), wrong)
        self.assertEqual(self.page(visit, "/push", "PUT", {"endpoint": self.browser.endpoint}).json()["field"], "p256dh")
        self.nothing_more(lambda: len(self.service.asked), 0)

    def test_5_off_unless_the_settings_say_otherwise(self):
        self.settings(AWAKE)
        self.restart()
        visit = self.take()
        self.assertNotIn("push_key", self.page(visit, "/contact").json())
        self.assertEqual(self.page(visit, "/push", "PUT", self.browser.subscription()).status, 404)


if __name__ == "__main__":
    if ec is None:
        print("SKIPPED integration.push: python3-cryptography is not installed")
        sys.exit(SKIPPED)
    unittest.main()
