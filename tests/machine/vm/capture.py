"""Runs inside the machine: a camera (the kernel's vivid) and a pen (uinput) behind the sockets of their drivers, each as a user of its own."""

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import time

failed = []


def check(words, good, detail=""):
    print("ok" if good else "not ok", words, "" if good else f"({detail})", flush=True)
    if not good:
        failed.append(words)


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def soon(what, seconds=15):
    end = time.monotonic() + seconds
    while not (answer := what()) and time.monotonic() < end:
        time.sleep(0.1)
    return answer


class Driver:
    """What the enrolment worker's keeper is to a driver."""

    def __init__(self, name):
        self.line = socket.socket(socket.AF_UNIX)
        self.line.settimeout(40)
        self.line.connect(f"/run/skranke-capture/{name}.sock")

    def ask(self, do, modality):
        head = json.dumps({"do": do, "modality": modality}).encode()
        self.line.sendall(struct.pack(">II", len(head), 0) + head)
        return self

    def answer(self):
        head, body = struct.unpack(">II", self.line.recv(8, socket.MSG_WAITALL))
        said = json.loads(self.line.recv(head, socket.MSG_WAITALL))
        pixels = bytearray()
        while len(pixels) < body:
            pixels += self.line.recv(min(body - len(pixels), 1 << 20))
        return said, bytes(pixels)


def is_picture(said, pixels):
    return said.get("width", 0) * said.get("height", 0) * said.get("channels", 0) == len(pixels) > 0


VIDIOC_S_CTRL = 0xC008561C
VIVID_DISCONNECT = 0x00F0F000 + 65


def a_camera():
    run("modprobe", "vivid", "n_devs=1", "node_types=0x1")
    check("the kernel has a camera", soon(lambda: os.path.exists("/dev/video0")))
    run("udevadm", "settle")
    run("systemctl", "start", "skranke-camera.socket")
    camera = Driver("camera")
    said, pixels = camera.ask("look", "face").answer()
    check("its driver shows what is in front of it", is_picture(said, pixels), said)
    print(f"# {said.get('width')} x {said.get('height')}", flush=True)
    colours = {pixels[i:i + 3] for i in range(0, len(pixels), 3 * 997)}
    check("in colours", sum(max(colour) - min(colour) > 100 for colour in colours) >= 5, colours)
    check("as a user of its own", run("pgrep", "-u", "skranke-camera").stdout.split())
    again, other = camera.ask("take", "face").answer()
    check("takes a portrait", is_picture(again, other), again)
    check("that is not the same picture", again.get("digest") != said.get("digest"))
    with open("/dev/video0", "rb") as device:
        fcntl.ioctl(device, VIDIOC_S_CTRL, struct.pack("Ii", VIVID_DISCONNECT, 1))
    said, _ = camera.ask("look", "face").answer()
    check("pulled out, it says so", said.get("error") == "absent", said)
    check("and the driver ends", soon(lambda: not run("pgrep", "-u", "skranke-camera").stdout))
    soon(lambda: run("modprobe", "-r", "vivid").returncode == 0)
    run("modprobe", "vivid", "n_devs=1", "node_types=0x1")
    soon(lambda: os.path.exists("/dev/video0"))
    run("udevadm", "settle")
    said, pixels = Driver("camera").ask("look", "face").answer()
    check("put back, it shows again", is_picture(said, pixels), said)


EV_SYN, EV_KEY, EV_ABS = 0, 1, 3
ABS_X, ABS_Y, ABS_PRESSURE, BTN_TOOL_PEN, BTN_TOUCH, BTN_STYLUS = 0, 1, 24, 0x140, 0x14A, 0x14B
UI_SET_EVBIT, UI_SET_KEYBIT, UI_SET_ABSBIT, UI_DEV_CREATE, UI_DEV_DESTROY, UI_DEV_SETUP, UI_ABS_SETUP = 0x40045564, 0x40045565, 0x40045567, 0x5501, 0x5502, 0x405C5503, 0x401C5504


class Pen:
    def __init__(self):
        run("modprobe", "uinput")
        self.fd = os.open("/dev/uinput", os.O_WRONLY)
        for kind in (EV_KEY, EV_ABS):
            fcntl.ioctl(self.fd, UI_SET_EVBIT, kind)
        for key in (BTN_TOOL_PEN, BTN_TOUCH, BTN_STYLUS):
            fcntl.ioctl(self.fd, UI_SET_KEYBIT, key)
        for axis, most, resolution in ((ABS_X, 20000, 100), (ABS_Y, 10000, 100), (ABS_PRESSURE, 1023, 0)):
            fcntl.ioctl(self.fd, UI_SET_ABSBIT, axis)
            fcntl.ioctl(self.fd, UI_ABS_SETUP, struct.pack("Hxxiiiiii", axis, 0, 0, most, 0, 0, resolution))
        fcntl.ioctl(self.fd, UI_DEV_SETUP, struct.pack("HHHH80sI", 3, 0x1234, 0x5678, 1, b"test pen", 0))
        fcntl.ioctl(self.fd, UI_DEV_CREATE)

    def say(self, *events):
        for kind, code, value in (*events, (EV_SYN, 0, 0)):
            os.write(self.fd, struct.pack("qqHHi", 0, 0, kind, code, value))

    def sign(self):
        self.say((EV_KEY, BTN_TOOL_PEN, 1), (EV_ABS, ABS_X, 5000), (EV_ABS, ABS_Y, 5000))
        self.say((EV_KEY, BTN_TOUCH, 1))
        for i in range(100):
            self.say((EV_ABS, ABS_X, 5000 + i * 30), (EV_ABS, ABS_Y, 5000 + (i % 20) * 30), (EV_ABS, ABS_PRESSURE, 600))
            time.sleep(0.01)
        self.say((EV_KEY, BTN_TOUCH, 0), (EV_KEY, BTN_TOOL_PEN, 0))

    def unplug(self):
        fcntl.ioctl(self.fd, UI_DEV_DESTROY)
        os.close(self.fd)


def a_pen():
    pen = Pen()
    check("the pen has a name that stays", soon(lambda: os.path.exists("/dev/input/skranke-pen")), os.listdir("/dev/input"))
    run("udevadm", "settle")
    run("systemctl", "start", "skranke-pen.socket")
    driver = Driver("pen").ask("take", "signature")
    check("its driver runs as a user of its own", soon(lambda: run("pgrep", "-u", "skranke-pen").stdout.split()))
    time.sleep(1)
    pen.sign()
    said, pixels = driver.answer()
    check("a signature is taken when the pen is lifted", is_picture(said, pixels), said)
    black = sum(1 for dot in pixels if dot < 128)
    check("black on white, as large as it was written", 300 < said.get("width", 0) < 500 and 500 < black < len(pixels) / 3, (said, black))
    driver.ask("take", "signature")
    time.sleep(0.5)
    pen.unplug()
    said, _ = driver.answer()
    check("pulled out while it is waited for, it says so", said.get("error") == "absent", said)


def main():
    for step in (a_camera, a_pen):
        print(f"# {step.__name__}", flush=True)
        try:
            step()
        except Exception as trouble:
            check(f"{step.__name__} came to its end", False, f"{type(trouble).__name__}: {trouble}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
