#!/usr/bin/env python3
"""The commands in the root and in scripts/: they parse, refuse what they do not know, and add up what was tested."""
import json
import os
import re
import socket
import subprocess
import tempfile
import unittest

from tree import ROOT, files, read

COMMANDS = ("run", "test", "bench", ".ci/run", "scripts/setup", "scripts/build", "scripts/fuzz", "packaging/build-deb")


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=60, stdin=None if "input" in more else subprocess.DEVNULL, check=False, **more)


def names_of(group):
    text = re.sub(r"#.*", "", read("scripts/packages/%s.txt" % group))
    return [line.split() for line in text.splitlines() if line.strip()]


class Commands(unittest.TestCase):
    def test_they_parse_and_can_be_run(self):
        for name in COMMANDS:
            self.assertEqual(run("bash", "-n", name).stderr, "", name)
            self.assertTrue(os.access(os.path.join(ROOT, name), os.X_OK), name)

    def test_what_they_do_not_know_is_usage(self):
        for words in (("./run", "--nonsense"), ("./run", "--port"), ("./run", "--port", "0"), ("./run", "--port", "70000"), ("./run", "--port", "x"),
                      ("./test", "--nonsense"), ("./test", "--quick", "more"), ("./test", "--arm64", "more"), ("./bench", "--nonsense"), ("scripts/fuzz", "--nonsense"),
                      ("scripts/fuzz", "--seconds", "0")):
            done = run(*words)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn("usage", done.stderr, words)
            self.assertEqual(done.stdout, "", words)

    def test_a_port_in_use_is_said_before_anything_is_built(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            done = run("./run", "--port", port)
        self.assertEqual(done.returncode, 1)
        self.assertIn("port %s is in use" % port, done.stderr)

    def test_a_facility_that_is_not_there(self):
        done = run("./run", "--port", "1", "--facility", "nowhere.toml")
        self.assertEqual(done.returncode, 1)
        self.assertIn("nowhere.toml cannot be read", done.stderr)


class Packages(unittest.TestCase):
    def test_lists_can_be_read(self):
        for path in files("scripts/packages"):
            for words in names_of(os.path.basename(path)[:-4]):
                self.assertRegex(" ".join(words), r"^(\?[\w.-]+ [a-z0-9.+-]+|[a-z0-9.+-]+>=[0-9.]+|[a-z0-9.+-]+( \| [a-z0-9.+-]+)*)$", path)

    def test_an_unknown_list_is_refused(self):
        done = run("scripts/setup", "nonsense")
        self.assertEqual(done.returncode, 2)
        self.assertIn("develop", done.stderr)

    def test_debian_control_needs_what_the_build_needs(self):
        control = read("packaging/debian/control")
        for words in names_of("build"):
            if words[0] not in ("g++", "ccache") and not words[0].startswith("?"):
                name, _, version = words[0].partition(">=")
                self.assertRegex(control, r"\b%s\b%s" % (re.escape(name), r" \(>= %s\)" % re.escape(version) if version else ""), words[0])
        for words in names_of("run"):
            self.assertIn(words[0], control)


class Summary(unittest.TestCase):
    RESULTS = """<testsuite><testcase name="a" status="run"/><testcase name="b" status="fail"><failure message=""/><system-out>it began
it broke
</system-out></testcase>
      <testcase name="c" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/><system-out>SKIPPED with-cups.sh: no namespaces
      </system-out></testcase></testsuite>"""

    def summary(self, results, browser=None):
        with tempfile.TemporaryDirectory() as folder:
            paths = [folder + "/results.xml"]
            with open(paths[0], "w", encoding="utf-8") as file:
                file.write(results)
            if browser is not None:
                paths.append(folder + "/browser.log")
                with open(paths[1], "w", encoding="utf-8") as file:
                    file.write(browser)
            done = run("scripts/test-summary", *paths)
        return done.returncode, done.stdout.splitlines()

    def test_adds_up_and_names(self):
        code, lines = self.summary(self.RESULTS)
        self.assertEqual(code, 1)
        self.assertEqual(lines, ["skipped: c: with-cups.sh: no namespaces", "    it began", "    it broke", "failed: b", "1 passed, 1 failed, 1 skipped"])

    def test_browser_tests_count(self):
        code, lines = self.summary('<testsuite><testcase name="a" status="run"/></testsuite>', "ok x\n5 passed, 0 failed, 0 skipped\n")
        self.assertEqual((code, lines[-1]), (0, "6 passed, 0 failed, 0 skipped"))
        code, lines = self.summary('<testsuite><testcase name="a" status="run"/></testsuite>', "ok x\nkilled")
        self.assertEqual((code, lines[-1]), (1, "1 passed, 1 failed, 0 skipped"))

    def test_nothing_tested_is_no_success(self):
        self.assertEqual(self.summary("<testsuite/>")[0], 1)

    def test_choice(self):
        tests = json.dumps({"tests": [{"name": "kill"}, {"name": "kill.quick"}, {"name": "page", "properties": [{"name": "LABELS", "value": ["browser"]}]},
                                      {"name": "long", "properties": [{"name": "LABELS", "value": ["integration"]}]},
                                      {"name": "short", "properties": [{"name": "LABELS", "value": ["integration", "quick"]}]}]})

        def left(*words):
            pattern = re.compile(run("scripts/test-choice", *words, input=tests).stdout.strip())
            return [test["name"] for test in json.loads(tests)["tests"] if not pattern.search(test["name"])]
        self.assertEqual(left("--quick"), ["kill.quick", "short"])
        self.assertEqual(left(), ["kill", "page", "long", "short"])


class Completion(unittest.TestCase):
    """What bash offers for a line, against the usage texts."""

    def offered(self, line):
        program = line.split()[0]
        words = line.split() + ([""] if line.endswith(" ") else [])
        script = 'source packaging/completion/%s; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); %s; printf "%%s\\n" "${COMPREPLY[@]}"' % (program, "_" + program.replace("-", "_"))
        done = run("bash", "-c", script, "bash", *words)
        self.assertEqual((done.returncode, done.stderr), (0, ""), line)
        return done.stdout.split()

    def test_every_command_of_skrankectl(self):
        usage = re.search(r"usage_text =(.*?);", read("daemon/ctl/skrankectl.cpp"), re.S).group(1)
        commands = re.findall(r'(?:"  |\| )([a-z]+)(?: ([a-z]+))?', usage)
        self.assertGreater(len(commands), 12)
        for first, second in commands:
            self.assertIn(first, self.offered("skrankectl "), first)
            if second:
                self.assertIn(second, self.offered("skrankectl --lang da %s " % first), first)
        for option in set(re.findall(r"--[a-z]+", usage)):
            lines = ("skrankectl ", "skrankectl facility apply ", "skrankectl facility export ", "skrankectl token create ", "skrankectl journal replay ")
            self.assertTrue(any(option in self.offered(line) for line in lines), option)

    def test_every_command_of_the_simulator(self):
        usage = re.search(r"usage: skranke-sim drive.*?exit:", read("sim/skranke_sim.cpp"), re.S).group(0)
        for command, rest in re.findall(r"skranke-sim ([a-z]+)(.*)", usage):
            self.assertIn(command, self.offered("skranke-sim "))
            for option in re.findall(r"--[a-z]+", rest):
                self.assertIn(option, self.offered("skranke-sim %s " % command), command)

    def test_values(self):
        self.assertEqual(self.offered("skrankectl token create --role con"), ["contact_centre"])
        roles = re.search(r"Role: \{enum: \[(.*?)\]", read("docs/openapi.yaml")).group(1).split(", ")
        by_pairing = {"citizen_screen"}   # it belongs to a desk, and is let in by its digits
        self.assertEqual(sorted(self.offered("skrankectl token create --role ")), sorted(set(roles) - by_pairing))
        self.assertIn("README.md", self.offered("skrankectl facility check READ"))
        self.assertEqual(self.offered("skranke-sim run --policy skr"), ["skranke"])


if __name__ == "__main__":
    unittest.main()
