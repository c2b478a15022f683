#!/usr/bin/env python3
"""Any calls in any order, over days with stops and kills between: every answer is one that docs/openapi.yaml describes, nothing is beyond the daemon, and it
starts again with its journal whole. ANY_ORDER="SEED ROUNDS CALLS" tries others."""
import os
import random
import sys
import time
import unittest

import yaml

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from any_call import AnyCall  # noqa: E402
from appliance import Appliance  # noqa: E402
from schema import Schemas  # noqa: E402
from tree import read  # noqa: E402

SITE = read("examples/borgerservice.toml")   # its ticket printer is not there, as on a bad morning
HOURS = "".join('[[opening]]\ndays = ["%s"]\nfrom = "%s"\nto = "%s"\n' % hours for hours in (("mon", "09:00", "15:00"), ("tue", "10:00", "23:30"), ("sat", "00:00", "24:00")))
SITES = [SITE, SITE.replace("# ---- hours", HOURS + "# ---- hours"), SITE.replace('policy = "longest_wait"', 'policy = "skranke"\nnight_ends_visits = true')]
LATER_S = [60, 600, 3_600, 4 * 3_600, 20 * 3_600, 3 * 86_400]


class AnyOrder(unittest.TestCase):
    def setUp(self):
        self.api = yaml.safe_load(read("docs/openapi.yaml"))
        self.schemas = Schemas(self.api)

    def check(self, verb, path, asked, body, answer):
        """Is it an answer that the description has?"""
        said = "%s %s %r -> %d %r" % (verb, asked, body, answer.status, answer.body[:300])
        responses = self.api["paths"][path][verb]["responses"]
        self.assertIn(str(answer.status), list(responses) + ([str(answer.status)] if "default" in responses else []), said)
        self.assertTrue(answer.status < 500 or answer.status == 503, said)
        content = self.schemas.resolve(responses.get(str(answer.status), responses.get("default"))).get("content", {})
        if not answer.body or not content:
            return None
        kind = answer.header("Content-Type").split(";")[0]
        self.assertIn(kind, content, said)
        if "json" not in kind:
            return None
        self.assertEqual(self.schemas.faults(content[kind]["schema"], answer.json()), [], said)
        return answer.json() if answer.status < 300 else None

    def live(self, seed, rounds, calls):
        chance = random.Random(seed)
        ahead, done = 0, {}
        with Appliance(SITES[seed % len(SITES)]) as house:
            any_call = AnyCall(self.api, self.schemas, chance, SITES[seed % len(SITES)], lambda: time.time() + ahead)
            for _ in range(rounds):
                house.start(environment={"LD_PRELOAD": os.environ["CLOCK_AHEAD"], "CLOCK_AHEAD_S": str(ahead)})
                http = house.client()
                for _ in range(calls):
                    verb, path, asked, body = any_call.next()
                    answer = http.request(verb.upper(), "/api/v1" + asked, body)
                    any_call.learn(path, self.check(verb, path, asked, body, answer))
                    done[answer.status // 100] = done.get(answer.status // 100, 0) + 1
                if chance.random() < 0.5:
                    house.kill()
                else:
                    self.assertEqual(house.stop(), 0)
                self.assertIn("chain whole", house.verify())
                ahead += chance.choice(LATER_S)
        self.assertGreater(done[2], rounds * calls / 5, "too few calls that do anything: %r" % done)

    def test_any_calls_in_any_order(self):
        if "ANY_ORDER" in os.environ:
            self.live(*map(int, os.environ["ANY_ORDER"].split()))
            return
        for seed in (1, 2, 3):
            with self.subTest(seed=seed):
                self.live(seed, 5, 200)


if __name__ == "__main__":
    unittest.main(verbosity=2)
