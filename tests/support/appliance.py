"""The real daemon as a child process, and a small HTTP/1.1 and WebSocket client to talk to it. Standard library only.

Written against the public contract and RFC 9112 / RFC 6455, not against our edge: what the client does not understand is an error.
"""
import base64
import json
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

SKRANKED = os.environ.get("SKRANKED", "skranked")
SKRANKECTL = os.environ.get("SKRANKECTL", "skrankectl")
SLOW_FLUSH = os.environ.get("SLOW_FLUSH", "")
HERE = os.path.dirname(os.path.abspath(__file__))
PATIENCE_S = 60.0   # for anything that must happen; generous, since test machines are busy
SKIPPED = 77        # exit code that ctest shows as skipped


class Gone(Exception):
    """The other side closed or broke the connection before a whole answer came."""


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def header(self, name):
        """The only header of that name, None when absent."""
        found = self.all_headers(name)
        return found[0] if found else None

    def all_headers(self, name):
        return [value for key, value in self.headers if key == name.lower()]

    def problem(self):
        """The reason of a problem+json answer: the last part of its type."""
        assert self.header("content-type") == "application/problem+json", (self.status, self.headers, self.body[:300])
        told = self.json()
        assert told["status"] == self.status and told["detail"], told
        return told["type"].rsplit("/", 1)[1]

    def __repr__(self):
        return "%d %s" % (self.status, self.body[:400])


class Client:
    """One keep-alive connection; opens again by itself for the next request after the other side closed."""

    def __init__(self, port, token=None, cookie=None, language="en", timeout=PATIENCE_S, host="127.0.0.1"):
        self.address, self.token, self.cookie, self.language, self.timeout = (host, port), token, cookie, language, timeout
        self.socket, self.buffer = None, b""

    def connect(self):
        opened = socket.create_connection(self.address, self.timeout)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket, self.buffer = None, b""

    def send(self, method, path, body=None, headers=None):
        """`body`: bytes as they are, anything else as JSON, None = none. A header of value None is left out."""
        if self.socket is None:
            try:
                self.socket = self.connect()
            except OSError as error:
                raise Gone(str(error)) from error
        fields = {"Host": "%s:%d" % self.address, "Accept-Language": self.language}
        if self.token:
            fields["Authorization"] = "Bearer " + self.token
        if self.cookie:
            fields["Cookie"] = self.cookie
        if body is not None:
            if not isinstance(body, bytes):
                body = json.dumps(body).encode()
            fields["Content-Type"] = "application/json"
            fields["Content-Length"] = str(len(body))
        fields.update(headers or {})
        head = "%s %s HTTP/1.1\r\n" % (method, path)
        head += "".join("%s: %s\r\n" % (name, value) for name, value in fields.items() if value is not None)
        try:
            self.socket.sendall(head.encode("latin-1") + b"\r\n" + (body or b""))
        except OSError as error:
            self.close()
            raise Gone(str(error)) from error

    def _more(self):
        try:
            got = self.socket.recv(65536)
        except OSError as error:
            self.close()
            raise Gone(str(error)) from error
        if not got:
            self.close()
            raise Gone("closed")
        self.buffer += got

    def _take(self, count):
        while len(self.buffer) < count:
            self._more()
        got, self.buffer = self.buffer[:count], self.buffer[count:]
        return got

    def receive(self, method="GET"):
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        version, status = lines[0].split(" ")[:2]
        assert version == "HTTP/1.1", lines[0]
        headers = []
        for line in lines[1:]:
            name, value = line.split(":", 1)
            headers.append((name.lower(), value.strip()))
        answer = Answer(int(status), headers, b"")
        if 100 <= answer.status < 200 and answer.status != 101:
            return self.receive(method)
        if method != "HEAD" and answer.status not in (101, 204, 304):
            assert answer.header("transfer-encoding") is None
            answer.body = self._take(int(answer.header("content-length")))
        if answer.header("connection") == "close":
            self.close()
        return answer

    def request(self, method, path, body=None, headers=None, key=None):
        """Sends and waits for the answer. An idle connection that was closed meanwhile is opened once more."""
        fields = dict(headers or {})
        if key:
            fields["Idempotency-Key"] = key
        fresh = self.socket is None
        if not fresh and select.select([self.socket], [], [], 0)[0] and not self.buffer:
            self.close()   # nothing can have been sent to us unasked but the end
        self.send(method, path, body, fields)
        return self.receive(method)

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.request("POST", path, body, **more)


class LocalClient(Client):
    """The same through the Unix socket of a box's own programs."""

    def __init__(self, path, token=None, **more):
        super().__init__(0, token, **more)
        self.path = path

    def connect(self):
        opened = socket.socket(socket.AF_UNIX)
        opened.settimeout(self.timeout)
        opened.connect(self.path)
        return opened


class WebSocket:
    """A watcher of /events. `next()` gives one message as an object."""

    def __init__(self, port, topics, token=None, cookie=None, path="/api/v1/events", timeout=PATIENCE_S, receive_buffer=None):
        self.answer = None
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect(("127.0.0.1", port))
        nonce = base64.b64encode(os.urandom(16)).decode()
        target = "%s%stopics=%s" % (path, "&" if "?" in path else "?", topics)
        head = "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" % (target, port)
        head += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\nAccept-Language: en\r\n" % nonce
        head += "Authorization: Bearer %s\r\n" % token if token else ""
        head += "Cookie: %s\r\n" % cookie if cookie else ""
        self.socket.sendall(head.encode() + b"\r\n")
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            got = self.socket.recv(65536)
            if not got:
                raise Gone("closed in the handshake")
            self.buffer += got
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        headers = [(n.lower(), v.strip()) for n, v in (line.split(":", 1) for line in lines[1:])]
        self.answer = Answer(int(lines[0].split(" ")[1]), headers, b"")
        if self.answer.status != 101:
            wanted = int(self.answer.header("content-length") or 0)
            while len(self.buffer) < wanted:
                self.buffer += self.socket.recv(65536)
            self.answer.body = self.buffer[:wanted]

    @property
    def open(self):
        return self.answer.status == 101

    def close(self):
        self.socket.close()

    def _take(self, count):
        while len(self.buffer) < count:
            got = self.socket.recv(65536)
            if not got:
                raise Gone("closed")
            self.buffer += got
        got, self.buffer = self.buffer[:count], self.buffer[count:]
        return got

    def frame(self):
        """(opcode, payload) of the next frame; the server neither masks nor fragments."""
        first, second = self._take(2)
        assert first & 0x80 and not second & 0x80, "fragmented or masked by the server"
        length = second & 0x7F
        if length == 126:
            length, = struct.unpack(">H", self._take(2))
        elif length == 127:
            length, = struct.unpack(">Q", self._take(8))
        return first & 0x0F, self._take(length)

    def next(self, timeout=PATIENCE_S):
        self.socket.settimeout(timeout)
        while True:
            opcode, payload = self.frame()
            if opcode == 1:
                return json.loads(payload)
            if opcode == 8:
                raise Gone("close %d" % struct.unpack(">H", payload[:2])[0])

    def until(self, wanted, timeout=PATIENCE_S):
        """The first message for which wanted(message) holds."""
        end = time.monotonic() + timeout
        while True:
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError("no such message within %s s" % timeout)
            message = self.next(left)
            if wanted(message):
                return message

    def say(self, message):
        payload = json.dumps(message).encode()
        mask = os.urandom(4)
        size = struct.pack(">B", 0x80 | len(payload)) if len(payload) < 126 else struct.pack(">BH", 0xFE, len(payload))
        self.socket.sendall(b"\x81" + size + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)))


def wait_until(condition, what, timeout=PATIENCE_S, every=0.02):
    """Polls until condition() is true; gives its value. `what` is awaited, in words."""
    assert isinstance(what, str), "what is awaited?"
    end = time.monotonic() + timeout
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError("not within %s s: %s" % (timeout, what))
        time.sleep(every)


LETTERS = "ACJKPTY"


def facility(desks=8, printer=None, rules="", extra="", services=7):
    """A site that is open day and night: service s0… with the letters in turn, each desk serves all of them."""
    ids = ["s%d" % i for i in range(services)]
    text = """
[site]
id = "test"
name = "Test house"
time_zone = "Europe/Copenhagen"
languages = ["da", "en"]
[[authority]]
id = "kommune"
name = "The town"
"""
    for i, name in enumerate(ids):
        text += '[[service]]\nid = "%s"\nname = "Service %d"\nauthority = "kommune"\nletter = "%s"\nmode = "walk_in"\nexpected_minutes = 5\n' % (
            name, i, LETTERS[i % len(LETTERS)])
    for i in range(1, desks + 1):
        text += '[[desk]]\nid = "desk-%d"\nname = "Desk %d"\nzone = "hall"\nservices = [%s]\n' % (i, i, ", ".join('"%s"' % s for s in ids))
    text += '[[board]]\nid = "hall"\nname = "The hall"\nzones = ["hall"]\n'
    text += '[[kiosk]]\nid = "door"\nname = "At the door"\n' + ('printer = "front"\n' if printer else "")
    if printer:
        text += '[[printer]]\nid = "front"\nname = "Front"\nwidth_mm = 58\n' + printer + "\n"
    return text + "[rules]\ncall_named = true\nrecall_after_s = 0\n" + rules + "\n" + extra


def by_day(site):
    """The same site where it is about noon now: what happens within some hours stays within one business day, whenever the test runs."""
    return site.replace('"Europe/Copenhagen"', '"Etc/GMT%+d"' % (time.gmtime().tm_hour - 12))


PREVIEW = 'kind = "preview"'


class Appliance:
    """A data directory, its settings and the daemon that serves it. Use as a context: the directory goes at the end."""

    def __init__(self, site=None, settings="", directory=None, environment=None, config_extra=""):
        self.root = directory or tempfile.mkdtemp(prefix="skranke-it-")
        self.owned = directory is None
        self.data = os.path.join(self.root, "data")
        self.config = os.path.join(self.root, "skranked.toml")
        self.environment = environment or {}
        self.process, self.port, self.errors = None, 0, os.path.join(self.root, "stderr.txt")
        with open(os.path.join(self.root, "facility.toml"), "w", encoding="utf-8") as out:
            out.write(site or facility())
        self.settings, self.config_extra = settings, config_extra
        self.write_config(0)

    def write_config(self, port):
        with open(self.config, "w", encoding="utf-8") as out:
            out.write('data_dir = "data"\nlisten = ["127.0.0.1:%d"]\nfacility = "facility.toml"\n%s\n%s\n' % (port, self.settings, self.config_extra))

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind and os.path.exists(self.errors):
            with open(self.errors, encoding="utf-8", errors="replace") as log:
                print("--- the daemon said:\n" + log.read()[-4000:], flush=True)
        self.kill()
        if self.owned:
            shutil.rmtree(self.root, ignore_errors=True)

    def start(self, timeout=PATIENCE_S, environment=None):
        """Starts and waits for the line "ready"; seconds that took."""
        env = {**os.environ, **self.environment, **(environment or {})}
        begun = time.monotonic()
        with open(self.errors, "ab") as errors:
            self.process = subprocess.Popen([SKRANKED, "--config", self.config], stdout=subprocess.PIPE, stderr=errors, env=env)
        line = b""
        while not line.endswith(b"\n"):
            left = begun + timeout - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise AssertionError("not ready within %s s" % timeout)
            got = os.read(self.process.stdout.fileno(), 256)
            if not got:
                raise AssertionError("ended with %s before it was ready: %s" % (self.process.wait(5), self.log()[-1000:]))
            line += got
        took = time.monotonic() - begun
        assert line.startswith((b"ready http://127.0.0.1:", b"ready https://127.0.0.1:")), line
        self.port = int(line.split(b":")[2].split()[0])
        return took

    def log(self):
        with open(self.errors, encoding="utf-8", errors="replace") as text:
            return text.read()

    def kill(self):
        """SIGKILL, at once."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None

    def lossy_disk(self, name):
        """What to start with, so that files called `name`… lie on a disk that loses what was not flushed; see lose_power() and disk_lies()."""
        self.notes = os.path.join(self.root, "notes")
        os.makedirs(self.notes, exist_ok=True)
        return {"LD_PRELOAD": os.environ["LOSSY_DISK"], "LOSSY_NAME": name, "LOSSY_NOTES": self.notes, "LOSSY_LIES": os.path.join(self.root, "lies")}

    def disk_lies(self):
        """From now on the lossy disk says "flushed" and flushes nothing."""
        with open(os.path.join(self.root, "lies"), "w", encoding="ascii"):
            pass

    def lose_power(self):
        """SIGKILL, and what the lossy disk never got is gone, newest first; the bytes that went so. The next disk is an honest one."""
        self.kill()
        lost = 0
        for name in os.listdir(self.notes):
            with open(os.path.join(self.notes, name), "rb") as file:
                notes = file.read()
            records, at = [], 0
            while at + 24 <= len(notes):   # a torn last note: its write never began
                offset, size, count = struct.unpack_from("=qqq", notes, at)
                if at + 24 + count > len(notes):
                    break
                records.append((offset, size, notes[at + 24:at + 24 + count]))
                at += 24 + count
            with open(os.path.join(self.data, name), "r+b") as file:
                for offset, size, before in reversed(records):
                    lost += len(before) + max(0, os.fstat(file.fileno()).st_size - size)
                    file.seek(offset)
                    file.write(before)
                    file.flush()
                    os.ftruncate(file.fileno(), size)
            os.remove(os.path.join(self.notes, name))
        if os.path.exists(os.path.join(self.root, "lies")):
            os.remove(os.path.join(self.root, "lies"))
        return lost

    def stop(self, how=signal.SIGTERM, timeout=PATIENCE_S):
        """Asks it to stop; its exit code."""
        self.process.send_signal(how)
        code = self.process.wait(timeout)
        self.process.stdout.close()
        self.process = None
        return code

    def wait_exit(self, timeout=PATIENCE_S):
        code = self.process.wait(timeout)
        self.process.stdout.close()
        self.process = None
        return code

    @property
    def admin_token(self):
        with open(os.path.join(self.data, "admin.token"), encoding="utf-8") as file:
            return file.read().strip()

    def token(self, role, name=None):
        return self.ctl("token", "create", "--role", role, "--name", name or role).stdout.strip()

    def client(self, token="admin", **more):
        """A connection; "admin" stands for the first token, None for nobody."""
        return Client(self.port, self.admin_token if token == "admin" else token, **more)

    def watch(self, topics, token="admin", **more):
        return WebSocket(self.port, topics, self.admin_token if token == "admin" else token, **more)

    def ctl(self, *words, check=0, timeout=60, stdin=None):
        done = subprocess.run([SKRANKECTL, "--config", self.config, "--server", "http://127.0.0.1:%d" % self.port, *words],
                              capture_output=True, text=True, timeout=timeout, check=False, input=stdin)
        if check is not None and done.returncode != check:
            raise AssertionError("skrankectl %s: %d %s %s" % (words, done.returncode, done.stdout[-500:], done.stderr[-500:]))
        return done

    def events(self, until=None):
        """The journal as skrankectl replays it, oldest first."""
        words = ["journal", "replay"] + (["--until", until] if until else [])
        return [json.loads(line) for line in self.ctl(*words, timeout=120).stdout.splitlines()]

    def verify(self):
        return self.ctl("journal", "verify", timeout=120).stdout

    def seq(self):
        with_health = Client(self.port)
        answer = with_health.get("/healthz")
        with_health.close()
        assert answer.status == 200, answer
        return answer.json()["seq"]


def resident_kib(pid):
    with open("/proc/%d/status" % pid, encoding="ascii") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    raise AssertionError("no VmRSS")
