#!/usr/bin/env python3
"""The enrolment step at a desk of the real daemon, with file doubles for devices: what is sealed, what is refused, and that nothing of it stays here."""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, facility, wait_until  # noqa: E402
from authority_server import AuthorityServer  # noqa: E402
from enrolment_kit import DATA, Kit, make_identity  # noqa: E402
from fingerprint_reader import grey_png  # noqa: E402
from memory import memory_holds  # noqa: E402

V1 = "/api/v1"
WORKER = os.environ["ENROLMENT_WORKER"]
RECEIVER = os.environ["ENROLMENT_RECEIVER"]
MODELS = os.environ["ENROLMENT_MODELS"]   # npm fetches them, as it does for the pages: without it nothing was built
REST_S = 1   # for so long a device that was not well is left alone


def size_of_jpeg(file):
    """Width and height, from the frame's header."""
    at = re.search(rb"\xff[\xc0\xc2]\x00.\x08(..)(..)", file, re.S)
    return int.from_bytes(at[2], "big"), int.from_bytes(at[1], "big")


def name_of(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return os.path.basename(file.read().split(b"\0")[0].decode())


class Desk(unittest.TestCase):
    """A desk that enrols, with somebody there."""
    desks = 2

    def setUp(self):
        self.work = tempfile.mkdtemp(prefix="skranke-enrol-")
        self.addCleanup(shutil.rmtree, self.work)
        self.kit = Kit(os.path.join(self.work, "kit"))
        for name in ("authority", "appliance"):
            make_identity(self.work, name)
        self.out, self.received = os.path.join(self.work, "out"), os.path.join(self.work, "received")
        os.mkdir(self.out), os.mkdir(self.received)
        self.worker = os.path.join(self.work, "worker")   # a name of its own, so that only its processes are counted
        os.symlink(WORKER, self.worker)
        self.ahead = os.path.join(self.work, "ahead")   # seconds that the daemon's clock is ahead, once it is written
        where, vouched = self.handover()
        self.house = Appliance(facility(desks=self.desks, services=1), settings=self.settings(where, vouched), environment={"LD_PRELOAD": os.environ["CLOCK_AHEAD"], "CLOCK_AHEAD_FILE": self.ahead})
        self.addCleanup(self.house.__exit__, None, None, None)
        self.house.start()
        self.clerk = self.house.client(self.house.token("clerk"))
        self.other = self.house.client(self.house.token("clerk", "other"))
        self.addCleanup(self.clerk.close)
        self.addCleanup(self.other.close)
        self.admin = self.house.client(self.house.token("admin", "boss"))
        self.addCleanup(self.admin.close)
        self.clerk.request("PUT", V1 + "/desks/desk-1/session", {})
        self.visit = self.called()

    def settings(self, where, vouched):
        return self.kit.settings(self.work, where, self.worker, MODELS, vouched)

    def handover(self):
        """Where records go, and who vouches for a server."""
        return "directory:" + self.out, ""

    def handover_fault(self):
        return next((device.get("reason") for device in self.admin.get(V1 + "/devices").json()["devices"] if device["kind"] == "enrolment"), None)

    def called(self):
        visit = self.admin.post(V1 + "/visits", {"services": ["s0"]}).json()["id"]
        self.clerk.post(V1 + "/desks/desk-1/next", {})
        return visit

    def begin(self, profile="passport", **more):
        answer = self.clerk.post(f"{V1}/visits/{self.visit}/enrolments", {"profile": profile, **more})
        self.assertEqual(answer.status, 201, answer)
        self.id = answer.json()["id"]
        return answer.json()

    def ask(self, what, body=None, client=None):
        return (client or self.clerk).post(f"{V1}/visits/{self.visit}/enrolments/{self.id}/{what}", body or {})

    def done(self, what, body=None):
        answer = self.ask(what, body)
        self.assertEqual(answer.status, 200, answer)
        return answer.json()

    def erased_for(self, cause):
        """The trail says so, once; it is written when the processes have gone."""
        causes = lambda: [line["cause"] for line in self.trail() if line["enrolment"] == self.id and line["what"] == "erased"]  # noqa: E731
        wait_until(causes, "the causes")
        self.assertEqual(causes(), [cause])

    def problem(self, what, body, status, reason):
        answer = self.ask(what, body)
        self.assertEqual((answer.status, answer.problem()), (status, reason), answer)
        return answer.json()

    def take(self, modality, position=None, times=1, **accept):
        for _ in range(times):
            taken = self.done("capture", {"modality": modality, **({"position": position} if position else {})})
        state = self.done("accept", {"capture": taken["capture"], **accept})
        return taken, state

    def whole(self):
        self.begin()
        self.take("face", attested=True)
        self.take("finger", "right_index", times=3)
        self.take("finger", "left_index", times=3)
        self.take("signature")
        return self.done("complete")

    def workers(self):
        found = subprocess.run(["pgrep", "-f", f"^{self.worker}|skranke-driver-.*{self.work}"], capture_output=True, text=True).stdout.split()
        return [int(pid) for pid in found]

    def receive(self):
        return subprocess.run([RECEIVER, "--in", self.out, "--out", self.received, "--certificate", f"{self.work}/authority.pem", "--key", f"{self.work}/authority.key",
                               "--appliance", f"{self.work}/appliance.pem"], capture_output=True, text=True)

    def manifest(self):
        """Of the sealed record, as the authority opens it."""
        wait_until(lambda: os.path.exists(os.path.join(self.out, self.id + ".cms")), "the record lies in the folder", 60)
        answer = self.receive()
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
        with open(os.path.join(self.received, self.id, "manifest.json")) as file:
            return json.load(file)

    def trail(self):
        with open(os.path.join(self.house.data, "enrolment", "audit.log")) as file:
            return [json.loads(line.split(" ", 1)[1]) for line in file if line.endswith("\n")]   # one may be on its way


class Enrolment(Desk):
    def test_1_from_the_camera_to_the_receipt(self):
        begun = self.begin()
        self.assertEqual((begun["state"], begun["needs"]), ("face", [{"modality": "face"}]))
        self.assertTrue(begun["locked"], "what is taken can be swapped to disk")
        self.assertEqual(self.clerk.get(V1 + "/desks/desk-1/enrolment").json()["running"], self.id)
        face, state = self.take("face", attested=True)
        self.assertTrue(all(check["verdict"] != "fail" and check["hint"]["da"] and check["hint"]["en"] for check in face["checks"]), face)
        self.assertIn("single_face", [check["id"] for check in face["checks"]])
        self.assertEqual([need["position"] for need in state["needs"]], ["right_index", "left_index"])
        finger, _ = self.take("finger", "right_index", times=3)
        self.assertGreaterEqual(finger["quality"], 40)
        _, state = self.take("finger", "left_index", times=3)
        self.assertEqual(state["state"], "signature")
        _, state = self.take("signature")
        self.assertEqual(state["state"], "review")
        sealed = self.done("complete")
        self.assertEqual(sealed["state"], "sealed")
        wait_until(lambda: not self.workers(), "the worker to end")   # the process that held it all is gone, and its drivers with it
        envelope = os.path.join(self.out, self.id + ".cms")
        wait_until(lambda: os.path.exists(envelope), "the envelope")
        with open(envelope, "rb") as file:
            self.assertEqual(hashlib.sha256(file.read()).hexdigest(), sealed["envelope_sha256"])
        answer = self.receive()
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
        names = set(os.listdir(os.path.join(self.received, self.id)))
        self.assertLessEqual({"dg2.bin", "dg3.bin", "manifest.json", "signature.png"}, names)
        spool = os.path.join(self.house.data, "enrolment", "spool")
        wait_until(lambda: not os.listdir(spool), "an empty spool")
        wait_until(lambda: not os.listdir(self.out), "an empty folder")   # nor does it stay in the folder, which is emptied after the spool
        said = [line["what"] for line in self.trail() if line["enrolment"] == self.id]
        for what in ("started", "sealed", "spooled", "erased", "receipted"):
            self.assertIn(what, said)

    def test_1b_of_a_burst_the_best_is_offered(self):
        self.kit.burst("A_closed.jpg", ("A_yaw+20.jpg", "A_neutral.jpg", "A_oneclosed.jpg"))
        self.begin()
        taken = self.done("capture", {"modality": "face"})
        self.assertEqual([check["id"] for check in taken["checks"] if check["verdict"] != "pass"], [], "the one with open eyes, that looks here")

    def test_2_hands_are_not_mistaken(self):
        self.kit.fill(left=("f1_3.png",))   # the same finger given for both
        self.begin()
        self.take("face", attested=True)
        self.problem("capture", {"modality": "finger", "position": "right_thumb"}, 409, "no_such_need")
        self.problem("capture", {"modality": "signature"}, 409, "wrong_stage")
        self.take("finger", "right_index", times=3)
        self.problem("capture", {"modality": "finger", "position": "left_index"}, 409, "same_finger_twice")
        self.problem("complete", {}, 409, "wrong_stage")
        self.assertEqual(os.listdir(os.path.join(self.house.data, "enrolment", "spool")), [])

    def test_3_a_finger_that_is_not_there(self):
        self.begin()
        self.take("face", attested=True)
        self.problem("exception", {"modality": "finger", "position": "right_index", "ground": "lazy"}, 409, "unknown_ground")
        state = self.done("exception", {"modality": "finger", "position": "right_index", "ground": "bandaged", "temporary": True})
        self.assertEqual([need["position"] for need in state["needs"]], ["right_thumb", "left_index"])
        self.take("finger", "right_thumb", times=2)
        self.take("finger", "left_index", times=3)
        self.done("exception", {"modality": "signature", "ground": "cannot_write"})
        sealed = self.done("complete")
        self.assertEqual(sealed["follow_up_days"], 30)
        self.assertRegex(sealed["follow_up_from"], r"^20\d\d-\d\d-\d\d$")
        manifest = self.manifest()
        self.assertEqual(manifest["follow_up_days"], 30)
        face = next(sample for sample in manifest["samples"] if sample["modality"] == "face")
        self.assertEqual(sorted(face["attested"]["checks"]), ["covering", "expression", "glasses", "hair", "person", "shadows"])
        self.assertEqual(face["attested"]["by"], manifest["clerk"])

    def test_4_faults_of_devices_are_told_and_heal(self):
        self.begin()
        for fault in ("absent", "crash", "babble", "hang"):
            self.kit.fault("camera", fault)
            begun = time.monotonic()
            told = self.problem("capture", {"modality": "face"}, 503, "device_fault")
            self.assertLess(time.monotonic() - begun, 30, fault)
            self.assertTrue(told["detail"], fault)
            self.assertEqual(self.admin.get(V1 + "/healthz").status, 200)
        preview = lambda: self.clerk.get(f"{V1}/visits/{self.visit}/enrolments/{self.id}/preview").status
        self.kit.fault("camera", "absent")
        begun = time.monotonic()
        self.problem("capture", {"modality": "face"}, 503, "device_fault")
        self.kit.fault("camera")
        self.assertTrue(preview() == 503 or time.monotonic() - begun > REST_S, "a device that was not well is not begun anew for each picture of a preview")
        wait_until(lambda: preview() == 200, "a preview")
        self.take("face", attested=True)
        self.problem("capture", {"modality": "face"}, 409, "wrong_stage")

    def test_4c_a_camera_that_hangs_holds_up_nobody(self):
        self.begin()
        self.kit.fault("camera", "hang")
        told = []
        waiting = threading.Thread(target=lambda: told.append(self.ask("capture", {"modality": "face"})))
        waiting.start()
        for _ in range(5):
            self.assertEqual(self.admin.post(V1 + "/visits", {"services": ["s0"]}).status, 201)
        self.assertTrue(waiting.is_alive(), "all of them were answered while the camera hung")
        waiting.join()
        self.assertEqual(told[0].problem(), "device_fault")

    def test_4b_what_was_brought_is_not_taken_for_live(self):
        self.begin()
        self.problem("capture", {"modality": "face", "source": "scanned"}, 409, "source_not_allowed")
        self.assertEqual(self.ask("capture", {"modality": "face", "source": "painted"}).json()["field"], "source")
        taken = self.done("capture", {"modality": "face"})
        self.problem("accept", {"capture": taken["capture"], "attested": False}, 409, "profile_unmet")
        self.done("accept", {"capture": taken["capture"]})

    def test_4b_what_was_brought_is_marked_in_the_record(self):
        self.assertEqual({each["id"]: each["sources"] for each in self.clerk.get(V1 + "/desks/desk-1/enrolment").json()["profiles"]},
                         {"passport": ["live"], "residence": ["live", "scanned"], "licence": ["live", "scanned", "imported"]})
        self.begin("licence")
        taken = self.done("capture", {"modality": "face", "source": "scanned"})
        self.assertEqual(taken["needs"], [{"modality": "face"}])
        self.done("accept", {"capture": taken["capture"]})
        self.done("exception", {"modality": "signature", "ground": "cannot_write"})
        self.done("complete")
        self.assertEqual([sample["source"] for sample in self.manifest()["samples"]], ["scanned"])

    def picture(self, capture, client=None):
        return (client or self.clerk).get(f"{V1}/visits/{self.visit}/enrolments/{self.id}/captures/{capture}")

    def test_4c_what_was_taken_is_shown_again_here_and_to_nobody_else(self):
        self.begin()
        face = self.done("capture", {"modality": "face"})["capture"]
        shown = self.picture(face)
        self.assertEqual((shown.status, shown.header("content-type"), shown.header("cache-control")), (200, "image/jpeg", "no-store"))
        self.assertEqual(size_of_jpeg(shown.body), (373, 480), "as the document will have it")
        self.assertEqual(self.picture(face, self.other).problem(), "wrong_desk")
        for nothing, status in ((face + 1, 409), (0, 409), (61, 409), ("x", 404), ("1x", 404), (2 ** 40, 404)):
            self.assertEqual(self.picture(nothing).status, status, nothing)
        self.done("accept", {"capture": face, "attested": True})
        taken = self.done("capture", {"modality": "finger", "position": "right_index"})["capture"]
        self.assertEqual(size_of_jpeg(self.picture(taken).body)[0], 208, "half of what the reader gave, no more")
        state = self.done("accept", {"capture": taken})
        self.assertEqual([(part["modality"], part["capture"]) for part in state["parts"]], [("face", face), ("finger", taken)])
        self.assertEqual(state["progress"], {"done": 2, "of": 4})
        self.assertEqual(self.picture(face).status, 200)
        self.done("cancel")
        self.assertEqual(self.picture(face).status, 404)

    def test_4f_the_live_picture_says_what_is_to_be_done(self):
        live = lambda query="?judge=true": self.clerk.get(f"{V1}/visits/{self.visit}/enrolments/{self.id}/preview{query}").header("skranke-say")  # noqa: E731
        self.kit.fill(faces=("A_closed.jpg",))
        self.begin()
        wait_until(lambda: live() == "eyes_open", "closed eyes are seen", 60)
        self.assertIsNone(live(""), "nobody asked")
        self.kit.fill(faces=("A_neutral.jpg",))
        wait_until(lambda: live() == "good", "nothing is wrong for half a second", 60)
        self.assertEqual(self.done("cancel")["state"], "cancelled")

    def test_4e_a_capture_that_nobody_accepted_is_found_again(self):
        judged = ("capture", "of", "quality", "checks", "unjudged")
        again = lambda: {name: value for name, value in self.clerk.get(f"{V1}/visits/{self.visit}/enrolments/{self.id}").json().items() if name in judged}  # noqa: E731
        begun = self.begin()
        self.assertNotIn("capture", begun)
        self.kit.burst("A_closed.jpg", ())
        face = self.done("capture", {"modality": "face"})
        self.assertEqual(again(), {name: face[name] for name in judged})
        self.assertEqual(face["of"], {"modality": "face"})
        self.assertEqual([(each["id"], each["why"], bool(each["words"]["da"] and each["words"]["en"])) for each in face["unjudged"]], [("light", "eyes_closed", True)])
        scores = {each["id"]: each["score"] for each in face["checks"]}
        self.assertEqual((scores["single_face"], len(scores)), (100, 23))
        self.assertTrue(set(scores.values()) - {0, 50, 100}, "a score is more than the verdict")
        self.assertEqual(self.clerk.get(V1 + "/desks/desk-1/enrolment/citizen").json()["hint"], "eyes_open", "the citizen's screen did not lose it either")
        accepting = {"capture": face["capture"], "override": {"check": "eyes_open", "reason": "medical"}}
        self.assertEqual(self.ask("accept", {**accepting, "ticked": ["glasses", "colour"]}).json()["field"], "ticked")
        self.problem("accept", {**accepting, "ticked": ["glasses", "covering", "hair", "expression", "shadows"]}, 409, "profile_unmet")
        self.assertEqual(again()["capture"], face["capture"])
        self.done("accept", {**accepting, "ticked": ["person", "glasses", "covering", "hair", "expression", "shadows"]})
        self.assertEqual(again(), {}, "accepted: it is a part now")
        left = self.done("capture", {"modality": "finger", "position": "left_index"})
        self.assertEqual((again()["capture"], again()["of"]), (left["capture"], {"modality": "finger", "position": "left_index"}))
        self.assertNotIn("capture", self.clerk.get(V1 + "/desks/desk-1/enrolment/citizen").json(), "the right one is asked for first")
        self.done("cancel")
        self.assertEqual(self.clerk.get(f"{V1}/visits/{self.visit}/enrolments/{self.id}").status, 404)

    def test_4d_a_finger_laid_again_is_compared(self):
        self.begin()
        self.take("face", attested=True)
        self.take("finger", "right_index")
        self.take("finger", "left_index")
        self.assertEqual(self.ask("verify", {}).json()["field"], "position")
        self.assertEqual(self.ask("verify", {"position": "right"}).json()["field"], "position")
        self.problem("verify", {"position": "right_thumb"}, 409, "no_such_need")
        told = self.done("verify", {"position": "right_index"})   # the next picture of that folder
        self.assertEqual((told["verified"]["position"], told["verified"]["same"]), ("right_index", True))
        self.done("exception", {"modality": "signature", "ground": "cannot_write"})
        self.kit.fill(left=("f3_0.png",))   # somebody else's
        self.assertFalse(self.done("verify", {"position": "left_index"})["verified"]["same"])
        self.problem("complete", {}, 409, "not_verified")
        self.kit.fill(left=("f2_3.png",))
        self.assertTrue(self.done("verify", {"position": "left_index"})["verified"]["same"])
        self.assertEqual(self.done("complete")["state"], "sealed")
        said = [line for line in self.trail() if line["enrolment"] == self.id and line["what"] == "compared"]
        self.assertEqual([line["same"] for line in said], ["yes", "no", "yes"])

    def test_5_only_where_the_visit_is(self):
        self.begin()
        for who in (self.other,):
            self.assertEqual(self.ask("capture", {"modality": "face"}, who).problem(), "wrong_desk")
        self.assertEqual(self.clerk.post(f"{V1}/visits/{self.visit}/enrolments", {"profile": "passport"}).problem(), "enrolment_runs")
        self.assertEqual(self.clerk.post(f"{V1}/visits/{self.visit}/enrolments", {"profile": "diploma"}).json()["field"], "profile")
        self.assertEqual(self.clerk.post(f"{V1}/visits/{self.visit}/enrolments", {}).json()["field"], "profile")
        kiosk = self.house.client(self.house.token("kiosk"))
        self.addCleanup(kiosk.close)
        self.assertEqual(self.ask("capture", {"modality": "face"}, kiosk).status, 403)
        waiting = self.admin.post(V1 + "/visits", {"services": ["s0"]}).json()["id"]
        self.assertEqual(self.clerk.post(f"{V1}/visits/{waiting}/enrolments", {"profile": "passport"}).problem(), "wrong_desk")

    def test_6_whatever_ends_it_erases_it(self):
        for end in ("cancel", "finish", "no_show", "sign_out"):
            self.begin()
            self.take("face", attested=True)
            self.assertNotEqual(self.workers(), [])
            if end == "cancel":
                self.done("cancel")
            elif end == "finish":
                self.clerk.post(V1 + "/desks/desk-1/start", {}), self.clerk.post(V1 + "/desks/desk-1/finish", {})
            elif end == "no_show":
                self.assertLess(self.clerk.post(V1 + "/desks/desk-1/no-show", {}).status, 300)
            else:
                self.clerk.post(V1 + "/desks/desk-1/start", {})
                self.assertLess(self.clerk.post(V1 + "/desks/desk-1/transfer", {"to_service": "s0"}).status, 300)
            wait_until(lambda: not self.workers(), "the worker to end")
            self.assertEqual(self.ask("capture", {"modality": "face"}).status, 404)
            self.assertIn("erased", [line["what"] for line in self.trail() if line["enrolment"] == self.id])
            if end != "sign_out":
                self.clerk.post(V1 + "/desks/desk-1/finish", {})
                self.visit = self.called()

    def test_6b_when_its_time_is_over_it_is_erased(self):
        self.begin()
        self.take("face", attested=True)
        with open(self.ahead, "w") as file:
            file.write("1260")   # a passport has 20 minutes
        wait_until(lambda: not self.workers(), "the worker to end")
        self.problem("capture", {"modality": "finger", "position": "right_index"}, 410, "expired")
        erased = [line for line in self.trail() if line["enrolment"] == self.id and line["what"] == "erased"]
        self.assertEqual([line["cause"] for line in erased], ["expired"])
        self.assertEqual(self.begin()["state"], "face")

    def test_7_nothing_stays_after_a_crash(self):
        """The daemon is killed with a face and a print in the worker: no process, and no byte of the pictures in any file here."""
        self.begin()
        self.take("face", attested=True)
        width, height, pixels = grey_png(os.path.join(DATA, "fingers", "f1_0.png"))
        taken, _ = self.take("finger", "right_index", times=3)
        self.assertEqual(self.picture(taken["capture"]).status, 200)   # passed on, and nowhere written
        self.house.kill()
        wait_until(lambda: not self.workers(), "the worker to end")
        for folder, _, names in os.walk(self.house.data):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    held = file.read()
                for mark in (b"\xff\xa0\xff", b"jP  \r\n", b"FAC\0", b"FIR\0", b"\xff\xd8\xff", b"\x89PNG", pixels[width * (height // 2) + width // 2 - 40:][:80]):
                    self.assertNotIn(mark, held, f"{name} holds {mark}")

    def test_7b_no_memory_but_the_workers_holds_a_print(self):
        """A piece of the pixels of a print, looked for in the memory of every process here: it is in the worker while that holds the print, and nowhere else, ever."""
        width, height, pixels = grey_png(os.path.join(DATA, "fingers", "f1_0.png"))
        piece = pixels[width * (height // 2) + width // 2 - 40:][:80]
        self.assertGreater(len(set(piece)), 20, "a piece that is found only where the print is")
        self.begin()
        self.take("face", attested=True)
        self.done("capture", {"modality": "finger", "position": "right_index"})
        daemon = self.house.process.pid
        holding = {pid for pid in self.workers() if memory_holds(pid, piece)}
        self.assertEqual([name_of(pid) for pid in holding], ["worker"], "the worker alone: neither its keeper, which has its name, nor a driver")
        self.assertFalse(memory_holds(daemon, piece), "the daemon sees no print")
        self.done("cancel")
        wait_until(lambda: not self.workers(), "the worker to end")
        self.assertFalse(memory_holds(daemon, piece))

    def test_8_the_worker_gives_up_its_rights(self):
        self.begin()
        states = []
        for pid in self.workers():
            with open(f"/proc/{pid}/status") as file:
                status = file.read()
            with open(f"/proc/{pid}/limits") as file:
                limits = file.read()
            states.append((re.search(r"NoNewPrivs:\s+(\d)", status)[1], re.search(r"Seccomp:\s+(\d)", status)[1], re.search(r"VmLck:\s+(\d+)", status)[1] != "0",
                           re.search(r"Max core file size\s+(\d+)", limits)[1]))
        self.assertIn(("1", "2", True, "0"), states)
        open_files = [os.readlink(f"/proc/{pid}/fd/{fd}") for pid in self.workers() for fd in os.listdir(f"/proc/{pid}/fd")]
        self.assertFalse([name for name in open_files if "journal" in name or ".db" in name], "it holds files of the daemon")

    def test_9_a_full_or_absent_hand_over_is_told(self):
        self.whole()
        os.rename(self.out, self.out + "-gone")
        wait_until(lambda: self.handover_fault() == "handover_unreachable", "the fault")
        os.rename(self.out + "-gone", self.out)
        wait_until(lambda: not self.handover_fault(), "the end of the fault")
        self.assertEqual(self.receive().returncode, 0)
        os.unlink(os.path.join(self.work, "authority.pem"))
        self.visit_again()

    def visit_again(self):
        self.clerk.post(V1 + "/desks/desk-1/finish", {})
        self.visit = self.called()
        answer = self.clerk.post(f"{V1}/visits/{self.visit}/enrolments", {"profile": "passport"})
        self.assertEqual((answer.status, answer.problem()), (503, "no_recipient_key"))


    def test_a_a_torn_trail_goes_on(self):
        self.begin()
        self.done("cancel")
        self.house.stop()
        path = os.path.join(self.house.data, "enrolment", "audit.log")
        lines = len(self.trail())
        with open(path, "a") as file:
            file.write("0123 half a li")
        self.house.start()
        self.assertEqual([line["what"] for line in self.trail()[lines:]], ["line_torn"])
        with open(path, "r+") as file:
            text = file.read().replace("cancelled", "completed", 1)
            file.seek(0), file.write(text)
        self.house.stop(), self.house.start()
        self.assertEqual(self.trail()[0]["what"], "trail_broken")
        self.assertTrue(os.path.exists(os.path.join(self.house.data, "enrolment", "audit-broken.log")))


class WithoutModels(Desk):
    def settings(self, where, vouched):
        self.models = os.path.join(self.work, "models")
        os.mkdir(self.models)
        return self.kit.settings(self.work, where, self.worker, self.models, vouched)

    def test_nothing_is_taken_until_they_are_there(self):
        def models():
            return next((device["state"], device.get("reason")) for device in self.admin.get(V1 + "/devices").json()["devices"] if device["id"] == "models")
        wait_until(lambda: models() == ("failed", "face_models_missing"), "its fault")
        answer = self.clerk.post(f"{V1}/visits/{self.visit}/enrolments", {"profile": "passport"})
        self.assertEqual((answer.status, answer.problem()), (503, "face_models_missing"))
        self.assertEqual(self.clerk.get(V1 + "/desks/desk-1/enrolment").json()["hindrance"], "face_models_missing")
        for name in os.listdir(MODELS):
            shutil.copy(os.path.join(MODELS, name), self.models)
        wait_until(lambda: models() == ("ready", None), "it to be well")
        self.assertEqual(self.begin()["state"], "face")
class TwoKits(Desk):
    """A desk and a booth with a kit each: an enrolment goes from one to the other."""
    desks = 3

    def settings(self, where, vouched):
        self.booth = Kit(os.path.join(self.work, "booth"))
        text = super().settings(where, vouched)
        return text + text[text.index("[[enrolment.kit]]"):].replace("desk-1", "desk-2").replace(self.kit.folder, self.booth.folder)

    def setUp(self):
        super().setUp()
        self.other.request("PUT", V1 + "/desks/desk-2/session", {})

    def handed_over(self):
        self.begin()
        self.take("face", attested=True)
        self.take("finger", "right_index")
        self.done("capture", {"modality": "finger", "position": "left_index"})   # not accepted
        self.assertIn("skranke-driver-file", [name_of(pid) for pid in self.workers()])
        return self.done("hand-over", {"desk": "desk-2"})

    def sent_on(self):
        self.clerk.post(V1 + "/desks/desk-1/start", {})
        self.assertLess(self.clerk.post(V1 + "/desks/desk-1/transfer", {"to_desk": "desk-2", "place": "front"}).status, 300)
        self.assertEqual(self.other.post(V1 + "/desks/desk-2/next", {}).json()["visit"], self.visit)

    def test_it_goes_on_at_the_booth(self):
        state = self.handed_over()
        self.assertEqual((state["state"], [need["position"] for need in state["needs"]], state["held"]), ("fingers", ["left_index"], 2))
        wait_until(lambda: "skranke-driver-file" not in [name_of(pid) for pid in self.workers()], "the driver to end")   # nobody uses a device meanwhile
        self.problem("capture", {"modality": "finger", "position": "left_index"}, 409, "wrong_desk")
        self.sent_on()
        here = self.other.get(V1 + "/desks/desk-2/enrolment").json()
        self.assertEqual((here["coming"]["id"], here["coming"]["visit"]), (self.id, self.visit))
        self.assertEqual(self.ask("take-over").problem(), "wrong_desk", "the citizen has gone")
        self.assertEqual(self.other.post(f"{V1}/visits/{self.visit}/enrolments", {"profile": "passport"}).problem(), "enrolment_runs")
        self.assertEqual(self.ask("take-over", client=self.other).json()["state"], "fingers")
        self.assertEqual(self.ask("capture", {"modality": "finger", "position": "left_index"}).problem(), "wrong_desk")
        self.clerk = self.other
        self.booth.fill(right=("f1_3.png",), left=("f2_3.png",))   # this reader has seen none of the pictures before
        self.assertTrue(self.done("verify", {"position": "right_index"})["verified"]["same"], "still the same person, by another reader")
        self.take("finger", "left_index")
        self.take("signature")
        self.done("complete")
        wait_until(lambda: os.path.exists(os.path.join(self.out, self.id + ".cms")), "the envelope")
        self.assertEqual(self.receive().returncode, 0)
        moved = [(line["from"], line["desk"]) for line in self.trail() if line["enrolment"] == self.id and line["what"] == "moved"]
        self.assertEqual(moved, [("desk-1", "desk-2"), ("desk-2", "desk-2")])

    def test_it_may_come_back(self):
        self.handed_over()
        self.assertEqual(self.clerk.get(V1 + "/desks/desk-1/enrolment").json()["coming"]["id"], self.id)
        self.assertEqual(self.done("take-over")["state"], "fingers")
        self.kit.fill(left=("f2_3.png",))   # its reader was begun anew, and would show the first once more
        self.take("finger", "left_index")
        self.assertEqual(self.ask("take-over").problem(), "unknown_enrolment")

    def test_it_goes_only_where_there_is_a_kit(self):
        self.begin()
        self.assertEqual((self.ask("hand-over", {}).json()["field"], self.ask("hand-over", {"desk": "desk-9"}).json()["field"]), ("desk", "desk"))
        self.assertEqual(self.ask("hand-over", {"desk": "desk-1"}).status, 422)
        self.problem("hand-over", {"desk": "desk-3"}, 503, "no_device")
        self.assertEqual(self.done("capture", {"modality": "face"})["state"], "face", "nothing happened to it")

    def test_on_its_way_it_ends_with_the_visit_its_time_and_a_third_desk(self):
        third = self.house.client(self.house.token("clerk", "third"))
        self.addCleanup(third.close)
        third.request("PUT", V1 + "/desks/desk-3/session", {})
        for end in ("finished", "called elsewhere", "time"):
            self.handed_over()
            self.clerk.post(V1 + "/desks/desk-1/start", {})
            if end == "finished":
                self.assertLess(self.clerk.post(V1 + "/desks/desk-1/finish", {}).status, 300)
            else:
                to = "desk-3" if end == "called elsewhere" else "desk-2"
                self.assertLess(self.clerk.post(V1 + "/desks/desk-1/transfer", {"to_desk": to, "place": "front"}).status, 300)
                if to == "desk-3":
                    self.assertEqual(third.post(V1 + "/desks/desk-3/next", {}).json()["visit"], self.visit)
                else:
                    self.assertNotEqual(self.workers(), [])
                    with open(self.ahead, "w") as file:
                        file.write("1260")
            wait_until(lambda: not self.workers(), "the worker to end")
            self.erased_for("expired" if end == "time" else "visit_left_the_desk")
            if end != "time":
                self.visit = self.called()


class SharedKit(Desk):
    """One kit between two desks."""

    def settings(self, where, vouched):
        return super().settings(where, vouched) + 'shared_with = ["desk-2"]\n'

    def setUp(self):
        super().setUp()
        self.other.request("PUT", V1 + "/desks/desk-2/session", {})
        self.second = self.admin.post(V1 + "/visits", {"services": ["s0"]}).json()["id"]
        self.other.post(V1 + "/desks/desk-2/next", {})

    def at(self, desk):
        return (self.clerk if desk == 1 else self.other).get(f"{V1}/desks/desk-{desk}/enrolment").json()

    def begin_at(self, desk):
        client, visit = (self.clerk, self.visit) if desk == 1 else (self.other, self.second)
        return client.post(f"{V1}/visits/{visit}/enrolments", {"profile": "passport"})

    def test_it_is_taken_in_turn(self):
        self.begin()
        self.assertEqual((self.at(2)["kit_taken_by"]["desk"], self.at(2).get("place_in_line")), ("desk-1", None))
        self.assertEqual((self.begin_at(2).status, self.begin_at(2).problem()), (409, "kit_busy"))
        self.assertEqual(self.at(2)["place_in_line"], 1)
        self.done("cancel")
        self.assertEqual(self.begin_at(1).problem(), "kit_busy", "it is the other desk's turn")
        self.assertNotIn("kit_taken_by", self.at(2))
        self.assertEqual(self.begin_at(2).status, 201)
        self.assertEqual((self.at(1)["kit_taken_by"]["desk"], self.at(1)["place_in_line"]), ("desk-2", 1))

    def test_a_turn_that_nobody_takes_goes_on(self):
        self.begin()
        self.assertEqual(self.begin_at(2).problem(), "kit_busy")
        self.done("cancel")
        self.assertEqual(self.begin_at(1).problem(), "kit_busy")
        minutes = [0]
        def over():
            minutes[0] += 1
            with open(self.ahead, "w") as file:
                file.write(str(61 * minutes[0]))
            return "kit_taken_by" not in self.at(1)
        wait_until(over, "its end", every=0.5)
        self.assertEqual(self.begin_at(1).status, 201)

    def test_who_goes_away_has_no_turn(self):
        self.begin()
        self.assertEqual(self.begin_at(2).problem(), "kit_busy")
        self.other.post(V1 + "/desks/desk-2/start", {})
        self.other.post(V1 + "/desks/desk-2/finish", {})
        self.done("cancel")
        wait_until(lambda: "kit_taken_by" not in self.at(1), "the kit to be free")
        self.assertEqual(self.begin_at(1).status, 201)


class CitizensScreen(Desk):
    def seen(self, client=None):
        return (client or self.clerk).get(V1 + "/desks/desk-1/enrolment/citizen")

    def test_it_tells_what_is_to_be_done_and_nothing_of_nobody(self):
        self.assertEqual(self.seen().json(), {"language": "da", "state": "idle"})
        self.begin()
        seen = self.seen().json()
        self.assertEqual((seen["state"], seen["needs"], seen["progress"], seen["pictures"]), ("face", [{"modality": "face"}], {"done": 0, "of": 4}, True))
        self.assertNotIn("capture", seen)
        taken = self.done("capture", {"modality": "face"})["capture"]
        self.assertEqual(self.seen().json()["capture"], taken)
        self.clerk.get(f"{V1}/visits/{self.visit}/enrolments/{self.id}/preview")
        self.assertEqual(self.seen().json()["capture"], taken, "looking changes nothing")
        self.done("accept", {"capture": taken, "attested": True})
        self.assertEqual((self.seen().json()["state"], self.seen().json().get("capture")), ("fingers", None))
        self.kit.fill(right=("f1_dry.png",))
        self.done("capture", {"modality": "finger", "position": "right_index"})
        self.assertEqual(self.seen().json()["hint"], "dry")
        self.assertNotIn("lay", self.seen().json())
        self.kit.fault("finger", "hang")   # the reader waits, for a finger that does not come
        hand = self.house.client(self.clerk.token)   # the same clerk; this one waits
        self.addCleanup(hand.close)
        asking = threading.Thread(target=lambda: self.ask("capture", {"modality": "finger", "position": "right_index"}, hand))
        asking.start()
        wait_until(lambda: self.seen().json().get("lay") == "right_index", "the citizen is told while the reader waits")
        self.kit.fault("finger")
        self.done("cancel")
        asking.join()
        self.begin()
        self.assertEqual((self.seen(self.other).status, self.seen(self.other).problem()), (403, "not_your_desk"))
        self.assertEqual(self.clerk.get(V1 + "/desks/desk-9/enrolment/citizen").status, 404)
        self.done("cancel")
        self.assertEqual(self.seen().json()["state"], "idle")
        self.kit.fill()
        self.whole()
        self.assertEqual(self.seen().json(), {"language": "da", "state": "sealed"})
        self.clerk.post(V1 + "/desks/desk-1/start", {}), self.clerk.post(V1 + "/desks/desk-1/finish", {})
        self.assertEqual(self.seen().json(), {"state": "idle"})


class PairedScreen(Desk):
    """A screen of its own at the citizen's side, let in by its six digits: it has this desk's citizen view and nothing else."""

    def let_in(self, desk):
        screen = self.house.client(None)
        self.addCleanup(screen.close)
        asked = screen.post(V1 + "/pairing", {}).json()
        self.assertEqual(self.admin.post(f"{V1}/pairing/{asked['code']}", {"kind": "citizen_screen", "id": "desk-9"}).json()["field"], "id")
        told = self.admin.post(f"{V1}/pairing/{asked['code']}", {"kind": "citizen_screen", "id": desk})
        self.assertEqual((told.status, told.json()), (201, {"page": "/enrol/" + desk, "added": False}))
        claimed = screen.post(V1 + "/pairing/claim", {"claim": asked["claim"]})
        self.assertEqual(claimed.json(), {"paired": True, "page": "/enrol/" + desk})
        self.cookie = claimed.header("set-cookie").split(";")[0]
        return lambda path: screen.get(V1 + path, headers={"Cookie": self.cookie})

    def test_it_sees_its_desk_and_nothing_else(self):
        look = self.let_in("desk-1")
        citizen = lambda path="": look("/desks/desk-1/enrolment/citizen" + path)  # noqa: E731
        self.assertEqual(citizen().json(), {"language": "da", "state": "idle"})
        self.assertEqual(citizen("/preview").status, 404, "nobody is there to be shown")
        self.begin()
        self.assertEqual(sorted(citizen().json()), ["language", "needs", "parts", "pictures", "progress", "state"], "not which visit it is")
        live = citizen("/preview")
        self.assertEqual((live.status, live.header("content-type"), live.header("cache-control")), (200, "image/jpeg", "no-store"))
        face = self.done("capture", {"modality": "face"})["capture"]
        self.assertEqual(citizen(f"/captures/{face}").status, 200)
        self.assertEqual([citizen(f"/captures/{other}").status for other in (face + 1, 0, "x")], [404] * 3)
        self.done("accept", {"capture": face})
        finger = self.done("capture", {"modality": "finger", "position": "right_index"})["capture"]
        self.assertEqual([citizen(path).status for path in ("/preview", f"/captures/{finger}", f"/captures/{face}")], [404, 404, 200], "a print is shown to nobody here")
        self.done("accept", {"capture": finger})
        self.assertEqual(citizen(f"/captures/{finger}").status, 404)
        for path in ("", "/preview", f"/captures/{face}"):
            self.assertEqual(look("/desks/desk-2/enrolment/citizen" + path).problem(), "not_your_desk", path)
        for path in (f"/visits/{self.visit}/enrolments/{self.id}", f"/visits/{self.visit}/enrolments/{self.id}/captures/{face}", "/desks/desk-1", "/desks/desk-1/enrolment", "/desks", "/queue",
                     "/services", "/boards/hall", "/devices", "/tokens", "/facility"):
            self.assertEqual((look(path).status, look(path).problem()), (403, "forbidden"), path)
        self.done("cancel")
        self.assertEqual(citizen(f"/captures/{face}").status, 404)

    def test_its_health_is_seen_and_its_access_can_be_taken_away(self):
        device = lambda: next((each for each in self.admin.get(V1 + "/devices").json()["devices"] if each["kind"] == "citizen_screen"), None)  # noqa: E731
        self.assertIsNone(device(), "a desk without such a screen misses none")
        look = self.let_in("desk-1")
        wait_until(lambda: (device() or {}).get("state") == "absent", "let in, and not there yet", 60)
        self.assertEqual(device()["reason"], "not_connected")
        elsewhere, screen = (self.house.watch("citizen:" + desk, None, cookie=self.cookie) for desk in ("desk-2", "desk-1"))
        self.addCleanup(elsewhere.close)
        self.addCleanup(screen.close)
        self.assertEqual(elsewhere.answer.problem(), "not_your_desk")
        self.assertEqual(screen.next()["topics"], {"citizen:desk-1": {"desk": "desk-1"}})
        screen.say({"type": "alive", "page": "enrol/desk-1", "frame_age_ms": 10, "width": 1280, "height": 800})
        wait_until(lambda: device()["state"] == "ready", "it draws", 60)
        self.assertEqual((device()["id"], device()["details"]["width"]), ("desk-1", "1280"))
        screen.say({"type": "alive", "page": "enrol/desk-1", "frame_age_ms": 60_000})
        wait_until(lambda: device()["state"] == "failed", "its picture stands still", 60)
        token = next(each for each in self.admin.get(V1 + "/tokens").json() if each["role"] == "citizen_screen")
        self.assertEqual(token["desk"], "desk-1")
        self.assertEqual(self.admin.request("DELETE", V1 + "/tokens/" + token["id"]).status, 204)
        self.assertEqual(look("/desks/desk-1/enrolment/citizen").status, 401)
        wait_until(lambda: device() is None, "nobody misses it, when its link has been ended", 60)


class OverHttps(Desk):
    """The same hand-over to a server that asks for our certificate, and decides later."""

    def handover(self):
        make_identity(self.work, "server", ("-addext", "subjectAltName=IP:127.0.0.1"))
        self.server = AuthorityServer(f"{self.work}/server.pem", f"{self.work}/server.key", f"{self.work}/appliance.pem")
        self.addCleanup(self.server.stop)
        return f"https://127.0.0.1:{self.server.port}/records", f"{self.work}/server.pem"

    def test_it_goes_when_the_server_has_decided(self):
        sealed = self.whole()
        wait_until(lambda: self.server.bodies, "the record at the authority")
        self.assertEqual(hashlib.sha256(self.server.bodies[0]).hexdigest(), sealed["envelope_sha256"])
        self.assertEqual(self.server.records[0], self.id)
        spool = os.path.join(self.house.data, "enrolment", "spool")
        self.assertEqual(os.listdir(spool), [self.id + ".cms"], "kept until there is a receipt")
        with open(os.path.join(self.out, self.id + ".cms"), "wb") as file:
            file.write(self.server.bodies[0])
        self.assertEqual(self.receive().returncode, 0)
        with open(os.path.join(self.out, self.id + ".receipt"), "rb") as file:
            self.server.receipt = file.read()
        wait_until(lambda: not os.listdir(spool), "an empty spool")
        self.assertIn("receipted", [line["what"] for line in self.trail()])
        self.assertLessEqual(len(self.server.bodies), 4, "it is asked less and less often")

    def test_a_false_receipt_lets_nothing_go(self):
        self.server.receipt = b"received, thank you"
        self.whole()
        wait_until(lambda: self.handover_fault() == "handover_refused", "the fault")
        self.assertEqual(os.listdir(os.path.join(self.house.data, "enrolment", "spool")), [self.id + ".cms"])

    def test_a_server_that_is_down_is_told(self):
        self.server.stop()
        self.whole()
        wait_until(lambda: self.handover_fault() == "handover_unreachable", "the fault")


if __name__ == "__main__":
    unittest.main()
