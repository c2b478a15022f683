#!/usr/bin/env python3
"""A box's sound card as the room's loudspeaker: the real agent, ALSA's own player, and a card that writes what it hears into a file, which is listened to here."""
import math
import os
import shutil
import struct
import subprocess
import sys
import unittest
import wave

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, facility, wait_until, SKIPPED  # noqa: E402

APLAY, ESPEAK = "/usr/bin/aplay", "/usr/bin/espeak-ng"
LINE = '[[speaker]]\nid = "line"\nname = "The hall"\nzones = ["hall"]\nvolume = 80\n'


def heard(path):
    """(rate, samples) of a file that is still being written; nothing yet: None."""
    if not os.path.exists(path) or os.path.getsize(path) < 100:
        return None
    try:
        with wave.open(path) as sound:
            bytes_ = sound.readframes(sound.getnframes())
            samples = struct.unpack("<%dh" % (len(bytes_) // 2), bytes_)
            return sound.getframerate(), samples[::sound.getnchannels()]
    except (wave.Error, EOFError, struct.error):
        return None


def loudest_tone(rate, samples, candidates):
    """Which of the frequencies is strongest (Goertzel)."""
    def power(hertz):
        angle = 2 * math.pi * hertz / rate
        real = sum(s * math.cos(angle * i) for i, s in enumerate(samples))
        imaginary = sum(s * math.sin(angle * i) for i, s in enumerate(samples))
        return real * real + imaginary * imaginary
    return max(candidates, key=power)


class SoundCard(unittest.TestCase):
    def setUp(self):
        self.house = Appliance(facility(desks=3, services=1, extra=LINE))
        self.addCleanup(self.house.__exit__, None, None, None)
        self.house.start()
        self.http = self.house.client()
        self.addCleanup(self.http.close)
        for desk in range(1, 4):
            self.http.request("PUT", "/api/v1/desks/desk-%d/session" % desk, {})
        wait_until(lambda: (lambda s: not s["making"] and s["clips"] > 200)(self.http.get("/api/v1/sound").json()), "the voice is made", timeout=60, every=0.2)
        self.file = os.path.join(self.house.root, "heard.wav")
        self.alsa = os.path.join(self.house.root, "asound.conf")
        with open(self.alsa, "w", encoding="utf-8") as conf:
            # What is played goes at the pace of a card into a file.
            conf.write('pcm.room { type plug\n slave.pcm { type file\n slave.pcm { type null }\n file "%s"\n format "wav" } }\n' % self.file)

    def start_agent(self, device="room"):
        token = os.path.join(self.house.root, "agent.token")
        with open(token, "w", encoding="utf-8") as file:
            file.write(self.house.token("agent"))
        config = os.path.join(self.house.root, "agent.toml")
        with open(config, "w", encoding="utf-8") as file:
            file.write('[agent]\nid = "box"\n[daemon]\nurl = "http://127.0.0.1:%d"\ntoken_file = "%s"\n[[sound]]\nid = "line"\ndevice = "%s"\n' % (self.house.port, token, device))
        environment = dict(os.environ, ALSA_CONFIG_PATH="/usr/share/alsa/alsa.conf:" + self.alsa)
        self.agent = subprocess.Popen([os.environ["AGENT"], "--config", config], env=environment, stderr=subprocess.DEVNULL)
        self.addCleanup(self.agent.wait)
        self.addCleanup(self.agent.kill)

    def device(self, kind="sound", name="line"):
        return next(d for d in self.http.get("/api/v1/devices").json()["devices"] if (d["kind"], d["id"]) == (kind, name))

    def test_a_call_is_played_chime_first_then_every_word(self):
        self.start_agent()
        wait_until(lambda: self.device()["state"] == "ready", "the card is ready")
        self.http.post("/api/v1/visits", {"services": ["s0"]})
        watcher = self.house.watch("sound:line")
        watcher.next()
        if os.path.exists(self.file):
            os.remove(self.file)   # of the probe
        self.assertEqual(self.http.post("/api/v1/desks/desk-1/next", {}).status, 200)
        said = watcher.until(lambda m: m["type"] == "change" and m["data"]["announcements"])["data"]["announcements"][0]
        watcher.close()
        wanted_s = (1120 + sum(c["pause_ms"] + c["length_ms"] for c in said["clips"])) / 1000
        rate, samples = wait_until(lambda: (lambda h: h and len(h[1]) / h[0] >= wanted_s - 0.1 and h)(heard(self.file)), "all is played", timeout=20)
        self.assertAlmostEqual(len(samples) / rate, wanted_s, delta=0.3)
        at = lambda ms: int(rate * ms / 1000)  # noqa: E731
        self.assertEqual(loudest_tone(rate, samples[at(20):at(220)], (784, 587)), 784)
        self.assertEqual(loudest_tone(rate, samples[at(560):at(760)], (784, 587)), 587)
        self.assertLessEqual(max(map(abs, samples)), 32767 * 0.81, "nothing clips at 80 percent")
        offset = 1120
        for clip in said["clips"]:
            quiet, loud = samples[at(offset + 10):at(offset + clip["pause_ms"] - 10)], samples[at(offset + clip["pause_ms"]):at(offset + clip["pause_ms"] + clip["length_ms"])]
            self.assertLess(max(map(abs, quiet)), 300, "a breath before each word")
            self.assertGreater(max(map(abs, loud)), 4000, "and the word")
            offset += clip["pause_ms"] + clip["length_ms"]
        self.assertFalse(self.http.get("/api/v1/boards/hall").json()["sound"]["speaker"], "the board stays silent")

    def test_a_card_that_is_not_there_is_told_in_words(self):
        self.start_agent(device="hw:CARD=Nowhere")
        broken = wait_until(lambda: (lambda d: d["state"] == "failed" and d)(self.device()), "the red mark")
        self.assertEqual(broken["reason"], "sound_card")
        self.assertTrue(broken["words"] and broken["advice"])
        self.agent.kill()

    def test_without_its_agent_the_loudspeaker_is_missed(self):
        self.assertEqual((self.device()["state"], self.device()["reason"]), ("absent", "not_connected"))


if __name__ == "__main__":
    for tool in (APLAY, ESPEAK):
        if not os.path.exists(tool):
            print("SKIPPED integration.sound_card: %s is not installed" % tool, file=sys.stderr)
            sys.exit(SKIPPED)
    unittest.main(verbosity=2)
