#!/usr/bin/env python3
"""The two lines between an agent and its daemon: a Unix socket on the same box, and TLS elsewhere with a box that was paired by its code. Both come back by
themselves, and neither leaves an old number."""
import os
import re
import socket
import ssl
import stat
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from agent_test import PROTOCOL, V1, LineBoard  # noqa: E402
from appliance import Appliance, Client, LocalClient, facility, wait_until  # noqa: E402
from box import BoxTest  # noqa: E402
from certificates import make_certificate  # noqa: E402

DASH = re.compile(r"^ *- *$")


class TlsClient(Client):
    """Trusts anybody: it only wants to be heard."""

    def connect(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context.wrap_socket(super().connect())


class Between(threading.Thread):
    """Somebody who stands between box and daemon with a certificate of his own, reads along and passes everything on."""

    def __init__(self, folder, port):
        super().__init__(daemon=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(os.path.join(folder, "between.pem"), os.path.join(folder, "between.key"))
        self.out = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.out.check_hostname, self.out.verify_mode = False, ssl.CERT_NONE
        self.listener, self.port, self.seen = socket.create_server(("127.0.0.1", 0)), port, b""
        self.own_port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                near = self.context.wrap_socket(self.listener.accept()[0], server_side=True)
            except ssl.SSLError:
                continue
            except OSError:
                return
            with near, self.out.wrap_socket(socket.create_connection(("127.0.0.1", self.port))) as far:
                near.settimeout(5)
                try:
                    asked = near.recv(65536)
                    self.seen += asked
                    far.sendall(asked)
                    while got := far.recv(65536):
                        near.sendall(got)
                except OSError:
                    pass


class Line(BoxTest):
    def setUp(self):
        super().setUp()
        self.board = LineBoard()
        self.addCleanup(self.board.close)
        self.socket = os.path.join(self.folder, "agent.sock")
        self.write("board.toml", PROTOCOL)

    def serve(self, settings="", environment=None, site=None):
        self.house = Appliance(site or facility(desks=2), settings='agent_socket = "%s"\n%s' % (self.socket, settings), environment=environment)
        self.addCleanup(self.house.__exit__, None, None, None)
        self.house.start()
        self.house.write_config(self.house.port)   # the next one listens where this one did
        self.http = self.beside(self.house.admin_token)

    def beside(self, token=None):
        client = LocalClient(self.socket, token)
        self.addCleanup(client.close)
        return client

    def settings(self, daemon):
        self.configure(daemon, self.board.as_sign())

    def start_agent(self, daemon=None, *more):
        if daemon:
            self.settings(daemon)
        if os.path.exists(self.log):
            os.remove(self.log)   # what was said before is of the one before
        self.run_agent(*more)

    def said(self):
        with open(self.log, encoding="utf-8") as log:
            return log.read()

    def code(self):
        return wait_until(lambda: re.search(r"shows the code (\d{3}) (\d{3})", self.said()), "a code").expand(r"\1\2")

    def call(self):
        self.assertEqual(self.http.request("PUT", V1 + "/desks/desk-2/session", {}).status, 200)
        number = self.http.post(V1 + "/visits", {"services": ["s0"]}).json()["number"]
        self.assertEqual(self.http.post(V1 + "/desks/desk-2/next").json()["number"], number)
        return number

    def shows(self, number, seconds=20):
        self.board.wait_for(lambda b: b.text == number.rjust(4) + "2", seconds)

    def is_honest(self):
        """A dash, and no longer the one that says "free": it wanders."""
        self.board.wait_for(lambda b: DASH.match(b.text) and b.text != "   - ", 25)

    def state(self, id_="box/line"):
        return next((d["state"] for d in self.http.get(V1 + "/devices").json()["devices"] if d["id"] == id_), None)

    def pair(self, wanted=201, kind="agent"):
        answer = self.http.post(V1 + "/pairing/" + self.code(), {"kind": kind} if kind == "agent" else {"kind": kind, "id": "hall"})
        self.assertEqual(answer.status, wanted, answer)
        return answer


class SameBox(Line):
    def test_the_socket_is_the_key(self):
        self.serve()
        self.assertEqual(stat.S_IMODE(os.stat(self.socket).st_mode) & 0o077, 0, "for nobody else")
        self.start_agent('url = "unix:%s"' % self.socket)
        self.shows(self.call())
        wait_until(lambda: self.state() == "ready", "the board is known")
        self.assertEqual(self.beside().get(V1 + "/tokens").status, 403, "an agent, and no more than that")
        self.assertEqual(self.beside("x" * 52).get(V1 + "/devices").status, 401, "what is shown is looked at")

    def test_it_comes_back_after_a_killed_daemon(self):
        self.serve()
        self.start_agent('url = "unix:%s"' % self.socket)
        number = self.call()
        self.shows(number)
        self.house.kill()
        self.assertTrue(os.path.exists(self.socket), "a killed daemon leaves its file behind")
        self.is_honest()
        self.house.start()
        self.shows(number)
        self.assertEqual(self.house.stop(), 0)
        self.assertFalse(os.path.exists(self.socket))


class Elsewhere(Line):
    def serve_tls(self, environment=None):
        make_certificate(self.folder, "house")
        self.serve('tls_certificate = "%s/house.pem"\ntls_key = "%s/house.key"' % (self.folder, self.folder), environment)

    def address(self, more=""):
        return 'url = "https://127.0.0.1:%d"\n%s' % (self.house.port, more or 'identity = "own"')

    def test_a_token_and_a_certificate_that_is_trusted(self):
        self.serve_tls()
        self.write("token", self.http.post(V1 + "/tokens", {"role": "agent", "name": "box"}).json()["token"])
        self.start_agent(self.address('token_file = "token"\ncertificate_file = "house.pem"'))
        self.shows(self.call())
        make_certificate(self.folder, "other")
        self.start_agent(self.address('token_file = "token"\ncertificate_file = "other.pem"'))
        wait_until(lambda: "certificate verify failed" in self.said(), "refused")

    def test_paired_by_code_it_is_known_by_its_key_until_that_is_taken_away(self):
        self.serve_tls()
        self.start_agent(self.address())
        self.assertEqual(self.pair(409, "board").problem(), "code_of_agent")
        self.assertEqual(self.pair().json(), {"agent": "box", "added": False})
        number = self.call()
        self.shows(number)
        wait_until(lambda: self.state() == "ready", "the board is known")
        for name in ("key.pem", "daemon.pin"):
            self.assertEqual(stat.S_IMODE(os.stat(os.path.join(self.folder, "own", name)).st_mode), 0o600)
        # It is known after a start of either end, and comes back by itself.
        self.house.kill()
        self.start_agent()
        self.house.start()
        self.shows(number)
        # Taken away in the office: out at once, and told how to come back.
        tokens = [t for t in self.http.get(V1 + "/tokens").json() if t["role"] == "agent"]
        self.assertEqual([t["name"] for t in tokens], ["box, own key"])
        self.assertEqual(self.http.request("DELETE", V1 + "/tokens/" + tokens[0]["id"]).status, 204)
        wait_until(lambda: "does not know this box (any more)" in self.said() and "--pair" in self.said(), "told")
        self.is_honest()
        self.start_agent(None, "--pair")
        self.pair()
        self.assertEqual(self.agent.wait(20), 0)
        self.start_agent()
        self.shows(number)

    def test_another_certificate_is_refused_in_clear_words(self):
        self.serve_tls()
        self.start_agent(self.address())
        self.pair()
        number = self.call()
        self.shows(number)
        for end in ("key", "pem"):
            os.rename("%s/house.%s" % (self.folder, end), "%s/first.%s" % (self.folder, end))
        make_certificate(self.folder, "house")
        self.house.kill()
        self.house.start()
        wait_until(lambda: "another certificate than the one this box was paired with" in self.said(), "told")
        self.house.kill()
        for end in ("key", "pem"):
            os.rename("%s/first.%s" % (self.folder, end), "%s/house.%s" % (self.folder, end))
        # Renewed for the same key it is the same daemon.
        subprocess.run(["openssl", "req", "-x509", "-new", "-key", "house.key", "-days", "2", "-subj", "/CN=renewed.example", "-out", "house.pem"],
                       cwd=self.folder, check=True, capture_output=True, timeout=20)
        self.house.start()
        self.shows(number)

    def test_an_expired_code_is_told_at_both_ends_and_another_follows(self):
        ahead = os.path.join(self.folder, "ahead")
        self.serve_tls({"LD_PRELOAD": os.environ["CLOCK_AHEAD"], "CLOCK_AHEAD_FILE": ahead})
        self.start_agent(self.address())
        first = self.code()
        self.write("ahead", "660")
        wait_until(lambda: "the code has expired; here is another" in self.said(), "told")
        wait_until(lambda: self.said().count("shows the code") == 2, "another")
        self.assertEqual(self.http.post(V1 + "/pairing/" + first, {"kind": "agent"}).problem(), "code_expired")
        second = "".join(re.findall(r"shows the code (\d{3}) (\d{3})", self.said())[1])
        self.assertEqual(self.http.post(V1 + "/pairing/" + second, {"kind": "agent"}).status, 201)

    def test_nobody_can_stand_between_the_two(self):
        self.serve_tls()
        make_certificate(self.folder, "between")
        between = Between(self.folder, self.house.port)
        self.addCleanup(between.listener.close)
        self.start_agent('url = "https://127.0.0.1:%d"\nidentity = "own"' % between.own_port)
        self.assertEqual(self.pair(404).problem(), "not_found")
        self.assertIn(b"commitment", between.seen, "he did read along")

    def test_guesses_are_rationed_and_a_key_alone_is_no_proof(self):
        self.serve_tls()
        self.start_agent(self.address())
        code = self.code()
        answers = [self.http.post(V1 + "/pairing/%06d" % ((int(code) + 1 + i) % 1000000), {"kind": "agent"}) for i in range(12)]
        self.assertEqual([answers[0].problem(), answers[-1].problem()], ["not_found", "too_many_attempts"])
        self.pair()
        wait_until(lambda: self.state("box") == "ready", "let in")
        with open(os.path.join(self.folder, "own", "key.pem"), "rb") as file:
            public = subprocess.run(["openssl", "pkey", "-pubout", "-outform", "DER"], input=file.read(), check=True, capture_output=True, timeout=20).stdout[-32:].hex()
        for client in (self.beside(), TlsClient(self.house.port)):
            self.addCleanup(client.close)
            for proof in (public, public + "." + "0" * 128, public + ".", "x"):
                self.assertEqual(client.get(V1 + "/services", headers={"Authorization": "Agent-Key " + proof}).status, 401, proof)


class Refused(Line):
    def test_no_pairing_in_clear(self):
        self.serve()
        wish = {"agent": "box", "key": "0" * 64, "commitment": "0" * 64}
        answer = self.http.post(V1 + "/pairing", wish)
        self.assertEqual((answer.status, answer.problem()), (409, "tls_required"))
        for wrong, field in (({"agent": "A B"}, "agent"), ({"key": "0" * 63}, "key"), ({"commitment": "G" * 64}, "commitment"), ({"more": 1}, "more")):
            answer = self.http.post(V1 + "/pairing", dict(wish, **wrong))
            self.assertEqual((answer.status, answer.json()["field"]), (422, field), answer)
        self.settings('url = "http://127.0.0.1:1"')
        refused = subprocess.run([os.environ["AGENT"], "--config", os.path.join(self.folder, "agent.toml"), "--pair"], capture_output=True, timeout=20, text=True)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("token_file", refused.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
