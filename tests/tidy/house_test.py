#!/usr/bin/env python3
"""The house as docs/ARCHITECTURE.md has it: who may include whom, how long things are, what is never called."""
import re
import unittest

from tree import CPP, PRODUCT, files, read

# Folder → folders whose headers it may include.
MAY_KNOW = {
    "system": {"system"},
    "core": {"core"},
    "wire": {"wire", "core"},
    "db": {"db", "system", "wire", "core"},
    "printer": {"printer", "system", "core"},
    "display": {"display", "core"},
    "devices": {"devices", "system"},
    "enrolment": {"enrolment", "system"},
    "agent": {"agent", "system", "devices", "display", "core", "wire"},
    "sim": {"sim", "wire", "core", "embed"},
    "web": {"web"},
    "daemon": set(PRODUCT) | {"embed"},
}
# Folder → libraries it may name; the standard library is free, but see BANNED. The daemon may use all.
LIBRARIES = {
    "system": {"unistd.h", "fcntl.h", "sys"},
    "core": {"fmt", "tl"},
    "wire": {"fmt", "tl", "boost/json", "unicode", "toml++", "date"},
    "db": {"fmt", "tl", "sqlite3.h", "openssl", "unistd.h", "fcntl.h", "sys"},
    "printer": {"fmt", "tl", "cups", "cairo.h", "pango", "qrencode.h", "unistd.h", "fcntl.h", "sys", "poll.h", "termios.h", "netdb.h", "linux", "netinet", "arpa"},
    "display": {"fmt", "tl"},
    "devices": {"fmt", "tl", "gpiod.h", "modbus", "libevdev", "dirent.h", "unistd.h", "fcntl.h", "sys", "linux", "poll.h", "termios.h"},
    "enrolment": {"fmt", "tl", "turbojpeg.h", "openjpeg.h", "png.h", "openssl", "boost/json", "toml++", "unistd.h", "fcntl.h", "sys", "poll.h", "malloc.h", "seccomp.h", "pwd.h", "libfprint-2", "expat.h", "curl", "linux", "libevdev", "netdb.h", "netinet"},
    "agent": {"fmt", "tl", "boost", "systemd", "openssl", "unistd.h", "fcntl.h", "sys", "poll.h", "spawn.h", "netdb.h"},
    "sim": {"fmt", "tl", "boost/json", "unistd.h"},
    "web": {"gtest"},
}
# Nothing in the pure machine reads a clock, a dice, a file or the environment, or runs beside itself.
CORE_BANNED_HEADERS = {"thread", "mutex", "future", "atomic", "condition_variable", "fstream", "iostream", "cstdio", "filesystem", "random", "ctime", "csignal", "stop_token"}
CORE_BANNED = re.compile(r"\b(system_clock|steady_clock|utc_clock|random_device|mt19937\w*|rand|srand|getenv|std::thread|jthread|sleep_for|time\s*\(\s*(?:nullptr|NULL|0)\s*\)|printf|fopen)\b(?!_)")
BANNED = [
    (re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|gets|tmpnam|system|popen)\s*\("), "an unsafe call"),
    (re.compile(r"\bstd::(?:regex|async|bind)\b"), "std::regex, async and bind: too slow, blocking, unreadable"),
    (re.compile(r"\busing namespace std;"), "using namespace std"),
    (re.compile(r"\b(?:class|struct)\s+\w*(?:Manager|Helper|Util|Utils)\b"), "a name that says nothing"),
    (re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b"), "unfinished work"),
]
FILE_LINES_MAX, FUNCTION_LINES_MAX = 800, 70
DATA = {"samples", "Api::routes"}          # functions that are tables
FUNCTION_AIM, FUNCTIONS_OVER_AIM_MAX = 40, 25


def without_comments(text):
    """Comments and the insides of strings blanked, so that words in sentences are not taken for calls; lines stay lines."""
    def blank(match):
        found = match.group(0)
        return found if found[0] in "\"'" and len(found) < 3 else re.sub(r"[^\n]", " ", found)
    return re.sub(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', blank, text, flags=re.S)


def includes(text):
    return re.findall(r'^#include ["<]([^">]+)[">]', text, re.M)


def wrong_includes(folder, text):
    own = set(MAY_KNOW) | {"embed"}
    for name in includes(text):
        first = name.split("/")[0]
        if first in own and "/" in name:
            if first not in MAY_KNOW[folder]:
                yield "%s must not know %s" % (folder, name)
        elif folder == "core" and name in CORE_BANNED_HEADERS:
            yield "core must not know <%s>" % name
        elif folder in LIBRARIES and ("/" in name or name.endswith(".h")) and first != folder:
            if not any(name == one or name.startswith((one + "/", one + ".")) for one in LIBRARIES[folder]):
                yield "%s must not know <%s>" % (folder, name)


def functions(text):
    """(name, lines) of functions laid out as clang-format does: a head that ends in "{", a "}" in the same column."""
    lines = without_comments(text).splitlines()
    for start, line in enumerate(lines):
        head = re.match(r"^(\s{0,4})(?![\s:,])(?!namespace|struct|class|enum|union|extern|if|for|while|switch|else|do|return|case|template<|\}|public|private|#)[^=;]*?([\w:~]+)\s*\(.*\{$", line)
        if not head:
            continue
        indent = head.group(1)
        for end in range(start + 1, len(lines)):
            if lines[end].startswith(indent + "}"):
                yield head.group(2), end - start + 1
                break


class House(unittest.TestCase):
    def all_of(self, check):
        found = ["%s: %s" % (path, words) for path in files(*PRODUCT, ends=CPP) for words in check(path, read(path))]
        self.assertEqual(found, [], "\n" + "\n".join(found))

    def test_includes_follow_the_arrows(self):
        self.all_of(lambda path, text: wrong_includes(path.split("/")[0], text) if not path.endswith("_test.cpp") else [])

    def test_the_core_is_pure(self):
        self.all_of(lambda path, text: ["calls " + hit for hit in CORE_BANNED.findall(without_comments(text))] if path.startswith("core/") else [])

    def test_nothing_banned(self):
        self.all_of(lambda path, text: [why for pattern, why in BANNED for _ in pattern.findall(text if "unfinished" in why else without_comments(text))])

    def test_lengths(self):
        found, over_aim = [], []
        for path in files(*PRODUCT, ends=CPP + (".ts", ".tsx", ".mjs")):
            text = read(path)
            if text.count("\n") > FILE_LINES_MAX:
                found.append("%s: %d lines" % (path, text.count("\n")))
            for name, lines in functions(text) if path.endswith(CPP) else []:
                if lines > FUNCTION_LINES_MAX and name not in DATA:
                    found.append("%s: %s has %d lines" % (path, name, lines))
                elif lines > FUNCTION_AIM:
                    over_aim.append("%s: %s has %d lines" % (path, name, lines))
        self.assertEqual(found, [], "\n" + "\n".join(found))
        self.assertLessEqual(len(over_aim), FUNCTIONS_OVER_AIM_MAX, "\n" + "\n".join(over_aim))

    def test_targets_declare_the_arrows(self):
        for folder in ("core", "wire", "db", "printer"):
            linked = re.findall(r"\bskranke_(\w+)", " ".join(re.findall(r"target_link_libraries\(\s*skranke_%s\b(.*?)\)" % folder, read(folder + "/CMakeLists.txt"), re.S)))
            self.assertLessEqual(set(linked) - {"options"}, MAY_KNOW[folder], folder)


class TheChecksThemselves(unittest.TestCase):
    """Each check sees what it is for."""

    def test_they_find_what_is_wrong(self):
        self.assertTrue(list(wrong_includes("core", '#include "db/store.hpp"\n')))
        self.assertTrue(list(wrong_includes("core", "#include <thread>\n")))
        self.assertTrue(list(wrong_includes("printer", "#include <sqlite3.h>\n")))
        self.assertFalse(list(wrong_includes("db", '#include "core/event.hpp"\n#include <sqlite3.h>\n#include <vector>\n')))
        self.assertTrue(CORE_BANNED.search(without_comments("auto now = std::chrono::system_clock::now();")))
        self.assertFalse(CORE_BANNED.search(without_comments('// rand and "system_clock" in words\nauto x = "rand";')))
        self.assertTrue(BANNED[0][0].search("  sprintf(a, b);"))
        self.assertTrue(BANNED[3][0].search("class TicketManager {"))
        long = "int f(int a) {\n" + "  a += 1;\n" * 90 + "}\n"
        self.assertEqual(list(functions(long)), [("f", 92)])


if __name__ == "__main__":
    unittest.main()
