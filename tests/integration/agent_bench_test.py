#!/usr/bin/env python3
"""How a box is, told in words and figures; and a box without hardware, whose buttons are pressed on a page and whose signs are read there."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from agent_line_test import Line, V1  # noqa: E402
from appliance import WebSocket, facility, wait_until  # noqa: E402

# Shapes as they look, three by three, so that strokes are told from the picture: a b c d e f g at these places of it.
PLACES = (1, 5, 8, 7, 6, 3, 4)
PICTURES = {"0": " _ | ||_|", "1": "     |  |", "2": " _  _||_ ", "3": " _  _| _|", "4": "   |_|  |", "5": " _ |_  _|", "6": " _ |_ |_|", "7": " _   |  |", "8": " _ |_||_|", "9": " _ |_| _|",
            "A": " _  _||_|", "C": " _ |  |_ ", "J": "     ||_|", "K": "   |_ | |", "P": " _ |_||  ", "T": "   |_ |_ ", "Y": "   |_| _|", "-": "    _    ", " ": " " * 9}


def read(strokes):
    text = ""
    for i in range(0, len(strokes), 2):
        lit = int(strokes[i:i + 2], 16) & 0x7F
        text += next((c for c, picture in PICTURES.items() if lit == sum(1 << n for n, place in enumerate(PLACES) if picture[place] != " ")), "?")
    return text


BOX = """
[[button]]
id = "next-2"
line = "BTN2"
desk = "desk-2"
[[button]]
id = "again-2"
line = "AGAIN2"
desk = "desk-2"
does = "recall"
[[chime]]
id = "gong"
line = "GONG"
board = "hall"
[[sound]]
id = "upstairs"
[[button]]
id = "take"
line = "TAKE"
services = ["s0"]
[[button]]
id = "fire"
line = "FIRE"
evacuation = true
[[lamp]]
id = "lamp-2"
line = "LAMP2"
desk = "desk-2"
when = "called"
[[lamp]]
id = "red"
line = "RED"
when = "evacuation"
[[lamp]]
id = "green"
line = "GREEN"
when = "all_well"
[[lamp]]
id = "amber"
line = "AMBER"
when = "help"
[[sign]]
id = "hall"
board = "hall"
digits = 4
desk_digits = 1
blink_s = 0
data = "D"
clock = "C"
latch = "L"
"""


class Bench(Line):
    def serve(self, *more):
        super().serve(*more, site=facility(desks=2, extra='[[speaker]]\nid = "upstairs"\nname = "Upstairs"\nzones = ["hall"]\nvolume = 80\n'))

    def start_simulated(self):
        self.settings('url = "unix:%s"' % self.socket)
        with open(os.path.join(self.folder, "agent.toml"), "a", encoding="utf-8") as file:
            file.write(BOX)
        self.start_agent(None, "--simulate")
        wait_until(self.bench, "a bench")

    def bench(self):
        return next(iter(self.http.get(V1 + "/bench").json()["benches"]), None)

    def thing(self, kind, id_):
        return next(each for each in self.bench()[kind] if each["id"] == id_)

    def press(self, button, how="single", wanted=204):
        answer = self.http.post(V1 + "/agents/box/bench/press", {"button": button, "how": how})
        self.assertEqual(answer.status, wanted, answer)
        return answer

    def test_a_press_on_the_page_calls_and_the_sign_shows_it(self):
        self.serve()
        self.start_simulated()
        self.assertEqual(self.http.request("PUT", V1 + "/desks/desk-2/session", {}).status, 200)
        self.press("take")
        queue = wait_until(lambda: self.http.get(V1 + "/queue").json()["waiting"], "a ticket")
        self.press("next-2")
        wait_until(lambda: read(self.thing("signs", "hall")["strokes"]) == queue[0]["number"].rjust(4) + "2", "the sign")
        wait_until(lambda: self.thing("signs", "line")["text"] == queue[0]["number"].rjust(4) + "2", "the line board")
        wait_until(lambda: self.thing("lamps", "lamp-2")["on"], "the lamp")
        self.assertEqual(self.thing("lamps", "gong")["for"], "hall")
        self.press("again-2")
        wait_until(lambda: self.http.get(V1 + "/boards/hall").json()["calls"][0]["attempt"] == 2, "called again")
        wait_until(lambda: self.thing("lamps", "green")["on"], "all is well")
        self.assertFalse(self.thing("lamps", "red")["on"])
        self.assertEqual(self.http.post(V1 + "/desks/desk-2/help", {"kind": "help"}).status // 100, 2)
        wait_until(lambda: self.thing("lamps", "amber")["on"] and not self.thing("lamps", "green")["on"], "somebody calls for help")
        self.press("fire", "on")
        wait_until(lambda: self.http.get(V1 + "/room").json()["evacuation"]["active"], "evacuation")
        wait_until(lambda: self.thing("buttons", "fire")["on"], "the closed contact is seen")
        wait_until(lambda: self.thing("lamps", "red")["on"], "the tower is red")
        self.press("fire", "off")
        wait_until(lambda: not self.http.get(V1 + "/room").json()["evacuation"]["active"], "over")

    def sounded(self):
        """Whether the loudspeaker has told what it plays; it is tried once more if not, since on a busy machine a sound may come too late to be played."""
        if self.thing("sounds", "upstairs")["volume"] == 80:
            return True
        self.assertEqual(self.http.post(V1 + "/sound/upstairs/test", {}).status, 202)
        return False

    def test_a_loudspeaker_without_a_sound_card_tells_what_it_would_play(self):
        self.serve()
        self.start_simulated()
        wait_until(lambda: next((d for d in self.http.get(V1 + "/devices").json()["devices"] if d["id"] == "box/upstairs" and d["state"] == "ready"), None), "no sound card, no fault", 60)
        wait_until(self.sounded, "it plays", 90, 3)

    def test_only_administrators_and_only_while_it_is_simulated(self):
        self.serve()
        self.assertEqual(self.http.get(V1 + "/bench").json(), {"benches": []})
        self.assertEqual(self.press("take", wanted=404).json()["field"], "agent")
        self.start_simulated()
        self.assertEqual(self.press("nothing", wanted=404).json()["field"], "button")
        self.assertEqual(self.press("take", "gently", 422).json()["field"], "how")
        clerk = self.beside(self.http.post(V1 + "/tokens", {"role": "clerk", "name": "c"}).json()["token"])
        self.assertEqual(clerk.get(V1 + "/bench").status, 403)
        self.assertEqual(clerk.post(V1 + "/agents/box/bench/press", {"button": "take"}).status, 403)
        for topic in ("bench", "tower"):
            socket = WebSocket(self.house.port, topic, clerk.token)
            self.assertEqual(socket.answer.status, 403)
            socket.close()
        agent = self.beside()
        for wrong, field in (({"buttons": [{"id": "x", "use": "fun"}]}, "buttons[0].use"), ({"signs": [{"id": "x", "strokes": "0"}]}, "signs[0].strokes"), ({"lamps": [{}]}, "lamps[0].id"),
                             ({"signs": [{"id": "x", "text": "x" * 65}]}, "signs[0].text"),
                             ({"sounds": [{"id": "x", "volume": 101}]}, "sounds[0].volume"), ({"sounds": [{"id": "x", "calls": [{}]}]}, "sounds[0].calls[0].number"), ({"more": 1}, "more")):
            answer = agent.request("PUT", V1 + "/agents/box/bench", wrong)
            self.assertEqual((answer.status, answer.json()["field"]), (422, field), answer)
        self.assertEqual(agent.request("PUT", V1 + "/agents/other/bench", {}).status, 404)


class Health(Line):
    def put(self, path, text):
        path = os.path.join(self.folder, "machine", path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def test_what_is_wrong_with_a_box_is_told_in_words_and_figures(self):
        self.serve()
        self.put("sys/class/thermal/thermal_zone0/temp", "83500\n")
        self.put("sys/devices/platform/soc/soc:firmware/get_throttled", "0\n")
        self.put("proc/meminfo", "MemTotal: 1024000 kB\nMemFree: 1 kB\nMemAvailable: 512000 kB\n")
        self.settings('url = "unix:%s"' % self.socket)
        with open(os.path.join(self.folder, "agent.toml"), "r+", encoding="utf-8") as file:
            text = file.read().replace('id = "box"', 'id = "box"\nmachine_root = "machine"', 1)
            file.seek(0)
            file.write(text)
        self.start_agent()

        def box(reason):
            return wait_until(lambda: next((d for d in self.http.get(V1 + "/devices").json()["devices"] if d["id"] == "box" and d.get("reason", "") == reason), None), reason, 25)
        hot = box("box_hot")
        self.assertEqual((hot["state"], hot["kind"], hot["words"]), ("warning", "agent", "The box is too warm and works more slowly"))
        self.assertIn("air", hot["advice"])
        self.assertEqual((hot["details"]["temperature"], hot["details"]["memory"]), ("84 °C", "496 / 1000 MiB"))
        self.assertTrue(hot["details"]["version"])
        metrics = self.beside().get("/metrics").body.decode()
        self.assertIn('skranke_agent_temperature_celsius{agent="box"} 83.5\n', metrics)
        self.assertIn('skranke_agent_memory_free_bytes{agent="box"} %d\n' % (500 * 1024 * 1024), metrics)
        self.assertIn('skranke_agent_throttled{agent="box",by="under_voltage"} 0\n', metrics)
        self.assertEqual(metrics.count("# TYPE skranke_agent_throttled "), 1)
        self.put("sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n")
        self.assertIn("power supply", box("box_power")["advice"])

    def test_figures_that_are_none(self):
        self.serve()
        agent = self.beside()
        for wrong, field in (({}, "version"), ({"temperature_c": 900}, "temperature_c"), ({"throttled": ["tired"]}, "throttled"), ({"memory_total_mib": 0}, "memory_total_mib"), ({"more": 1}, "more")):
            answer = agent.request("PUT", V1 + "/agents/box/devices", {"devices": [], "box": dict({"version": "1"} if wrong else {}, **wrong)})
            self.assertEqual((answer.status, answer.json()["field"]), (422, "box." + field), answer)


if __name__ == "__main__":
    unittest.main(verbosity=2)
