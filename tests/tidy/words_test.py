#!/usr/bin/env python3
"""Every machine word that people may meet has its sentence in every complete catalogue, and stands in the API's description."""
import json
import re
import unittest

import yaml

from tree import files, read

COMPLETE = ("da", "en")
# Reasons that only the API's own catalogue of problems lacks because nobody reads a sentence for them.
SCREEN_REASONS = re.compile(r'"((?:not_connected|mute|storage_full|silent))"')


def flat(value, path=""):
    for key, item in value.items():
        if isinstance(item, dict):
            yield from flat(item, path + key + ".")
        else:
            yield path + key


def keys_of(language):
    return set(flat(json.loads(read("catalogues/%s.json" % language))))


def documented_reasons():
    return set(yaml.safe_load(read("docs/openapi.yaml"))["components"]["schemas"]["Problem"]["properties"]["title"]["enum"])


def reasons_in(text):
    """Reasons of problems that a source file names."""
    found = set(re.findall(r'fail\([^;]*?[45]\d\d,\s*"([a-z_]+)"', text, re.S))
    found |= set(re.findall(r'\{[45]\d\d,\s*"([a-z_]+)"', text))
    found |= set(re.findall(r'reason = "([a-z_]+)"', text))
    return found


def words_of(enum):
    """The spelling of an enumeration in wire/words.cpp."""
    listed = re.search(r"struct Words<%s> \{.*?list\{(.*?)\};" % enum, read("wire/words.cpp"), re.S)
    return set(re.findall(r'"([a-z_]+)"', listed.group(1)))


class Words(unittest.TestCase):
    def lacking(self, wanted):
        wanted = set(wanted)
        self.assertTrue(wanted)
        lacking = ["%s: %s" % (language, key) for language in COMPLETE for key in sorted(wanted - keys_of(language))]
        self.assertEqual(lacking, [], "\n" + "\n".join(lacking))

    def test_catalogues_have_the_same_keys(self):
        self.assertEqual(keys_of("da") ^ keys_of("en"), set())

    def test_the_check_of_a_facility_knows_what_is_spoken(self):
        listed = re.search(r"spoken\{(.*?)\}", read("wire/facility_explain.cpp")).group(1)
        catalogues = {path.rsplit("/", 1)[1][:-5] for path in files("catalogues", ends=(".json",))}
        self.assertEqual(set(re.findall(r'"([a-z]+)"', listed)), catalogues)

    def test_every_reason_is_documented(self):
        used = words_of("Reject")
        for path in files("daemon", ends=(".cpp", ".hpp")):
            used |= reasons_in(read(path))
        self.assertEqual(used - documented_reasons(), set())

    def test_every_documented_reason_has_a_sentence(self):
        self.lacking("problem." + reason for reason in documented_reasons())

    def test_every_why_has_a_sentence(self):
        self.lacking("why." + word for word in words_of("Why"))

    def test_every_state_of_a_screen_has_words_and_advice(self):
        reasons = set(SCREEN_REASONS.findall(read("daemon/api/api_topics.cpp")))
        self.assertGreaterEqual(len(reasons), 3)
        self.lacking("device.%s.%s" % (reason, part) for reason in reasons for part in ("words", "advice"))

    def test_every_fault_of_a_printer_has_words_and_advice(self):
        hard = re.search(r"\bhard = \{(.*?)\};", read("printer/health.cpp"), re.S)
        reasons = set(re.findall(r'"([a-z-]+)"', hard.group(1))) | {"media-low"}
        self.assertGreater(len(reasons), 10)
        self.lacking("device.%s.%s" % (reason, part) for reason in reasons for part in ("words", "advice"))

    def test_the_search_sees_reasons(self):
        self.assertEqual(reasons_in('return now(fail(call, 404, "unknown_desk"));\n{503, "busy", ""}'), {"unknown_desk", "busy"})


if __name__ == "__main__":
    unittest.main()
