"""Simulated hardware inside the machine: wires by the kernel's GPIO simulator, a USB receipt printer by its gadget driver, and the kernel's own record of
every level that was driven, read through models of the chips. Shares nothing with the code under test: glyphs are written here as drawn strokes."""

import fcntl
import os
import re
import select
import struct
import subprocess
import threading
import time
from pathlib import Path

CONFIGFS = Path("/sys/kernel/config")
TRACING = Path("/sys/kernel/tracing")

# Which strokes are lit for what a person reads. a top, b and c right, d bottom, e and f left, g middle.
READ = {
    "abcdef": "0", "bc": "1", "abdeg": "2", "abcdg": "3", "bcfg": "4", "acdfg": "5", "acdefg": "6", "abc": "7", "abcdefg": "8", "abcdfg": "9",
    "abcdeg": "A", "adef": "C", "bcde": "J", "cefg": "K", "abefg": "P", "defg": "T", "bcdfg": "Y", "g": "-", "": " ",
}  # fmt: skip


def load(*modules):
    subprocess.run(["modprobe", "-a", *modules], check=True)
    if not os.path.ismount(CONFIGFS):
        subprocess.run(["mount", "-t", "configfs", "none", CONFIGFS], check=True)


class Board:
    """A board of wires. `lines`: names by offset."""

    def __init__(self, name, lines):
        load("configfs", "gpio-sim")
        self.name, self.lines = name, lines
        self.folder = CONFIGFS / "gpio-sim" / name
        bank = self.folder / "bank0"
        bank.mkdir(parents=True)
        (bank / "num_lines").write_text(str(len(lines)))
        (bank / "label").write_text(name)
        for offset, line in enumerate(lines):
            (bank / f"line{offset}").mkdir()
            (bank / f"line{offset}" / "name").write_text(line)
        self.plug_in()

    def plug_in(self):
        (self.folder / "live").write_text("1")
        chip = (self.folder / "bank0" / "chip_name").read_text().strip()
        self.system = Path("/sys/devices/platform") / (self.folder / "dev_name").read_text().strip() / chip
        for other in Path("/sys/class/gpio").glob("gpiochip*"):
            if (other / "label").read_text().strip() == self.name:
                self.base = int((other / "base").read_text())

    def pull_out(self):
        (self.folder / "live").write_text("0")

    def pull(self, line, way):
        (self.system / f"sim_gpio{self.lines.index(line)}" / "pull").write_text(f"pull-{way}")

    def level(self, line):
        return int((self.system / f"sim_gpio{self.lines.index(line)}" / "value").read_text())

    def number(self, line):
        return self.base + self.lines.index(line)

    def press(self, line, seconds=0.08):
        """A button that connects its line to ground, with contacts that bounce. When it was let go."""
        for _ in range(3):
            self.pull(line, "down")
            self.pull(line, "up")
        self.pull(line, "down")
        time.sleep(seconds)
        self.pull(line, "up")
        return time.monotonic()


class Trace:
    """Every level that anybody drove, as the kernel saw it."""

    EVENT = re.compile(r"\s(\d+\.\d+): gpio_value: (\d+) set (\d)")

    def start(self):
        (TRACING / "tracing_on").write_text("0")
        (TRACING / "buffer_size_kb").write_text("24576")
        (TRACING / "trace_clock").write_text("mono")
        (TRACING / "events/gpio/gpio_value/enable").write_text("1")
        self.clear()
        (TRACING / "tracing_on").write_text("1")

    def clear(self):
        (TRACING / "trace").write_text("")

    def events(self):
        """(seconds, line number, level), oldest first."""
        text = (TRACING / "trace").read_text(errors="replace")
        return [(float(found[1]), int(found[2]), int(found[3])) for found in map(self.EVENT.search, text.splitlines()) if found]


class Keypad:
    """A USB pad of keys as the kernel tells of one, with the name that udev would give it by its maker."""

    SET_EVBIT, SET_KEYBIT, SETUP, CREATE, DESTROY = 0x40045564, 0x40045565, 0x405C5503, 0x5501, 0x5502
    EV_SYN, EV_KEY = 0, 1
    KEYS = {"1": 79, "2": 80, "3": 81, "4": 75, "5": 76, "6": 77, "7": 71, "8": 72, "9": 73, "0": 82, "enter": 96, "plus": 78, "minus": 74}
    NAME = "/dev/input/by-id/usb-ACME_Pad-event-kbd"

    def __init__(self):
        load("uinput", "evdev")
        rules = Path("/run/udev/rules.d/90-test-pad.rules")
        rules.parent.mkdir(parents=True, exist_ok=True)
        rules.write_text('SUBSYSTEM=="input", KERNEL=="event*", ATTRS{name}=="test pad", SYMLINK+="input/by-id/usb-ACME_Pad-event-kbd"\n')
        subprocess.run(["udevadm", "control", "--reload"], check=True)
        self.plug_in()

    def plug_in(self):
        self.file = os.open("/dev/uinput", os.O_WRONLY)
        fcntl.ioctl(self.file, self.SET_EVBIT, self.EV_KEY)
        for key in self.KEYS.values():
            fcntl.ioctl(self.file, self.SET_KEYBIT, key)
        fcntl.ioctl(self.file, self.SETUP, struct.pack("HHHH80sI", 3, 0x1234, 0x5679, 1, b"test pad", 0))
        fcntl.ioctl(self.file, self.CREATE)

    def pull_out(self):
        fcntl.ioctl(self.file, self.DESTROY)
        os.close(self.file)

    def type(self, *keys):
        for key in keys:
            for down in (1, 0):
                for kind, code, value in ((self.EV_KEY, self.KEYS[key], down), (self.EV_SYN, 0, 0)):
                    os.write(self.file, struct.pack("qqHHi", 0, 0, kind, code, value))


def read(strokes):
    return READ.get("".join(sorted(strokes - {"p"})), "?")


def register_texts(events, data, clock, latch, digits):
    """What a chain of 74HC595 shows, one register a digit, output A = stroke a: (seconds, text) at each latch."""
    level, shifted, shown = {}, [], []
    for at, line, value in events:
        before, level[line] = level.get(line, 0), value
        if line == clock and value and not before:
            shifted = [level.get(data, 0), *shifted][: 8 * digits]          # the newest bit stands in output A of the first register
        if line == latch and value and not before and len(shifted) == 8 * digits:
            registers = [shifted[8 * index : 8 * index + 8] for index in range(digits)]
            shown.append((at, "".join(read({"abcdefgp"[bit] for bit in range(8) if register[bit]}) for register in reversed(registers))))
    return shown


def chip_texts(events, data, clock, latch, digits):
    """What one MAX7219 shows: 16 bits are taken over when the latch rises; register 1 to 8 are digits, C wakes it, F lights everything."""
    level, shifted, registers, shown = {}, [], {}, []
    for at, line, value in events:
        before, level[line] = level.get(line, 0), value
        if line == clock and value and not before:
            shifted = [*shifted, level.get(data, 0)][-16:]
        if line == latch and value and not before and len(shifted) == 16:
            word = int("".join(map(str, shifted)), 2)
            registers[word >> 8 & 15] = word & 255
            awake = registers.get(12, 0) & 1 and not registers.get(15, 0) & 1
            lit = [{"gfedcbap"[bit] for bit in range(8) if registers.get(digit, 0) >> bit & 1} for digit in range(digits, 0, -1)]
            shown.append((at, "".join(map(read, lit)) if awake else " " * digits))
    return shown


class ReceiptPrinter:
    """A USB printer as the box sees one: /dev/usb/lp0 on its side, this object on the other. Answers DLE EOT 4 by `paper`: ok, low or out."""

    SET_STATUS = 0xC0016722          # _IOWR('g', 0x22, unsigned char) of the gadget's driver
    ANSWERS = {"ok": 0x12, "low": 0x1E, "out": 0x72}

    def __init__(self):
        load("dummy_hcd", "libcomposite", "usb_f_printer", "usblp")
        self.gadget = CONFIGFS / "usb_gadget" / "printer"
        for folder in ("strings/0x409", "functions/printer.0", "configs/c.1"):
            (self.gadget / folder).mkdir(parents=True)
        (self.gadget / "idVendor").write_text("0x04b8")
        (self.gadget / "idProduct").write_text("0x0202")
        (self.gadget / "strings/0x409/serialnumber").write_text("T0001")
        (self.gadget / "strings/0x409/manufacturer").write_text("ACME")
        (self.gadget / "strings/0x409/product").write_text("Ticket80")
        (self.gadget / "functions/printer.0/pnp_string").write_text("MFG:ACME;MDL:Ticket80;CLS:PRINTER;CMD:ESC/POS;")
        os.symlink(self.gadget / "functions/printer.0", self.gadget / "configs/c.1/printer.0")
        self.paper, self.printed, self.lock = "ok", b"", threading.Lock()
        self.file = None
        self.plug_in()
        threading.Thread(target=self._work, daemon=True).start()

    def plug_in(self):
        (self.gadget / "UDC").write_text("dummy_udc.0")
        for _ in range(100):
            if os.path.exists("/dev/usb/lp0"):
                break
            time.sleep(0.1)
        with self.lock:
            self.file = os.open("/dev/g_printer0", os.O_RDWR | os.O_NONBLOCK)
        self.set_paper("ok")

    def pull_out(self):
        """The gadget's driver locks up this kernel when its file is still open then; so it is closed first."""
        with self.lock:
            os.close(self.file)
            self.file = None
        (self.gadget / "UDC").write_text("\n")

    def set_paper(self, paper):
        self.paper = paper
        fcntl.ioctl(self.file, self.SET_STATUS, 0x38 if paper == "out" else 0x18)

    def take(self):
        with self.lock:
            printed, self.printed = self.printed, b""
            return printed

    def _work(self):
        while True:
            time.sleep(0.01)
            with self.lock:
                if self.file is None:
                    continue
                try:
                    if not select.select([self.file], [], [], 0)[0]:
                        continue
                    data = os.read(self.file, 8192)
                    for asked in re.finditer(rb"\x10\x04(.)", data, re.DOTALL):
                        os.write(self.file, bytes([self.ANSWERS[self.paper] if asked[1] == b"\x04" else 0x12]))
                except OSError:
                    continue
                self.printed = (self.printed + re.sub(rb"\x10\x04.", b"", data, flags=re.DOTALL))[-4_000_000:]
