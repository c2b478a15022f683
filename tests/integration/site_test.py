#!/usr/bin/env python3
"""What an administrator changes of the site: the house's own words on ticket, board and pages, the ticket's layout and its true picture, versions and the way back."""
import datetime
import json
import os
import re
import struct
import sys
import unittest
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from appliance import Appliance, PREVIEW, facility, wait_until  # noqa: E402

V1 = "/api/v1"
TOML = {"Content-Type": "application/toml"}
PREVIEW_CALL = V1 + "/facility/ticket-preview"


def rows_of(png):
    """Width, height and the decompressed rows of a picture."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n", png[:40]
    at, data, size = 8, b"", None
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        chunk = png[at + 8:at + 8 + length]
        if kind == b"IHDR":
            size = struct.unpack(">II", chunk[:8])
        if kind == b"IDAT":
            data += chunk
        at += 12 + length
    return size[0], size[1], zlib.decompress(data)


ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def source(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


def forms():
    """The fields of the forms for rules: {section: [(key, lowest, highest, usual)]}; of choices and flags the words that there are."""
    found = {}
    for section, body in re.findall(r"Section = \{ key: '(\w+)'.*?fields: \[(.*?)\] \};", source("web", "src", "office", "site_rules.ts"), re.S):
        fields = [(key, int(low), int(high), int(usual)) for key, low, high, usual in re.findall(r"number\('(\w+)', (\d+), (\d+), (\d+)\)", body)]
        fields += [(key, None, None, usual == "true") for key, usual in re.findall(r"flag\('(\w+)', (true|false)\)", body)]
        fields += [(key, re.findall(r"'(\w+)'", words), None, usual) for key, words, usual in re.findall(r"choice\('(\w+)', \[(.*?)\], '(\w+)'\)", body)]
        found[section] = fields
    return found


def things():
    """The forms of what a site has: {section: its source}, with the fields that several share put in."""
    text = source("web", "src", "office", "site_schema.ts")
    shared = dict(re.findall(r"^const (\w+): (?:readonly )?Field(?:\[\])? = (.*?);\n", text, re.S | re.M))
    found = {}
    for section, body in re.findall(r"^  \{ key: '(\w+)', title: '[\w.]+'(.*?)(?=^  \{ key: '\w+', title:|^  RULES|^\];)", text, re.S | re.M):
        body = body[body.index("fields:"):]
        for word in ("SERVICE", "id", "name", "languages"):
            body = re.sub(r"(?<![\w'.])%s(?![\w':])" % word, lambda _, word=word: shared[word], body)
        found[section] = re.sub(r"services\(\w+\)", "{ key: 'services',", re.sub(r"times\('(\w+)'\)", r"{ key: '\1', days from to", body))
    return found


def written():
    """Every key that the daemon writes of a site: {what: keys}."""
    text = source("wire", "facility_write.cpp")
    found = {what: set(re.findall(r'(?:text|words|texts|ids|integer|quota|flag|number|each|put)\("(\w+)"', body)) for what, body in re.findall(r"^Node write_(\w+)\(.*?\{\n(.*?)^\}", text, re.S | re.M)}
    found["service"] |= set(re.findall(r'(?:add|emplace_back)\("(\w+)"', source("wire", "facility_booking.cpp").split("IntegerKeys service_booking_keys")[1].split("IntegerKeys booking_rule_keys")[0]))
    return found


class Site(unittest.TestCase):
    def test_0_the_forms_say_what_the_daemon_holds(self):
        """Bounds: the ends are taken, one beyond is not. Usual: said aloud it is the same facility as without it."""
        site = self.http.get(V1 + "/facility").json()
        plain = self.checked(site)
        self.assertEqual(plain.status, 200, plain)
        self.assertEqual(sum(len(fields) for fields in forms().values()), 46)
        for section, fields in forms().items():
            usual = {key: value for key, _, _, value in fields}
            self.assertEqual(self.checked({**site, section: {**site.get(section, {}), **usual}}).json()["toml"], self.checked({**site, section: {}}).json()["toml"], section)
            for key, low, high, _ in fields:
                for value in ([low, high] if high is not None else low or [True, False]):
                    answer = self.checked({**site, section: {key: value}})
                    wrong = [] if answer.status == 200 else [each for each in answer.json()["findings"] if each["severity"] == "error" and each["field"].endswith(key) and each["reason"] != "wrong_span"]
                    self.assertEqual(wrong, [], (section, key, value))
                for value in [low - 1, high + 1] if high is not None else ["nonsense"]:
                    self.assertEqual(self.checked({**site, section: {key: value}}).status, 422, (section, key, value))

    def test_0_whatever_a_site_has_can_be_changed_in_a_form(self):
        """Every key that the daemon writes has a field, and the ends of a number are the daemon's."""
        keys, shown = written(), things()
        self.assertEqual(len(shown), 14, sorted(shown))
        for section, body in shown.items():
            self.assertGreater(len(keys[section]), 1, section)
            self.assertEqual(sorted(key for key in keys[section] if "'%s'" % key not in body), [], section)
        site = self.http.get(V1 + "/facility").json()
        made = {"equipment": {"id": "camera", "services": ["s0"]}, "priority": {"id": "first"}, "speaker": {"id": "hall-speaker"}, "board": {"id": "one-more"}}
        tried = 0
        for section, body in shown.items():
            single = section in ("site", "room")
            one = {**(site.get(section, {}) if single else (site.get(section) or [made.get(section, {})])[0]), **made.get(section, {})}
            if section == "service": one["mode"] = "mixed"
            within = body.split("'things'")[0]
            for key, low, high in re.findall(r"key: '(\w+)', label: '[\w.]+', kind: 'number', min: ([\d._]+), max: ([\d._]+)", within):
                low, high = (float(each.replace("_", "")) for each in (low, high))
                for value, fits in ((low, True), (high, True), (low - 1, False), (high + 1, False)):
                    thing = {**one, key: int(value) if value == int(value) else value}
                    answer = self.checked({**site, section: thing if single else [thing] + (site.get(section) or [])[1:]})
                    wrong = [] if answer.status == 200 else [each for each in answer.json()["findings"] if each["severity"] == "error" and each["field"].endswith("/" + key) and each["reason"] != "wrong_span"]
                    self.assertEqual(wrong == [], fits, (section, key, value, answer))
                    tried += 1
        self.assertGreater(tried, 100)

    def checked(self, site):
        return self.http.request("PUT", V1 + "/facility?check=true", site)

    def setUp(self):
        self.house = Appliance(facility(desks=1, printer=PREVIEW))
        self.addCleanup(self.house.__exit__, None, None, None)
        self.house.start()
        self.http = self.house.client()
        self.addCleanup(lambda: self.http.close())

    def toml(self):
        return self.http.get(V1 + "/facility?format=toml").body.decode()

    def put(self, text, query=""):
        return self.http.request("PUT", V1 + "/facility" + query, text.encode() if isinstance(text, str) else text, headers=TOML)

    def about_texts(self, answer):
        return [(w["reason"], w["field"]) for w in answer.json()["warnings"] if w["field"].startswith("texts")]

    def picture(self, draft, query=""):
        answer = self.http.request("PUT", PREVIEW_CALL + query, draft.encode(), headers=TOML)
        self.assertEqual((answer.status, answer.header("content-type")), (200, "image/png"), answer)
        return rows_of(answer.body)

    def test_own_words_reach_pages_kiosk_refusals_and_fall_back(self):
        stranger = self.house.client(token=None)
        self.assertEqual(stranger.get(V1 + "/texts/da").json(), {"language": "da", "texts": {}})
        self.assertEqual(stranger.get(V1 + "/session").json()["own_texts"], [])
        own = self.toml() + '\n[texts.da]\n"ui.wait.none" = "Her er ingen"\n"problem.unknown_desk" = "Den skranke har vi ikke."\n'
        answer = self.put(own)
        self.assertEqual((answer.status, self.about_texts(answer)), (200, []), answer)
        self.assertEqual(stranger.get(V1 + "/texts/da").json()["texts"]["ui.wait.none"], "Her er ingen")
        self.assertEqual(stranger.get(V1 + "/session").json()["own_texts"], ["da"])
        self.assertEqual(self.http.get(V1 + "/desks/none", headers={"Accept-Language": "da"}).json()["detail"], "Den skranke har vi ikke.")
        self.assertEqual(self.http.get(V1 + "/desks/none", headers={"Accept-Language": "en"}).json()["detail"][:5], "There", "English is the program's")
        everything = self.http.get(V1 + "/texts/da?all=true").json()
        self.assertGreater(len(everything["catalogue"]), 500)
        self.assertNotEqual(everything["catalogue"]["ui.wait.none"], "Her er ingen", "what the program says itself")
        self.assertEqual(stranger.get(V1 + "/texts/xx").status, 404)
        self.house.kill()
        self.house.start()
        self.http = self.house.client()
        self.assertEqual(self.http.get(V1 + "/desks/none", headers={"Accept-Language": "da"}).json()["detail"], "Den skranke har vi ikke.", "after a power cut")
        first = self.http.get(V1 + "/facility/versions").json()[-1]["version"]
        back = self.http.get(V1 + "/facility/versions/%d" % first).body
        self.assertEqual(self.put(back).status, 200)
        self.assertNotEqual(self.http.get(V1 + "/desks/none", headers={"Accept-Language": "da"}).json()["detail"], "Den skranke har vi ikke.", "the way back")

    def test_a_kiosk_is_dark_while_nobody_is_in_the_house(self):
        """Open on one day of the week only, which is neither yesterday, today nor tomorrow whatever the day."""
        site = self.http.get(V1 + "/facility").json()
        kiosk = site["kiosk"][0]["id"]
        at = datetime.datetime.fromisoformat(self.http.get(V1 + "/kiosks/" + kiosk).json()["at"])
        day = at + datetime.timedelta(days=3)
        hours = {"opening": [{"days": [day.strftime("%a").lower()], "from": "09:00", "to": "15:00"}]}
        def night(**more):
            answer = self.http.request("PUT", V1 + "/facility", {**site, **hours, "kiosk": [{**site["kiosk"][0], **more}]})
            self.assertEqual(answer.status, 200, answer)
            return self.http.get(V1 + "/kiosks/" + kiosk).json().get("night")
        self.assertEqual(night()["opens_at"][:16], day.strftime("%Y-%m-%dT09:00"))
        self.assertIsNone(night(night_after_minutes=0), "never dark where the house says so")

    def test_words_that_do_not_fit_are_told_or_refused(self):
        odd = self.put(self.toml() + '\n[texts.da]\n"ui.wiat.none" = "x"\n"ticket.ahead" = "Mange"\n', "?check=true")
        self.assertEqual(self.about_texts(odd), [("other_names", "texts.da.ticket.ahead"), ("unknown_text", "texts.da.ui.wiat.none")])
        refused = self.put(self.toml() + '\n[texts.da]\n"ticket.where" = "Vent {her"\n')
        self.assertEqual(refused.status, 422, refused)
        self.assertEqual([f["reason"] for f in refused.json()["findings"] if f["severity"] == "error"], ["wrong_pattern"])

    def test_the_picture_is_the_ticket_that_is_printed(self):
        draft = self.toml()
        wide, narrow = self.picture(draft), self.picture(draft, "?width_mm=58")
        self.assertEqual((wide[0], narrow[0]), (576, 384))
        self.assertEqual(self.picture(draft), wide, "the same draft, the same picture")
        less = self.picture(draft + '\n[ticket]\nparts = ["number", "service"]\n')
        self.assertLess(less[1], wide[1] * 3 // 4)
        self.assertNotEqual(self.picture(draft + '\n[ticket]\nnumber_percent = 50\n'), wide)
        self.assertNotEqual(self.picture(draft, "?language=en"), wide)
        self.assertNotEqual(self.picture(draft, "?service=s3"), wide, "another letter and name")
        said = self.picture(draft + '\n[texts.da]\n"ticket.where" = "Et helt andet sted"\n')
        self.assertNotEqual(said, wide, "a draft's own words")
        self.assertEqual(self.toml(), draft, "nothing was kept")
        # What a printer then gets has the same parts: as high as the picture of the same layout, give or take the service's name.
        self.assertEqual(self.put(draft + '\n[ticket]\nparts = ["number", "service"]\n').status, 200)
        self.assertEqual(self.http.post(V1 + "/visits", {"services": ["s0"], "channel": "kiosk", "print": True, "kiosk": "door"}).status, 201)
        tickets = wait_until(lambda: self.http.get(V1 + "/printers/front/tickets").json(), "printed", timeout=10)
        printed = rows_of(self.http.get(V1 + "/printers/front/tickets/" + tickets[0]["file"]).body)
        expected = self.picture(self.toml(), "?width_mm=58")
        self.assertEqual(printed[0], expected[0])
        self.assertLess(abs(printed[1] - expected[1]), 20)

    def test_a_picture_of_nonsense_is_refused_by_name(self):
        for query, body, field in (("?width_mm=7", self.toml(), "width_mm"), ("?width_mm=x", self.toml(), "width_mm"), ("?language=xx", self.toml(), "language")):
            answer = self.http.request("PUT", PREVIEW_CALL + query, body.encode(), headers=TOML)
            self.assertEqual((answer.status, answer.json()["field"]), (422, field), answer)
        for body in (b"", b"[site", b"{", b"[site]\nid = \"x\"\n"):
            self.assertEqual(self.http.request("PUT", PREVIEW_CALL, body, headers=TOML).status, 422, body)
        self.assertEqual(self.house.client(token=None).request("PUT", PREVIEW_CALL, b"", headers=TOML).status, 401)

    def test_what_a_form_made_comes_back_as_text(self):
        site = json.loads(self.http.get(V1 + "/facility").body)
        site["service"][0]["expected_minutes"] = 33
        answer = self.http.request("PUT", V1 + "/facility?check=true", json.dumps(site).encode(), headers={"Content-Type": "application/json"})
        self.assertEqual(answer.status, 200, answer)
        self.assertIn("expected_minutes = 33", answer.json()["toml"])
        again = self.put(answer.json()["toml"], "?check=true")
        self.assertEqual((again.status, again.json()["facility"]), (200, answer.json()["facility"]))
        self.assertNotIn("toml", again.json(), "a text is known already")


class Holiday(unittest.TestCase):
    def test_a_closed_day_has_its_name_in_each_language_of_the_kiosk_that_knows_one(self):
        """On the next first of January, whenever the test runs."""
        now = datetime.datetime.now(datetime.timezone.utc)
        noon = datetime.datetime(now.year + 1, 1, 1, 11, tzinfo=datetime.timezone.utc)
        site = facility().replace('languages = ["da", "en"]', 'languages = ["da", "ar", "ti", "en"]\nholidays = "dk"') + '[[opening]]\ndays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\nfrom = "00:00"\nto = "24:00"\n'
        with Appliance(site, environment={"LD_PRELOAD": os.environ["CLOCK_AHEAD"], "CLOCK_AHEAD_S": str(int((noon - now).total_seconds()))}) as house:
            house.start()
            http = house.client()
            kiosk = http.get(V1 + "/kiosks/door").json()
            words = {language: json.loads(source("catalogues", language + ".json"))["holiday"]["new_years_day"] for language in ("da", "ar", "ti", "en")}
            self.assertEqual((kiosk["open"], kiosk["closed_because_names"]), (False, words))
            self.assertEqual(http.get(V1 + "/kiosks/door", headers={"Accept-Language": "ar"}).json()["closed_because"], words["ar"])


if __name__ == "__main__":
    unittest.main()
