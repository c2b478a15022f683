#!/usr/bin/env python3
"""A daemon's life: starting beside another one, stopping in the middle of work, settings that are wrong, and all that skrankectl does to it."""
import json
import os
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, Client, Gone, SKRANKECTL, SKRANKED, WebSocket, facility, wait_until  # noqa: E402

V1 = "/api/v1"


def take(http, count=1):
    told = []
    for _ in range(count):
        answer = http.post(V1 + "/visits", {"services": ["s0"]})
        assert answer.status == 201, answer
        told.append(answer.json())
    return told


class WithHouse(unittest.TestCase):
    environment = None

    def setUp(self):
        self.house = Appliance(facility(desks=2), environment=self.environment)
        self.addCleanup(self.house.__exit__, None, None, None)
        self.house.start()
        self.http = self.house.client()

    def second_daemon(self, text):
        """Exit code and standard error of another daemon with these settings, in the same folder."""
        path = os.path.join(self.house.root, "second.toml")
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        done = subprocess.run([SKRANKED, "--config", path], capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual(done.stdout, "", "it must not say that it is ready")
        return done.returncode, done.stderr


class Starting(WithHouse):
    def test_two_daemons_on_one_data_directory(self):
        before = take(self.http, 3)
        code, said = self.second_daemon('data_dir = "data"\nlisten = ["127.0.0.1:0"]\n')
        self.assertNotEqual(code, 0)
        self.assertRegex(said, r"data is in use by process %d" % self.house.process.pid)
        after = take(self.http, 3)
        self.assertEqual(len({v["number"] for v in before + after}), 6)
        self.assertEqual(self.house.stop(), 0)
        self.assertIn("chain whole", self.house.verify())

    def test_the_lock_goes_with_its_holder(self):
        self.house.kill()
        self.assertLess(self.house.start(), 5)

    def test_papers_of_yesterday_do_not_hold_up_the_morning(self):
        self.house.kill()
        with Appliance(facility(desks=2, printer='kind = "cups"\nqueue = "nowhere"')) as house:
            house.start()
            http = house.client()
            for n in range(3):
                visit = http.post(V1 + "/visits", {"services": ["s0"], "print": True}).json()
                self.assertEqual(visit["print"]["state"], "queued")
                if n > 0:
                    self.assertEqual(http.post(V1 + "/queue/%s/leave" % visit["id"], {}).status, 200)
            house.kill()
            day = {"LD_PRELOAD": os.environ["CLOCK_AHEAD"], "CLOCK_AHEAD_S": "%d" % (3 * 86_400)}
            house.start(environment=day)
            self.assertEqual(len(house.client().get(V1 + "/queue").json()["waiting"]), 1, "this house never closes")
            house.kill()
            house.start(environment=day)
            self.assertIn("chain whole", house.verify())

    def test_a_screen_is_not_placed_where_nobody_is_called(self):
        code = self.http.post(V1 + "/pairing", {}).json()["code"]
        refused = self.http.post(V1 + "/pairing/" + code, {"kind": "board", "id": "attic", "zones": ["hall", "attic"]})
        self.assertEqual((refused.status, refused.problem(), refused.json()["field"]), (422, "wrong_content", "zones"))
        self.assertEqual(self.http.post(V1 + "/pairing/" + code, {"kind": "board", "id": "attic", "zones": ["hall"]}).status, 201)
        self.house.kill()
        self.house.start()
        self.assertEqual(self.house.client().get(V1 + "/boards/attic").status, 200)

    def test_a_port_that_is_taken(self):
        code, said = self.second_daemon('data_dir = "other"\nlisten = ["127.0.0.1:%d"]\n' % self.house.port)
        self.assertEqual(code, 1)
        self.assertIn(str(self.house.port), said)
        take(self.http)

    def test_a_facility_file_that_is_wrong_or_missing(self):
        with open(os.path.join(self.house.root, "bad.toml"), "w", encoding="utf-8") as out:
            out.write('[site]\nid = "x"\nname = "X"\n\n[[service]]\nid = "a"\nname = "A"\nletter = "A"\nauthority = "nobody"\n')
        code, said = self.second_daemon('data_dir = "other"\nlisten = ["127.0.0.1:0"]\nfacility = "bad.toml"\n')
        self.assertEqual(code, 1)
        self.assertRegex(said, r"bad\.toml:9.*authority")
        code, said = self.second_daemon('data_dir = "third"\nlisten = ["127.0.0.1:0"]\nfacility = "none.toml"\n')
        self.assertEqual(code, 1)
        self.assertIn("none.toml", said)

    def test_an_empty_directory_gets_an_administrator_and_nothing_else(self):
        token = os.path.join(self.house.data, "admin.token")
        self.assertEqual(os.stat(token).st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(os.path.join(self.house.data, "skranke.db")).st_mode & 0o077, 0, "others may not read the database")
        self.assertGreaterEqual(len(self.house.admin_token), 26)
        self.assertEqual(self.http.get(V1 + "/users").json(), [])

    def test_settings_that_are_wrong(self):
        for text, line, word in (("data_dir = 1\n", 1, "data_dir"), ('data_dir = "d"\nlisten = ["127.0.0.1:0"]\nport = 80\n', 3, "port"),
                                 ('listen = [":80"]\n', 1, "listen"), ("[limits]\nconnections = 1\n", 2, "connections"), ("x = \n", 1, ""),
                                 ('data_dir = "d"\n\ntls_key = "k"\n', 3, "tls")):
            with self.subTest(text=text):
                path = os.path.join(self.house.root, "wrong.toml")
                with open(path, "w", encoding="utf-8") as out:
                    out.write(text)
                for words in (["--check-config"], []):
                    done = subprocess.run([SKRANKED, "--config", path, *words], capture_output=True, text=True, timeout=20, check=False)
                    self.assertEqual((done.returncode, done.stdout), (1, ""))
                    self.assertRegex(done.stderr, r"wrong\.toml:%d" % line)
                    self.assertIn(word, done.stderr)

    def test_settings_that_are_right(self):
        done = subprocess.run([SKRANKED, "--config", self.house.config, "--check-config"], capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for words, code in ((["--config", "/nonexistent"], 1), ([], 2), (["--nonsense"], 2), (["--config"], 2), (["--version"], 0), (["--help"], 0)):
            self.assertEqual(subprocess.run([SKRANKED, *words], capture_output=True, timeout=20, check=False).returncode, code, words)


class Stopping(WithHouse):
    environment = {"LD_PRELOAD": os.environ["SLOW_FLUSH"], "SLOW_FLUSH_MS": "300"}

    def test_running_answers_are_finished(self):
        """A ticket that is on its way to the disk when the stop comes is answered, and is there afterwards."""
        people = [self.house.client() for _ in range(8)]
        for n, person in enumerate(people):
            person.send("POST", V1 + "/visits", {"services": ["s0"]}, {"Idempotency-Key": "k%d" % n})
        wait_until(lambda: b"skranke_journal_batch_age_ms 0\n" not in self.http.get("/metrics").body, "the disk to be at work")
        self.house.process.send_signal(signal.SIGTERM)
        answers = [person.receive() for person in people]
        self.assertEqual([a.status for a in answers], [201] * 8)
        self.assertEqual(self.house.wait_exit(), 0)
        taken = {e["event"]["id"] for e in self.house.events() if e["type"] == "visit_taken"}
        self.assertEqual(taken, {a.json()["id"] for a in answers})
        self.assertIn("chain whole", self.house.verify())

    def test_watchers_are_told_and_the_door_is_shut(self):
        watcher = self.house.watch("board:hall")
        watcher.next()
        begun = time.monotonic()
        self.assertEqual(self.house.stop(signal.SIGINT), 0)
        self.assertLess(time.monotonic() - begun, 8)
        with self.assertRaises(Gone) as told:
            while True:
                watcher.next()
        self.assertEqual(str(told.exception), "close 1001")
        with self.assertRaises(OSError):
            socket.create_connection(("127.0.0.1", self.house.port), 1)

    def test_an_idle_connection_does_not_hold_it_up(self):
        half = socket.create_connection(("127.0.0.1", self.house.port))
        half.sendall(b"POST /api/v1/visits HTTP/1.1\r\nHost: x\r\n")
        self.assertEqual(self.house.stop(), 0)
        half.close()


class Tools(WithHouse):
    def test_exit_codes(self):
        good, bad = os.path.join(self.house.root, "facility.toml"), os.path.join(self.house.root, "bad.toml")
        with open(bad, "w", encoding="utf-8") as out:
            out.write('[site]\nid = "x"\n[nonsense]\n')
        broken = os.path.join(self.house.root, "broken.db")
        with open(broken, "wb") as out:
            out.write(b"no database at all" * 500)
        nowhere = ["--server", "http://127.0.0.1:1"]
        table = [
            (0, "facility", "check", good), (1, "facility", "check", bad), (3, "facility", "check", "/nonexistent"), (2, "facility", "check"), (2, "facility"),
            (0, "facility", "apply", good), (1, "facility", "apply", bad), (3, "facility", "apply", "/nonexistent"), (3, "facility", "apply", good, *nowhere),
            (1, "facility", "apply", good, "--token", "wrong"), (0, "facility", "export"), (3, "facility", "export", *nowhere), (2, "facility", "exprt"),
            (0, "token", "create", "--role", "board"), (2, "token", "create"), (2, "token", "create", "--role", "king"), (0, "token", "list"),
            (1, "token", "remove", "999"), (2, "token", "remove"), (3, "token", "list", "--data", "/proc/nonexistent"), (0, "user", "list"), (1, "user", "remove", "nobody"),
            (2, "user", "create"), (0, "journal", "verify"), (3, "journal", "verify", "--data", "/nonexistent"), (2, "journal"), (2, "journal", "verify", "x"),
            (0, "journal", "replay"), (2, "journal", "replay", "--until", "yesterday"), (3, "journal", "replay", "--data", "/nonexistent"),
            (0, "backup", os.path.join(self.house.root, "b.db")), (2, "backup"), (3, "backup", "/nonexistent/b.db"), (2, "restore"),
            (1, "restore", os.path.join(self.house.root, "b.db")), (0, "status"), (3, "status", *nowhere), (2, "nonsense"), (2,), (2, "status", "--nonsense", "x"),
            (0, "--help"), (0, "--version"),
        ]
        for code, *words in table:
            with self.subTest(words=words):
                # Help and version stand alone; everything else gets the house's settings.
                alone = bool(words) and words[0].startswith("--")
                done = (subprocess.run([SKRANKECTL, *words], capture_output=True, text=True, timeout=30, check=False) if alone
                        else self.house.ctl(*words, check=None))
                self.assertEqual(done.returncode, code, (done.stdout[-300:], done.stderr[-300:]))
                self.assertTrue(code == 0 or done.stderr + done.stdout, "a refusal says why")
        self.assertEqual(self.house.stop(), 0)
        for code, *words in ((1, "restore", broken), (3, "restore", "/nonexistent"), (0, "journal", "verify"), (3, "status"), (0, "token", "list")):
            with self.subTest(words=words, running=False):
                self.house.ctl(*words, check=code)
        self.assertIn("chain whole", self.house.verify())

    def test_people_from_the_command_line(self):
        self.house.ctl("user", "create", "anna", "--role", "clerk", stdin="short\n", check=1)
        self.house.ctl("user", "create", "anna", "--role", "clerk", stdin="correct-horse-battery\n")
        self.house.ctl("user", "create", "anna", "--role", "clerk", stdin="correct-horse-battery\n", check=1)
        self.assertEqual(self.house.ctl("user", "list").stdout.split("\t")[:2], ["anna", "clerk"])
        self.assertEqual(self.house.client(None).post(V1 + "/session", {"user": "anna", "password": "correct-horse-battery"}).status, 200)
        self.house.ctl("user", "remove", "anna")

    def test_a_facility_comes_back_as_it_went(self):
        first = self.house.ctl("facility", "export").stdout
        path = os.path.join(self.house.root, "exported.toml")
        with open(path, "w", encoding="utf-8") as out:
            out.write(first.replace("Test house", "Prøvehuset"))
        self.house.ctl("facility", "check", path)
        self.house.ctl("facility", "apply", path)
        second = self.house.ctl("facility", "export").stdout
        self.assertEqual(second, first.replace("Test house", "Prøvehuset"))
        self.assertEqual(self.http.get(V1 + "/boards/hall").json()["site"], "Prøvehuset")
        as_json = self.house.ctl("facility", "export", "--format", "json").stdout
        path = os.path.join(self.house.root, "exported.json")
        with open(path, "w", encoding="utf-8") as out:
            out.write(as_json)
        self.house.ctl("facility", "apply", path)
        self.assertEqual(self.house.ctl("facility", "export").stdout, second)
        self.house.kill()
        self.house.start()
        self.assertEqual(self.house.ctl("facility", "export").stdout, second)
        applied = [e["actor"] for e in self.house.events() if e["type"] == "facility_applied"]
        self.assertEqual(applied, ["start", "token-1", "token-1"])

    def test_a_desk_that_vanishes_from_the_facility(self):
        """With somebody at it the change is refused as a whole; afterwards it goes through."""
        take(self.http)
        self.http.request("PUT", V1 + "/desks/desk-2/session", {})
        self.assertEqual(self.http.post(V1 + "/desks/desk-2/next").status, 200)
        path = os.path.join(self.house.root, "one.toml")
        with open(path, "w", encoding="utf-8") as out:
            out.write(facility(desks=1))
        self.house.ctl("facility", "apply", path, check=1)
        self.assertEqual(self.http.get(V1 + "/desks/desk-2").status, 200)
        for word, body in (("start", None), ("finish", {})):
            self.assertEqual(self.http.post(V1 + "/desks/desk-2/" + word, body).status, 200)
        self.http.request("DELETE", V1 + "/desks/desk-2/session")
        self.house.ctl("facility", "apply", path)
        self.assertEqual(self.http.get(V1 + "/desks/desk-2").status, 404)

    def test_backup_under_load_and_restore(self):
        early = take(self.http, 5)
        over, loaded = threading.Event(), []

        def load():
            http = Client(self.house.port, self.house.admin_token)
            while not over.is_set():
                loaded.append(take(http)[0])
        worker = threading.Thread(target=load)
        worker.start()
        backup = os.path.join(self.house.root, "backup.db")
        wait_until(lambda: len(loaded) > 20, "some load")
        before = len(loaded)
        self.house.ctl("backup", backup)
        by_call = self.http.post(V1 + "/backup", {}, key="b")
        wait_until(lambda: len(loaded) > before + 20, "the service to go on during a backup")
        over.set()
        worker.join()
        self.assertEqual(by_call.status, 201)
        self.assertTrue(os.path.exists(os.path.join(self.house.data, by_call.json()["file"])))
        epoch = self.http.get("/healthz").json()["epoch"]
        self.assertEqual(self.house.stop(), 0)
        self.house.ctl("restore", backup)
        self.assertIn("chain whole", self.house.verify())
        self.house.start()
        http = self.house.client()
        health = http.get("/healthz").json()
        self.assertGreater(health["epoch"], epoch)
        for visit in early + loaded[:before]:
            self.assertEqual(http.get(V1 + "/visits/" + visit["token"]).json()["number"], visit["number"])
        take(http)
        self.assertIn("chain whole", self.house.verify())

    def test_replay_until(self):
        take(self.http, 2)
        wait_until(lambda: time.time() % 1 < 0.5, "the first half of a second")
        middle = self.house.events()[-1]["at"]
        wait_until(lambda: time.time() * 1000 > middle + 1100, "the next second")
        take(self.http, 3)
        everything = self.house.events()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(middle / 1000 + 1)) + "Z"
        part = self.house.events(until=stamp)
        self.assertEqual(part, everything[:len(part)])
        self.assertEqual(sum(e["type"] == "visit_taken" for e in part), 2)
        self.assertEqual(sum(e["type"] == "visit_taken" for e in everything), 5)

    def test_a_journal_that_was_altered_is_found_out(self):
        take(self.http, 5)
        self.assertEqual(self.house.stop(), 0)
        file = os.path.join(self.house.data, "skranke.db")
        for change in ("UPDATE event SET payload = replace(payload, '\"A2\"', '\"A9\"') WHERE type = 'visit_taken'",
                       "DELETE FROM event WHERE seq = 4", "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)", "UPDATE event SET actor = 'x' WHERE seq = 5",
                       "UPDATE visit SET number = 'A77' WHERE serial = 1"):
            with self.subTest(change=change):
                with open(file, "rb") as whole:
                    kept = whole.read()
                base = sqlite3.connect(file)
                for trigger in ("event_is_never_changed", "event_is_never_removed"):
                    base.execute("DROP TRIGGER IF EXISTS " + trigger)
                base.execute(change)
                base.commit()
                base.close()
                said = self.house.ctl("journal", "verify", check=None)
                self.assertEqual(said.returncode, 1, said.stdout)
                with open(file, "wb") as whole:
                    whole.write(kept)
                self.assertIn("chain whole", self.house.verify())

    def test_status(self):
        said = self.house.ctl("status").stdout.splitlines()
        self.assertEqual(json.loads(said[0])["status"], "ok")
        self.assertIn("devices", json.loads(said[1]))


class Systemd(unittest.TestCase):
    def start(self, house, listener=None):
        address = os.path.join(house.root, "notify")
        box = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        box.bind(address)
        self.addCleanup(box.close)
        if listener is None:
            house.start(environment={"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "30000000"})
            return box
        # As systemd does it: the socket is number 3 and the variables name our own process.
        wrapper = "import os,sys\nos.dup2(%d, 3)\nos.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))\nos.execv(sys.argv[1], sys.argv[1:])" % listener.fileno()
        house.process = subprocess.Popen([sys.executable, "-c", wrapper, SKRANKED, "--config", house.config], stdout=subprocess.PIPE,
                                         pass_fds=[listener.fileno(), 3] if listener.fileno() != 3 else [3], env={**os.environ, "NOTIFY_SOCKET": address})
        self.assertTrue(select.select([house.process.stdout], [], [], 20)[0])
        house.port = int(os.read(house.process.stdout.fileno(), 256).split(b":")[2].split()[0])
        return box

    @staticmethod
    def told(box, wanted, timeout=20):
        """The datagram that holds `wanted`."""
        box.settimeout(timeout)
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            words = box.recv(4096).decode()
            if wanted in words:
                return words
        raise AssertionError("never told: " + wanted)

    def test_ready_watchdog_stopping(self):
        with Appliance(facility()) as house:
            box = self.start(house)
            self.assertIn("STATUS=", self.told(box, "READY=1"))
            self.assertEqual(Client(house.port).get("/healthz").status, 200)
            beats = []
            for _ in range(4):
                self.told(box, "WATCHDOG=1", 5)
                beats.append(time.monotonic())
            self.assertLess(max(b - a for a, b in zip(beats, beats[1:])), 4)
            house.process.send_signal(signal.SIGTERM)
            self.told(box, "STOPPING=1")
            self.assertEqual(house.wait_exit(), 0)

    def test_a_disk_that_hangs_starves_the_watchdog(self):
        """The flush that never ends: the process lives and answers, but does not feed the dog any more."""
        with Appliance(facility()) as house:
            house.start()
            self.assertEqual(house.stop(), 0)   # the first start flushes often
            house.environment = {"LD_PRELOAD": os.environ["SLOW_FLUSH"], "SLOW_FLUSH_MS": "16000", "SLOW_FLUSH_AFTER": os.path.join(house.root, "now")}
            box = self.start(house)
            self.told(box, "READY=1")
            with open(os.path.join(house.root, "now"), "w", encoding="ascii"):
                pass
            http = house.client()
            http.send("POST", V1 + "/visits", {"services": ["s0"]})
            wait_until(lambda: self.age(house) > 10_500, "the batch to age", 30, 0.25)
            box.setblocking(False)
            self.drain(box)
            wait_until(lambda: self.age(house) > 12_500, "two more seconds", 30, 0.25)
            self.assertEqual(self.drain(box), [])
            self.assertEqual(http.receive().status, 201)

    @staticmethod
    def age(house):
        words = Client(house.port).get("/metrics").body.decode()
        return int(words.split("\nskranke_journal_batch_age_ms ")[1].split("\n")[0])

    @staticmethod
    def drain(box):
        found = []
        while True:
            try:
                found.append(box.recv(4096))
            except BlockingIOError:
                return found

    def test_a_socket_from_systemd(self):
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        with Appliance(facility()) as house:
            early = socket.create_connection(("127.0.0.1", port))   # waits in the backlog until the daemon is there
            early.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            self.start(house, listener)
            self.assertEqual(house.port, port)
            early.settimeout(20)
            self.assertTrue(early.recv(4096).startswith(b"HTTP/1.1 200"))
            early.close()
            self.assertEqual(house.stop(), 0)
        listener.close()


if __name__ == "__main__":
    unittest.main(warnings="ignore")
