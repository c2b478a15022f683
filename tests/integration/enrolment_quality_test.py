#!/usr/bin/env python3
"""Programs of the site that judge quality: what they say is recorded as theirs, and what they do wrong holds up nobody."""
import os
import shutil
import stat
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from authority import open_envelope  # noqa: E402
from enrolment_kit import Kit, make_identity  # noqa: E402
from enrolment_worker import Worker  # noqa: E402

WORKER = os.environ["ENROLMENT_WORKER"]
EXAMPLE = os.path.join(os.path.dirname(WORKER), "skranke-quality-example")

# A program that answers as the protocol wants, but for what a test puts in the place of this.
PROGRAM = '''#!/usr/bin/python3
import json, os, socket, struct, sys
line = socket.socket(fileno=3)
def receive(size):
    got = b""
    while len(got) < size:
        got += line.recv(size - len(got)) or sys.exit(0)
    return got
def answer(**told):
    text = json.dumps(told).encode()
    line.sendall(struct.pack(">II", len(text), 0) + text)
while True:
    head_size, body_size = struct.unpack(">II", receive(8))
    head, body = json.loads(receive(head_size)), receive(body_size)
'''


class Quality(unittest.TestCase):
    def setUp(self):
        self.work = tempfile.mkdtemp(prefix="skranke-quality-")
        self.addCleanup(shutil.rmtree, self.work)
        for name in ("authority", "appliance"):
            make_identity(self.work, name)
        self.kit = Kit(os.path.join(self.work, "kit"))

    def program(self, lines):
        path = os.path.join(self.work, "program")
        with open(path, "w", encoding="utf-8") as file:
            file.write(PROGRAM + "".join(f"    {line}\n" for line in lines))
        os.chmod(path, stat.S_IRWXU)
        return path

    def worker(self, **programs):
        worker = Worker(WORKER, self.kit, self.work, more=programs)
        self.addCleanup(worker.end)
        return worker

    def finger_of(self, lines):
        """The answer to a capture of a print that this program judged, and the worker."""
        worker = self.worker(print_quality=self.program(lines))
        worker.take("face")
        return worker.ask(do="capture", modality="finger", position="right_index"), worker

    def test_it_is_recorded_under_its_own_name(self):
        worker = self.worker(print_quality=EXAMPLE, face_quality=EXAMPLE)
        self.assertEqual(worker.ask(do="capture", modality="face")["assessed"]["name"], "example, range of greys")
        worker.ask(do="accept", capture=1, attested=True)
        worker.but_the_face()
        samples = open_envelope(self.work, worker.seal())["manifest"]["samples"]
        told = {sample.get("finger", sample["modality"]): sample for sample in samples}
        self.assertEqual(told["right_index"]["assessed"]["algorithm"], "example, range of greys")
        self.assertEqual(told["right_index"]["quality"]["algorithm"], "own/1", "ours stays ours")
        self.assertIn("assessed", told["face"])
        self.assertNotIn("assessed", told["signature"])

    def test_it_is_told_what_it_looks_at(self):
        taken, _ = self.finger_of(['answer(value=57, name="NFIQ 2", version="%s %s %s %s %s" % (head["kind"], head["ppi"], head["finger"], head["channels"], len(body) == head["width"] * head["height"]))'])
        self.assertEqual(taken["assessed"], {"value": 57, "name": "NFIQ 2", "version": "finger 500 2 1 True"})

    def test_it_has_no_network_and_no_file(self):
        taken, _ = self.finger_of(['told = ""', "for act in (lambda: socket.socket(), lambda: open(%r, 'w').write('x' * 9000)):" % os.path.join(self.work, "left"),
                                   "    try:", "        act()", '        told += "did "', "    except OSError:", '        told += "no "', 'answer(value=1, name="x", version=told)'])
        self.assertEqual(taken["assessed"]["version"], "no no ")

    def test_whatever_it_does_wrong_the_print_is_taken(self):
        for wrong in ("os.kill(os.getpid(), 9)", 'line.sendall(b"babble" * 50)', 'answer(value=101, name="x", version="1")', 'answer(value=57, name="own/1", version="1")', 'answer(value=57, name="", version="1")',
                      'answer(value="57", name="x", version="1")'):
            taken, worker = self.finger_of([wrong])
            self.assertIn("capture", taken, wrong)
            self.assertNotIn("assessed", taken, wrong)
            self.assertEqual(taken["unjudged"], [{"id": "quality_program", "why": "no_answer"}], wrong)
            self.assertIn("quality of a finger", taken["words"], wrong)
            worker.end()

    def test_one_that_hangs_is_ended_and_left_alone_after_the_second_time(self):
        taken, worker = self.finger_of(["pass"])
        self.assertIn("does not answer", taken["words"])
        self.assertEqual(len(worker.family()), 4, "itself, the keeper and the drivers of camera and reader")
        worker.ask(do="capture", modality="finger", position="right_index")
        self.assertIn("left alone", worker.ask(do="capture", modality="finger", position="right_index")["words"])

    def test_one_that_is_not_there(self):
        worker = self.worker(print_quality=os.path.join(self.work, "nothing"))
        worker.take("face")
        taken = worker.ask(do="capture", modality="finger", position="right_index")
        self.assertIn("ended", taken["words"])


if __name__ == "__main__":
    unittest.main()
