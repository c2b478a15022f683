"""Mail servers for tests: Exim, as Debian ships it, on a port of its own; and one that does exactly what a test tells it to. No rights are needed."""
import email
import email.policy
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import time

EXIM = shutil.which("exim4") or shutil.which("exim4", path="/usr/sbin:/usr/bin")

EXIM_CONFIG = """
exim_user = %(user)s
exim_group = %(group)s
daemon_smtp_ports = %(port)d
local_interfaces = 127.0.0.1
primary_hostname = localhost
spool_directory = %(root)s/spool
log_file_path = %(root)s/log/%%slog
pid_file_path = %(root)s/exim.pid
tls_advertise_hosts = *
tls_certificate = %(root)s/cert.pem
tls_privatekey = %(root)s/key.pem
auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
acl_smtp_mail = check_mail
acl_smtp_rcpt = check_rcpt
begin acl
check_mail:
  accept authenticated = *
  deny message = sign in first
check_rcpt:
  deny local_parts = nobody
  accept
begin routers
all:
  driver = accept
  transport = box
begin transports
box:
  driver = appendfile
  directory = %(root)s/mail
  maildir_format = true
  user = %(user)s
  group = %(group)s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{skranke}}{eq{$auth3}{%(password)s}}}}
  server_set_id = $auth2
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def certificate(folder):
    """A key and a certificate for this machine, signed by itself."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder + "/key.pem", "-out", folder + "/cert.pem"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Exim:
    """Takes mail over STARTTLS from whoever signs in as "skranke"; everything ends in one maildir."""

    def __init__(self, password):
        self.root, self.port, self.process = tempfile.mkdtemp(prefix="exim-"), free_port(), None
        for name in ("spool", "log", "mail"):
            os.mkdir(os.path.join(self.root, name))
        certificate(self.root)
        # Exim gives up root by itself, and must be able to work in its folder afterwards.
        account = pwd.getpwnam("Debian-exim") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        with open(os.path.join(self.root, "exim.conf"), "w", encoding="utf-8") as file:
            file.write(EXIM_CONFIG % {"user": account.pw_name, "group": account.pw_gid, "port": self.port, "root": self.root, "password": password})
        if os.getuid() == 0:
            for folder, names, files in os.walk(self.root):
                for name in [""] + names + files:
                    os.chown(os.path.join(folder, name), account.pw_uid, account.pw_gid)
            os.chown(os.path.join(self.root, "exim.conf"), 0, 0)   # it reads no settings of others
        self.start()

    def start(self):
        self.process = subprocess.Popen([EXIM, "-C", os.path.join(self.root, "exim.conf"), "-bdf", "-q1m"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise RuntimeError("exim does not start: " + self.log()) from None
                time.sleep(0.05)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)
        self.process = None

    def close(self):
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def log(self):
        text = ""
        for name in sorted(os.listdir(os.path.join(self.root, "log"))):
            with open(os.path.join(self.root, "log", name), encoding="utf-8", errors="replace") as file:
                text += file.read()
        return text

    def letters(self):
        """All that was delivered so far, oldest first, each as the standard library reads it."""
        folder = os.path.join(self.root, "mail", "new")
        names = sorted(os.listdir(folder), key=lambda name: os.stat(os.path.join(folder, name)).st_mtime_ns) if os.path.isdir(folder) else []
        read = []
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                read.append(email.message_from_bytes(file.read(), policy=email.policy.default))
        return read


class ScriptedMail:
    """Speaks just enough SMTP. `answers` maps a verb, or "." for the end of a letter, to what is answered; "drop" breaks the connection off."""

    def __init__(self):
        self.answers, self.letters, self.attempts = {}, [], []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self.listener.close()

    def _serve(self):
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line):
        with line, line.makefile("rb") as lines:
            try:
                line.sendall(b"220 test\r\n")
                for raw in lines:
                    if not self._obey(line, lines, raw.decode().strip()):
                        return
            except OSError:
                return

    def _obey(self, line, lines, command):
        verb = command.split(" ")[0].split(":")[0].upper()
        answer = self.answers.get(verb, {"QUIT": "221 bye", "DATA": "354 go on"}.get(verb, "250 ok"))
        if verb == "RCPT":
            self.attempts.append(command)
        if answer == "drop":
            return False
        line.sendall((answer + "\r\n").encode())
        if verb == "DATA" and answer.startswith("354"):
            letter = []
            for raw in lines:
                if raw == b".\r\n":
                    break
                letter.append(raw)
            self.letters.append(b"".join(letter))
            end = self.answers.get(".", "250 taken")
            if end == "drop":
                return False
            line.sendall((end + "\r\n").encode())
        return verb != "QUIT"
