#!/usr/bin/env python3
"""Documents that must keep up with the code: API description, man pages, links; and nothing of this or that machine in the tree."""
import json
import os
import re
import subprocess
import tempfile
import unittest

import yaml

from tree import ROOT, files, read

METHODS = {"get": "get", "post": "post", "put": "put", "patch": "patch", "del": "delete"}


def routes():
    return {(METHODS[method], path) for method, path in re.findall(r'Route\{Method::(\w+), "([^"]+)"', read("daemon/api/api.cpp"))}


def keys_read(path):
    """Keys that a reader of a TOML file asks for."""
    text = read(path)
    direct = re.findall(r'\b(?:text|slug|slugs|texts|integer|number|flag|one_of|required_\w+|value|table|tables|whole|minutes|duration_s|read_\w+|has)\(\s*(?:\w+,\s*)?"([a-z_]+)"', text)
    return set(direct) | set(re.findall(r'read_each\(root, "([a-z_]+)"', text))


class Api(unittest.TestCase):
    def setUp(self):
        self.api = yaml.safe_load(read("docs/openapi.yaml"))

    def test_describes_every_call_and_no_other(self):
        described = {(method, re.sub(r"\{[^}]+\}", "*", path.strip("/")))
                     for path, item in self.api["paths"].items() for method in item if method in METHODS.values()}
        self.assertEqual(described - {("get", "events")}, routes())
        self.assertIn(("get", "events"), described)
        self.assertGreater(len(described), 40)

    def test_references_lead_somewhere(self):
        for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(self.api))):
            place = self.api
            for part in reference.split("/"):
                self.assertIn(part, place, reference)
                place = place[part]

    def test_every_operation_has_name_summary_and_roles(self):
        names = []
        for path, item in self.api["paths"].items():
            for method, operation in item.items():
                if method in METHODS.values():
                    self.assertTrue({"operationId", "summary", "x-roles", "responses", "tags"} <= set(operation), "%s %s" % (method, path))
                    names.append(operation["operationId"])
                    parameters = item.get("parameters", []) + operation.get("parameters", [])
                    named = {p["$ref"].rsplit("/", 1)[1] if "$ref" in p else p["name"] for p in parameters}
                    self.assertLessEqual(set(re.findall(r"\{(\w+)\}", path)), named, path)
        self.assertEqual(len(names), len(set(names)))


class ManPages(unittest.TestCase):
    def test_every_option_and_command(self):
        for program, page in (("daemon/ctl/skrankectl.cpp", "skrankectl.1"), ("daemon/skranked.cpp", "skranked.8"), ("printer/print_ticket.cpp", "skranke-print-ticket.1"), ("sim/skranke_sim.cpp", "skranke-sim.1")):
            text = read("docs/man/" + page)
            options = set(re.findall(r"--([a-z]+(?:-[a-z]+)*)", " ".join(re.findall(r'usage[^;]*?;', read(program), re.S)))) - {"help"}
            self.assertTrue(options, program)
            for option in options:
                self.assertRegex(text, r"Fl Fl %s\b" % option, page)
        commands = re.findall(r'^\s*"  ([a-z]+(?: [a-z]+)?)', read("daemon/ctl/skrankectl.cpp"), re.M)
        self.assertGreater(len(commands), 8)
        for command in commands:
            self.assertIn("Cm " + command, read("docs/man/skrankectl.1"))

    def test_every_key(self):
        for reader, page in (("wire/facility_read.cpp", "skranke-facility.5"), ("daemon/config/config.cpp", "skranked.toml.5")):
            text = read("docs/man/" + page)
            keys = keys_read(reader)
            self.assertGreater(len(keys), 8, reader)
            for key in keys:
                self.assertRegex(text, r"\b%s\b" % key, "%s lacks %s" % (page, key))

    def test_they_read_without_warnings(self):
        for page in files("docs/man"):
            shown = subprocess.run(["man", "--warnings", "-l", os.path.join(ROOT, page)], capture_output=True, env=dict(os.environ, LC_ALL="C.UTF-8", MANWIDTH="100"), check=False)
            self.assertEqual((shown.returncode, shown.stderr), (0, b""), page)
        with tempfile.NamedTemporaryFile("w", suffix=".1") as page:    # the check itself
            page.write(".Dd May 1, 2026\n.Dt X 1\n.Os\n.Sh NAME\n.Bl -tag -widht\n")
            page.flush()
            bad = subprocess.run(["man", "--warnings", "-l", page.name], capture_output=True, env=dict(os.environ, LC_ALL="C.UTF-8"), check=False)
            self.assertNotEqual(bad.stderr, b"")


class Tree(unittest.TestCase):
    def test_links_lead_somewhere(self):
        for path in files(ends=(".md",)):
            for link in re.findall(r"\]\(([^)#\s]+)", read(path)):
                if "://" not in link:
                    self.assertTrue(os.path.exists(os.path.join(ROOT, os.path.dirname(path), link)), "%s: %s" % (path, link))

    def test_files_named_in_documents_exist(self):
        for path in ("README.md", "CONTRIBUTING.md", "docs/ARCHITECTURE.md", "docs/STATUS.md"):
            for name in re.findall(r"`((?:core|wire|db|printer|daemon|web|tests|docs|systemd|packaging|scripts|examples|cmake|catalogues)/[\w./-]+)`", read(path)):
                self.assertTrue(os.path.exists(os.path.join(ROOT, name)), "%s: %s" % (path, name))

    def test_decisions_are_numbered_without_gap(self):
        numbers = [int(os.path.basename(path)[:3]) for path in files("docs/decisions")]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))

    def test_lock_files_name_no_source(self):
        locks = files(ends=("package-lock.json",))
        self.assertTrue(locks)
        for path in locks:
            self.assertNotIn('"resolved"', read(path), path)
            self.assertIn('"integrity"', read(path), path)

    def test_nothing_of_a_machine(self):
        banned = re.compile(r"(?<![\w/.])/(?:work|home|root|Users|mnt)/\w|\bregistry\.[a-z]|\.npmjs\.|proxy\.golang")
        here = os.path.relpath(os.path.abspath(__file__), ROOT)
        for path in files():
            if path != here and not path.endswith((".png", ".db", ".bin")) and "/corpus/" not in path:
                hit = banned.search(read(path))
                self.assertIsNone(hit, "%s: %s" % (path, hit and hit.group(0)))
        self.assertTrue(banned.search("see /home/me/x"))


if __name__ == "__main__":
    unittest.main()
