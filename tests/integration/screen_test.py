#!/usr/bin/env python3
"""A real browser that is stopped, crashes or ends, under skranke-screen: it comes back, and the daemon saw the picture stand still. Headless, and under cage where that runs."""
import http.server
import os
import signal
import shutil
import ssl
import subprocess
import sys
import threading
import time
import unittest
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, facility, wait_until, SKIPPED  # noqa: E402
from certificates import make_certificate  # noqa: E402

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SCREEN = os.environ.get("SCREEN", "skranke-screen")
WAITING = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "systemd", "waiting.html")
HEADLESS = ["--headless=new", "--no-sandbox", "--disable-gpu"]
PATIENCE_S = 15


def processes(profile):
    """pid → kind of every process in the groups whose browser has this profile: renderers do not name it."""
    all_, groups = {}, set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as file:
                words = file.read().decode(errors="replace").replace("\0", " ").split(" ")   # children of the browser write theirs with blanks
            with open("/proc/%s/stat" % pid, encoding="ascii", errors="replace") as file:
                state, _, group = file.read().rsplit(")", 1)[1].split()[:3]
        except OSError:
            continue
        if state == "Z":
            continue
        kind = next((word[7:] for word in words if word.startswith("--type=")), "browser")
        all_[int(pid)] = (kind, group)
        if kind == "browser" and any(word == "--user-data-dir=" + profile for word in words):
            groups.add(group)
    return {pid: kind for pid, (kind, group) in all_.items() if group in groups}


class Screen(unittest.TestCase):
    def setUp(self):
        self.house = Appliance(facility(desks=1, services=1))
        self.addCleanup(self.house.__exit__, None, None, None)

    def serve(self):
        self.house.start()
        self.http = self.house.client()
        self.addCleanup(lambda: self.http.close())
        self.token = self.house.token("board")

    def show(self, before=(), arguments=HEADLESS, environment=None, port=None):
        self.profile = os.path.join(self.house.root, "profile")
        url = "http://127.0.0.1:%d/board" % (port or self.house.port)
        words = [*before, SCREEN, "--url", url, "--browser", CHROMIUM, "--profile", self.profile, "--waiting", os.path.abspath(WAITING), "--patience", str(PATIENCE_S),
                 "--give-up", os.path.join(self.house.root, "give-up"), "--", *arguments]
        self.log = open(os.path.join(self.house.root, "screen.log"), "w+b")
        self.screen = subprocess.Popen(words, stderr=self.log, stdout=subprocess.DEVNULL, env=environment, start_new_session=True)
        self.addCleanup(self.end)

    def end(self):
        self.screen.terminate()
        try:
            self.screen.wait(10)
        except subprocess.TimeoutExpired:
            self.screen.kill()
        for pid in processes(self.profile):
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        self.log.close()

    def said(self):
        self.log.flush()
        with open(self.log.name, encoding="utf-8", errors="replace") as file:
            return file.read()

    def box(self):
        """The name that skranke-screen gave its page, from the browser's command line."""
        for pid in processes(self.profile):
            with open("/proc/%d/cmdline" % pid, "rb") as file:
                words = file.read().decode(errors="replace")
            if "box=" in words:
                return words.split("box=")[1].split("\0")[0]
        return None

    def page(self):
        box = self.box()
        if not box:
            return None
        answer = self.http.get("/api/v1/screens/" + box)
        return answer.json() if answer.status == 200 else None

    def there(self):
        """Until the page from the daemon is there: it shows its code and asks with the box's name."""
        wait_until(lambda: (self.page() or {}).get("page") == "pairing", "the screen asks to be let in", timeout=90, every=0.3)
        wait_until(lambda: "the page draws" in self.said(), "its watchdog has seen it", timeout=20, every=0.3)

    def drawing(self):
        page = self.page()
        return page is not None and page["frame_age_ms"] < 12_000

    def browser(self):
        return {pid for pid, kind in processes(self.profile).items() if kind == "browser"}

    def renderers(self):
        return {pid for pid, kind in processes(self.profile).items() if kind == "renderer"}

    def test_a_stopped_renderer_is_noticed_and_the_browser_started_anew(self):
        self.serve()
        self.show()
        self.there()
        first = self.browser()
        for pid in self.renderers():
            os.kill(pid, signal.SIGSTOP)
        begun = time.monotonic()
        wait_until(lambda: self.browser() and not self.browser() & first, "a new browser", timeout=PATIENCE_S + 40, every=0.3)
        print("frozen to restarted: %.0f s (patience %d s)" % (time.monotonic() - begun, PATIENCE_S))
        self.assertIn("draws nothing", self.said())
        wait_until(self.drawing, "it draws again", timeout=90, every=0.3)
        self.assertFalse(first & set(processes(self.profile)), "nothing of the old one is left")

    def test_a_renderer_that_crashed_is_brought_back(self):
        self.serve()
        self.show()
        self.there()
        first = self.browser()
        for pid in self.renderers():
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: self.browser() and not self.browser() & first, "a new browser", timeout=PATIENCE_S + 40, every=0.3)
        wait_until(self.drawing, "it draws again", timeout=90, every=0.3)

    def test_a_browser_that_ends_is_started_at_once(self):
        self.serve()
        self.show()
        self.there()
        first = self.browser()
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        begun = time.monotonic()
        wait_until(lambda: self.browser() and not self.browser() & first, "a new browser", timeout=15, every=0.1)
        self.assertLess(time.monotonic() - begun, 8)
        wait_until(self.drawing, "it draws again", timeout=90, every=0.3)

    def test_the_screen_may_start_before_the_daemon_and_outlives_it(self):
        self.serve()
        port = self.house.port
        self.http.close()
        self.house.kill()
        self.show(port=port)
        wait_until(lambda: "waiting for the daemon" in self.said() and self.renderers(), "the waiting page: " + self.said()[-600:], timeout=30, every=0.3)
        self.house.write_config(port)
        self.serve()
        self.there()
        first = self.browser()
        self.house.kill()
        # Longer than its patience: the daemon's absence is not the browser's fault.
        until = time.monotonic() + PATIENCE_S + 8
        while time.monotonic() < until:
            self.assertEqual(self.browser(), first)
            time.sleep(0.5)
        self.serve()
        wait_until(self.drawing, "it draws", timeout=60, every=0.3)
        self.assertEqual(self.browser(), first)

    def test_policies_let_it_see_the_daemon_only(self):
        file = os.path.join(self.house.root, "policies", "screen.json")
        subprocess.run([SCREEN, "--url", "http://10.0.0.5:8080/board", "--write-policies", file], check=True)
        import json
        with open(file, encoding="utf-8") as text:
            told = json.load(text)
        self.assertEqual((told["URLBlocklist"], told["URLAllowlist"][0]), (["*"], "http://10.0.0.5:8080"))
        self.assertEqual(told["DownloadRestrictions"], 3)
        self.assertFalse(told["VideoCaptureAllowed"])
        self.assertNotIn("VideoCaptureAllowedUrls", told, "a board sees nobody")
        subprocess.run([SCREEN, "--url", "http://10.0.0.5:8080/kiosk/hall", "--write-policies", file], check=True)
        with open(file, encoding="utf-8") as text:
            told = json.load(text)
        self.assertEqual((told["VideoCaptureAllowed"], told["AudioCaptureAllowed"], told["VideoCaptureAllowedUrls"]), (False, False, ["http://10.0.0.5:8080"]))
        self.assertEqual(told["OverrideSecurityRestrictionsOnInsecureOrigin"], ["http://10.0.0.5:8080"])

    def made_up_daemon(self, answer, tls=None):
        """What a screen asks of its daemon is answered with answer(), whatever it is."""
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = answer()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        return server

    def test_the_glass_is_switched_off_while_the_page_is_dark(self):
        """A made-up daemon and browser: what counts is what the box's own program is told, and when."""
        dark = {"now": False}

        server = self.made_up_daemon(lambda: b'{"page":"board/hall","frame_age_ms":1' + (b',"dark":true' if dark["now"] else b"") + b"}")
        told = os.path.join(self.house.root, "told")
        panel, browser = os.path.join(self.house.root, "panel"), os.path.join(self.house.root, "browser")
        for path, words in ((panel, 'echo "$1" >> %s\n' % told), (browser, "exec sleep 600\n")):
            with open(path, "w", encoding="utf-8") as file:
                file.write("#!/bin/sh\n" + words)
            os.chmod(path, 0o755)
        open(told, "w", encoding="utf-8").close()

        def heard():
            with open(told, encoding="utf-8") as file:
                return file.read().split()

        screen = subprocess.Popen([SCREEN, "--url", "http://127.0.0.1:%d/board" % server.server_address[1], "--browser", browser, "--profile", os.path.join(self.house.root, "profile"),
                                   "--waiting", os.path.abspath(WAITING), "--when-dark", panel], stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: heard() == ["light"], "at the start nobody knows what was before", timeout=30)
            dark["now"] = True
            wait_until(lambda: heard() == ["light", "dark"], "the page is dark", timeout=30)
            dark["now"] = False
            wait_until(lambda: heard() == ["light", "dark", "light"], "somebody touched it", timeout=30)
            dark["now"] = True
            wait_until(lambda: heard()[3:] == ["dark"], "dark again", timeout=30)
        finally:
            screen.terminate()
            screen.wait(20)
        wait_until(lambda: heard()[4:] == ["light"], "whoever stops it has a screen again", timeout=10)

    def test_over_tls_a_frozen_page_is_noticed_and_a_certificate_without_trust_restarts_nothing(self):
        """A made-up daemon behind TLS and a made-up browser, which writes down each of its starts."""
        age = {"ms": 1}

        for name in ("house", "other"):
            make_certificate(self.house.root, name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.house.root + "/house.pem", self.house.root + "/house.key")
        server = self.made_up_daemon(lambda: b'{"page":"board/hall","frame_age_ms":%d}' % age["ms"], context)
        browser, log = os.path.join(self.house.root, "browser"), os.path.join(self.house.root, "screen.log")

        def starts(name):
            try:
                with open(os.path.join(self.house.root, name), encoding="utf-8") as file:
                    return len(file.read().split())
            except FileNotFoundError:
                return 0

        def said():
            with open(log, encoding="utf-8") as file:
                return file.read()

        def run(certificate):
            with open(browser, "w", encoding="utf-8") as file:
                file.write("#!/bin/sh\necho up >> %s/%s.starts\nexec sleep 600\n" % (self.house.root, certificate))
            os.chmod(browser, 0o755)
            with open(log, "wb") as errors:
                screen = subprocess.Popen([SCREEN, "--url", "https://127.0.0.1:%d/board" % server.server_address[1], "--browser", browser, "--profile", os.path.join(self.house.root, "profile"), "--waiting", os.path.abspath(WAITING),
                                           "--patience", "12", "--certificate", "%s/%s.pem" % (self.house.root, certificate)], stderr=errors)

            def end():
                if screen.poll() is None:
                    screen.terminate()
                    screen.wait(30)
            self.addCleanup(end)
            return end
        end = run("other")
        wait_until(lambda: "certificate is not trusted" in said() and starts("other.starts") == 1, "the page is shown all the same, and the trouble told", timeout=60)
        end()
        end = run("house")
        wait_until(lambda: "the page draws\n" in said(), "the answer came over TLS", timeout=60)
        age["ms"] = 50_000_000
        wait_until(lambda: starts("house.starts") > 1, "a browser that draws nothing is started anew", timeout=90)
        self.assertIn("the page draws nothing", said())
        end()

    def test_under_cage_on_a_screen_that_is_none(self):
        """The same under the compositor of the unit, without its sandbox: as root a browser has none, and cage runs only as somebody else."""
        if os.getuid() != 0 or not shutil.which("cage") or not shutil.which("setpriv"):
            print("SKIPPED integration.screen (cage): needs root, cage and setpriv", file=sys.stderr)
            self.skipTest("needs root, cage and setpriv")
        self.serve()
        os.chmod(self.house.root, 0o777)
        runtime = os.path.join(self.house.root, "run")
        os.mkdir(runtime, 0o700)
        os.chown(runtime, 65534, 65534)
        environment = {"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": runtime, "HOME": runtime, "WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1"}
        before = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "cage", "-d", "--"]
        self.show(before=before, arguments=["--no-sandbox", "--disable-gpu"], environment=environment)
        try:
            self.there()
        except AssertionError:
            print("cage said: " + self.said()[-1500:])
            raise


if __name__ == "__main__":
    if not os.path.exists(CHROMIUM):
        print("SKIPPED integration.screen: no chromium", file=sys.stderr)
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
