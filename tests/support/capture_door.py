"""A desk's own computer with capture devices: doubles of the drivers behind their sockets, the door before them, and a way to it that can be looked into and cut."""
import hashlib
import os
import socket
import subprocess
import threading

BIN = os.path.dirname(os.environ["ENROLMENT_WORKER"])
DRIVER, DOOR = os.path.join(BIN, "skranke-driver-file"), os.path.join(BIN, "skranke-capture-door")


def begin_driver(line, folder):
    with line:
        return subprocess.Popen(["bash", "-c", f'exec 3<&{line.fileno()} "$@"', "-", DRIVER, folder], pass_fds=[line.fileno()])


def key_digest(certificate):
    """SHA-256 of the public key in a PEM file, as it is pinned."""
    key = subprocess.run(["openssl", "x509", "-in", certificate, "-pubkey", "-noout"], check=True, capture_output=True).stdout
    return hashlib.sha256(subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key, check=True, capture_output=True).stdout).hexdigest()


class Relay:
    """Carries between two sockets and remembers what passed. `cut_after`: so many bytes that come back, and both ends are hung up on."""

    def __init__(self):
        self.passed, self.left = bytearray(), None

    def cut_after(self, count):
        self.left = count

    def carry(self, outside, inside):
        threading.Thread(target=self.both_ways, args=(outside, inside), daemon=True).start()

    def both_ways(self, outside, inside):
        with outside, inside:
            there = threading.Thread(target=self.one_way, args=(outside, inside, False), daemon=True)
            there.start()
            self.one_way(inside, outside, True)
            there.join()

    def one_way(self, source, drain, back):
        try:
            while data := source.recv(65536):
                self.passed += data
                if back and self.left is not None:
                    self.left -= len(data)
                    if self.left <= 0:
                        self.left = None
                        drain.sendall(data[:len(data) // 2])
                        break
                drain.sendall(data)
        except OSError:
            pass   # one of them hung up
        for end in (source, drain):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass   # it has gone already


def accepting(outer, each):
    """Until the socket is shut down."""
    def accept():
        with outer:
            while True:
                try:
                    line, _ = outer.accept()
                except OSError:
                    return
                each(line)
    threading.Thread(target=accept, daemon=True).start()


class Drivers:
    """Listens as the units of the devices do: a driver for each connection. What passes here is in the clear."""

    def __init__(self, folder, kit):
        self.begun, self.relay, self.listening = [], Relay(), []
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        for name in ("camera", "finger", "pen"):
            outer = socket.create_server(os.path.join(folder, name + ".sock"), family=socket.AF_UNIX)
            self.listening.append(outer)
            accepting(outer, lambda line, name=name: self.begin(line, os.path.join(kit.folder, name)))

    def begin(self, line, pictures):
        ours, theirs = socket.socketpair()
        self.begun.append(begin_driver(theirs, pictures))
        self.relay.carry(line, ours)

    def stop(self):
        while self.listening:
            self.listening.pop().shutdown(socket.SHUT_RDWR)
        for driver in self.begun:
            driver.kill()
            driver.wait()


class Door:
    """The program as its unit starts it, on a port that stays while it is stopped and begun anew."""

    def __init__(self, work, drivers):
        self.work, self.drivers, self.process = work, drivers, None
        self.port = None

    def settings(self, appliance_key, identity):
        path = os.path.join(self.work, "door.toml")
        with open(path, "w") as file:
            file.write(f'appliance_key = "{appliance_key}"\nidentity = "{identity}"\n')
            file.writelines(f'{name} = "{self.drivers.folder}/{name}.sock"\n' for name in ("camera", "finger", "pen"))
        return path

    def start(self, appliance_key, identity=None):
        config = self.settings(appliance_key, identity or os.path.join(self.work, "door"))
        with socket.create_server(("127.0.0.1", self.port or 0)) as outer:
            self.port = outer.getsockname()[1]
            self.process = subprocess.Popen(["bash", "-c", f'exec 3<&{outer.fileno()} "$@"', "-", DOOR, "--config", config], pass_fds=[outer.fileno()], stderr=subprocess.PIPE, text=True)
        self.key = self.process.stderr.readline().split(" is ")[1].split(":")[0]

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stderr.close()
            self.process = None

    def family(self):
        """Itself and the process of each line."""
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as file:
            return [self.process.pid] + [int(child) for child in file.read().split()]
