#!/usr/bin/env python3
"""skranke-print-ticket against a real spooler and a real (simulated) printer. Run by ctest inside with-cups.sh; see there for the world around us.

usage: print_service_test.py SKRANKE-PRINT-TICKET [test names]
"""
import glob
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
TICKET = sys.argv.pop(1)
OUT = os.environ["PRINT_DIR"]


def paper(level):
    urllib.request.urlopen(os.environ["PAPER_URL"] + str(level), timeout=5).read()


def captured(kind):
    return sorted(f for f in glob.glob(OUT + "/" + kind + ".*") if not f.endswith((".env", ".part")))


def tickets(kind):
    """Captured tickets; a raw connection that only asked for the status is none."""
    return [f for f in captured(kind) if os.path.getsize(f) > 100]


def run(*words, timeout=60):
    """Runs the tool to its end: (exit status, the JSON objects it said)."""
    done = subprocess.run([TICKET, *words], stdout=subprocess.PIPE, timeout=timeout, text=True, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


class Running:
    """The tool in the background, with its lines as they come."""

    def __init__(self, *words):
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([TICKET, *words], stdout=self.log)

    def said(self):
        at = os.pread(self.log.fileno(), 1 << 20, 0).decode()
        return [json.loads(line) for line in at.splitlines()]

    def wait_for(self, wanted, seconds):
        """Polls until wanted(lines) holds; gives the time it took."""
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            if wanted(self.said()):
                return time.monotonic() - start
            time.sleep(0.05)
        raise AssertionError("not within %s s: %s" % (seconds, self.said()))

    def finish(self, timeout):
        self.process.wait(timeout)
        return self.process.returncode, self.said()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        self.log.close()


def health_is(state, reason=None):
    """Whether the last health said is this one."""

    def look(lines):
        healths = [line for line in lines if "health" in line]
        return bool(healths) and healths[-1]["health"] == state and (reason is None or reason in healths[-1]["reasons"])

    return look


def decoded(path, picture, *options):
    done = subprocess.run([HERE + "/decode_ticket", path, picture, *options], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def qr(picture):
    done = subprocess.run(["zbarimg", "--quiet", "--raw", picture], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout.strip()


class PrintService(unittest.TestCase):
    def setUp(self):
        paper(75)
        self.before = {kind: len(tickets(kind)) for kind in ("ipp", "raw")}
        self.work = tempfile.TemporaryDirectory()
        self.addCleanup(self.work.cleanup)
        self.name = self.id().rsplit(".", 1)[-1]

    def background(self, *words):
        running = Running(*words)
        self.addCleanup(running.stop)
        return running

    def new(self, kind):
        return tickets(kind)[self.before[kind]:]

    def wait_new(self, kind, count, seconds=10):
        end = time.monotonic() + seconds
        while len(self.new(kind)) < count and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual(len(self.new(kind)), count)
        return self.new(kind)

    def file(self, name):
        return os.path.join(self.work.name, name)

    def same_picture_as_layout(self, captured_file, words):
        run("--bytes", self.file("layout"), "--as", "escpos", *words)
        decoded(self.file("layout"), self.file("layout.pbm"), "--crop")
        decoded(captured_file, self.file("paper.pbm"), "--crop")
        with open(self.file("layout.pbm"), "rb") as a, open(self.file("paper.pbm"), "rb") as b:
            self.assertEqual(a.read(), b.read())

    def test_bytes_arrive_unchanged_and_are_the_picture(self):
        url = "http://koe.nordhavn.example/t/UNCHANGED"
        words = ["--number", "B 126", "--url", url]
        status, said = run("--queue", "ticket", "--id", self.name, *words)
        self.assertEqual((status, said[-1]), (0, {"job": self.name, "state": "printed", "fault": ""}))
        paper_bytes = self.wait_new("ipp", 1)[0]
        run("--bytes", self.file("sent"), "--as", "urf", *words)
        with open(self.file("sent"), "rb") as a, open(paper_bytes, "rb") as b:
            self.assertEqual(a.read(), b.read(), "the spooler changed the ticket on its way")
        facts = decoded(paper_bytes, self.file("paper.png"))
        self.assertEqual((facts["format"], facts["width"], facts["dpi"]), ("urf", 639, 203))
        self.assertEqual(qr(self.file("paper.png")), url)
        self.same_picture_as_layout(paper_bytes, words)

    def test_sheet_is_as_long_as_the_ticket_and_cut(self):
        run("--queue", "ticket", "--id", self.name)
        paper_bytes = self.wait_new("ipp", 1)[0]
        with open(paper_bytes + ".env", encoding="utf-8") as env:
            attributes = dict(line.rstrip("\n").split("=", 1) for line in env if "=" in line)
        rows = decoded(paper_bytes, self.file("paper.png"))["height"]
        self.assertIn("x-dimension=8000 ", attributes["IPP_MEDIA_COL"])
        length = int(attributes["IPP_MEDIA_COL"].split("y-dimension=")[1].split("}")[0].split()[0])
        self.assertAlmostEqual(length, rows * 2540 / 203, delta=50)
        self.assertEqual(attributes["IPP_FINISHINGS"], "trim")
        self.assertEqual(attributes["IPP_JOB_NAME"], self.name)

    def test_raw_queue_gets_the_same_picture(self):
        url = "http://koe.nordhavn.example/t/RAW"
        words = ["--number", "C 8", "--url", url]
        status, said = run("--queue", "raw80", "--raw", "--id", self.name, *words)
        self.assertEqual((status, said[-1]["state"]), (0, "printed"))
        paper_bytes = self.wait_new("raw", 1)[0]
        facts = decoded(paper_bytes, self.file("paper.png"))
        self.assertEqual((facts["format"], facts["width"], facts["cut"]), ("escpos", 576, True))
        self.assertEqual(qr(self.file("paper.png")), url)
        self.same_picture_as_layout(paper_bytes, words)

    def test_direct_device_gets_the_same_picture(self):
        url = "http://koe.nordhavn.example/t/DIRECT"
        status, said = run("--device", "tcp://127.0.0.1:9101", "--id", self.name, "--url", url)
        self.assertEqual((status, said[-1]["state"]), (0, "printed"))
        paper_bytes = self.wait_new("raw", 1)[0]
        decoded(paper_bytes, self.file("paper.png"))
        self.assertEqual(qr(self.file("paper.png")), url)

    def test_the_same_job_twice_prints_once(self):
        for _ in range(3):
            status, said = run("--queue", "ticket", "--id", self.name)
            self.assertEqual((status, said[-1]["state"]), (0, "printed"))
        run("--queue", "ticket", "--id", self.name + "-other")  # were a second print on its way, it would come before this one
        self.assertEqual(len(self.wait_new("ipp", 2)), 2)

    def test_killed_after_submission_prints_once(self):
        paper(0)
        first = self.background("--queue", "ticket", "--id", self.name)
        first.wait_for(health_is("failed", "media-empty"), 5)
        self.wait_until_underway()
        first.process.kill()
        first.process.wait()
        second = self.background("--queue", "ticket", "--id", self.name)
        second.wait_for(health_is("failed", "media-empty"), 5)
        paper(75)
        status, said = second.finish(20)
        self.assertEqual((status, said[-1]["state"]), (0, "printed"))
        run("--queue", "ticket", "--id", self.name + "-other")
        self.assertEqual(len(self.wait_new("ipp", 2)), 2)

    def wait_until_underway(self):
        end = time.monotonic() + 10
        while time.monotonic() < end:
            listed = subprocess.run(["lpstat", "-o", "ticket"], stdout=subprocess.PIPE, text=True, check=False).stdout
            if listed.strip():
                return
            time.sleep(0.05)
        self.fail("the job is not in the queue")

    def test_paper_out_is_seen_while_idle(self):
        watching = self.background("--queue", "ticket", "--watch", "60")
        watching.wait_for(health_is("ready"), 5)
        paper(0)
        took = watching.wait_for(health_is("failed", "media-empty"), 5)
        paper(5)
        watching.wait_for(health_is("warning", "media-low"), 5)
        paper(75)
        watching.wait_for(health_is("ready"), 5)
        print("  paper out seen after %.2f s (asked every second)" % took, flush=True)

    def test_job_waits_for_paper_and_comes_out(self):
        paper(0)
        job = self.background("--queue", "ticket", "--id", self.name)
        job.wait_for(health_is("failed", "media-empty"), 5)
        self.wait_until_underway()
        self.assertIsNone(job.process.poll(), "gave up while the printer only waited for paper")
        self.assertEqual(len(self.new("ipp")), 0)
        paper(75)
        status, said = job.finish(20)
        self.assertEqual((status, said[-1]["state"]), (0, "printed"))
        self.assertEqual(len(self.new("ipp")), 1)

    def test_paper_never_comes_and_the_job_is_taken_back(self):
        paper(0)
        status, said = run("--queue", "ticket", "--id", self.name, "--timeout", "3")
        listed = subprocess.run(["lpstat", "-o", "ticket"], stdout=subprocess.PIPE, text=True, check=True).stdout
        self.assertEqual(listed, "", "the spooler still holds the ticket that was given up")
        # ippeveprinter 2.4.2 says yes to Cancel-Job and prints on when paper comes. "failed" would be a lie about such a printer.
        paper(75)
        run("--queue", "ticket", "--id", self.name + "-other")
        came_out = len(self.new("ipp")) - 1
        wanted = (3, "unknown") if came_out else (1, "failed")
        self.assertEqual((status, said[-1]["state"], said[-1]["fault"]), (*wanted, "media-empty"))

    def test_printer_gone_and_back(self):
        watching = self.background("--queue", "ticket", "--watch", "60")
        watching.wait_for(health_is("ready"), 5)
        subprocess.run([os.environ["PRINTER"], "stop"], check=True)
        try:
            watching.wait_for(health_is("failed", "offline"), 8)
            job = self.background("--queue", "ticket", "--id", self.name)
            job.wait_for(health_is("failed", "offline"), 8)
        finally:
            subprocess.run([os.environ["PRINTER"], "start"], check=True)
        watching.wait_for(health_is("ready"), 8)
        status, said = job.finish(20)
        self.assertEqual((status, said[-1]["state"]), (0, "printed"))
        self.assertEqual(len(self.wait_new("ipp", 1)), 1)

    def test_spooler_gone_and_back(self):
        watching = self.background("--queue", "ticket", "--watch", "60")
        watching.wait_for(health_is("ready"), 5)
        subprocess.run([os.environ["SPOOLER"], "stop"], check=True)
        try:
            watching.wait_for(health_is("failed", "spooler"), 8)
            job = self.background("--queue", "ticket", "--id", self.name)
            job.wait_for(health_is("failed", "spooler"), 8)
        finally:
            subprocess.run([os.environ["SPOOLER"], "start"], check=True)
        watching.wait_for(health_is("ready"), 8)
        status, said = job.finish(20)
        self.assertEqual((status, said[-1]["state"]), (0, "printed"))
        self.assertEqual(len(self.wait_new("ipp", 1)), 1)

    def test_spooler_killed_under_a_job_prints_once(self):
        paper(0)
        job = self.background("--queue", "ticket", "--id", self.name)
        self.wait_until_underway()
        subprocess.run([os.environ["SPOOLER"], "restart"], check=True)
        paper(75)
        status, said = job.finish(40)
        self.assertIn(said[-1]["state"], ("printed", "unknown"))
        run("--queue", "ticket", "--id", self.name + "-other")
        again, _ = run("--queue", "ticket", "--id", self.name)
        self.assertEqual(again, status)
        self.assertLessEqual(len(self.new("ipp")), 2, "the spooler's restart printed it twice")

    def test_unknown_queue_is_absent(self):
        status, said = run("--queue", "nosuch", "--check")
        self.assertEqual((status, said[-1]["health"]), (1, "absent"))
        status, said = run("--queue", "nosuch", "--id", self.name)
        self.assertEqual((status, said[-1]["fault"]), (1, "not_configured"))
        status, said = run("--queue", "../jobs", "--id", self.name)
        self.assertEqual((status, said[-1]["fault"]), (1, "not_configured"))

    def announced(self, name, port):
        """A printer that announces itself by DNS-SD on the loopback network, which is where ipp-usb puts one that hangs on a USB cable."""
        with open(self.file("announced.log"), "wb") as log:
            printer = subprocess.Popen(["ippeveprinter", "-n", "localhost", "-p", str(port), "-a", HERE + "/ticket80.conf", "-d", self.work.name, name],
                                       stdout=log, stderr=log)

        def end():
            printer.kill()
            printer.wait()

        self.addCleanup(end)

    def find(self, wanted, seconds=30):
        """The offers once wanted(offers) holds: an announcement takes a moment to be heard."""
        end = time.monotonic() + seconds
        while True:
            status, said = run("--find", "2")
            self.assertEqual((status, said[0]), (0, {"spooler": True, "network": True}))
            if wanted(said[1:]):
                return said[1:]
            self.assertLess(time.monotonic(), end, said)

    def test_queues_and_announced_printers_are_found(self):
        offers = self.find(lambda offers: len(offers) == 2)
        self.assertEqual({each["queue"]: each["command"] for each in offers}, {"ticket": "", "raw80": ""})
        self.assertEqual([each["uri"] for each in offers if each["queue"] == "ticket"], [os.environ["PRINTER_URI"]])
        self.announced("Roll in the hall", 8702)
        offer = next(each for each in self.find(lambda offers: len(offers) == 3) if not each["queue"])
        self.assertEqual(offer["name"], "Roll_in_the_hall")
        self.assertIn("Roll%20in%20the%20hall._ipp", offer["uri"])
        # The command that is shown makes a queue that prints; from then on it is told as the queue, and once.
        queue = offer["command"].split()[2]
        # It stays: cupsd of Debian 12 does not survive the end of a queue that has just printed.
        subprocess.run(["sh", "-c", offer["command"]], check=True, timeout=60)
        offers = self.find(lambda offers: any(each["queue"] == queue for each in offers))
        self.assertEqual(sorted(each["queue"] for each in offers), sorted([queue, "raw80", "ticket"]))
        status, said = run("--queue", queue, "--id", self.name)
        self.assertEqual((status, said[-1]["state"]), (0, "printed"))

    def test_a_silent_spooler_holds_no_search(self):
        subprocess.run([os.environ["SPOOLER"], "stop"], check=True)
        try:
            start = time.monotonic()
            status, said = run("--find", "1")
            self.assertEqual((status, said[0]), (1, {"spooler": False, "network": True}))
            self.assertLess(time.monotonic() - start, 30)
        finally:
            subprocess.run([os.environ["SPOOLER"], "start"], check=True)

    def test_stopped_queue_is_said(self):
        subprocess.run(["cupsdisable", "ticket"], check=True)
        try:
            status, said = run("--queue", "ticket", "--check")
            self.assertEqual((status, said[-1]["health"], said[-1]["reasons"]), (1, "failed", ["paused"]))
        finally:
            subprocess.run(["cupsenable", "ticket"], check=True)
        self.assertEqual(run("--queue", "ticket", "--check")[0], 0)

    def test_latency(self):
        times = []
        for i in range(5):
            start = time.monotonic()
            self.assertEqual(run("--queue", "raw80", "--raw", "--id", "%s-%d" % (self.name, i))[0], 0)
            times.append(time.monotonic() - start)
        print("  raw queue to a mute printer, process start to printed: median %.0f ms" % (sorted(times)[2] * 1000), flush=True)
        self.assertLess(sorted(times)[2], 10)


if __name__ == "__main__":
    unittest.main(verbosity=2, failfast=False)
