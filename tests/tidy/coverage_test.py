#!/usr/bin/env python3
"""Every requirement that the counter can meet has a story that shows it (`covers` of tests/scenarios), and every one that has none says why."""
import os
import re
import unittest

from tree import ROOT

STORIES = os.path.join(ROOT, "tests", "scenarios")
WANTED = ["S%d" % n for n in range(1, 45)] + ["C%d" % n for n in range(1, 23)] + ["F%d" % n for n in range(1, 15)]

# No story at the counter can show these; what shows them instead, or that nothing does.
ELSEWHERE = {
    "S14": "a list of what to bring: text of the facility, shown by the pages",
    "S17": "load: tests/bench and tests/simulation",
    "S18": "a new site from a template: tests/integration",
    "S20": "rules of an enrolment, not of the queue",
    "S22": "care of many boxes from afar, not of one room",
    "S25": "other centres than this one: the refusal names the place (S10), a map of all centres is not the room's",
    "S26": "the home municipality is personal data, which the room does not hold",
    "S31": "who may book and move from elsewhere: roles and tokens, tests/integration",
    "S33": "many municipalities: one journal each, not of one room",
    "S34": "links between web pages",
    "S38": "reports: tests/integration",
    "C10": "calling by a ratio of queues is not built: sessions by service and the rules of calling take its place",
    "C22": "a card with history and notes would be personal data; language and needs are shown by S15 and S37",
    "F11": "a kiosk that is only touched: tests/browser",
    "F12": "an enrolment, not of the queue",
    "F13": "the description of the API is public: tidy.documents, tidy.api",
}


def covered():
    """Requirement → the stories that name it."""
    found = {}
    for name in sorted(os.listdir(STORIES)):
        if not name.endswith(".scenario"):
            continue
        with open(os.path.join(STORIES, name), encoding="utf-8") as story:
            first = story.readline()
        words = re.fullmatch(r"covers((?: [A-Z]\d+)+)\s*", first)
        found.setdefault("", []).extend([] if words else [name])
        for word in words.group(1).split() if words else []:
            found.setdefault(word, []).append(name)
    return found


class Coverage(unittest.TestCase):
    def test_every_story_says_what_it_covers(self):
        self.assertEqual(covered().get(""), [])

    def test_every_requirement_has_a_story_or_a_reason(self):
        stories = covered()
        self.assertEqual([each for each in WANTED if each not in stories and each not in ELSEWHERE], [])

    def test_no_reason_is_out_of_date(self):
        stories = covered()
        self.assertEqual([each for each in ELSEWHERE if each in stories or each not in WANTED], [])
        self.assertTrue(all(len(reason) > 10 for reason in ELSEWHERE.values()))

    def test_there_are_enough_stories(self):
        self.assertGreaterEqual(len([name for name in os.listdir(STORIES) if name.endswith(".scenario")]), 120)


if __name__ == "__main__":
    unittest.main()
