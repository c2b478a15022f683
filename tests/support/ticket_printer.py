"""A receipt printer on a TCP port that keeps what it is sent: answers the status questions of ESC/POS, so that its owner believes it, and
counts the tickets whose bytes began to arrive."""
import hashlib
import socket
import struct
import threading

STATUS_WELL = {1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12}


class TicketPrinter:
    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.captures = []   # bytes of each connection that carried a picture, whole or cut off
        self.lock = threading.Lock()
        self.says = dict(STATUS_WELL)   # its answers to the status questions
        self.dead = False               # it hangs up on whoever calls
        self.closed = False
        self.acceptor = threading.Thread(target=self._accept, daemon=True)
        self.acceptor.start()

    @property
    def settings(self):
        return 'kind = "escpos"\ndevice = "tcp://127.0.0.1:%d"' % self.port

    def close(self):
        self.closed = True
        self.listener.close()

    def tickets(self):
        with self.lock:
            return list(self.captures)

    def _accept(self):
        while not self.closed:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            if self.dead:
                link.close()
                continue
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link):
        taken, answered = b"", 0
        link.settimeout(60)
        try:
            while True:
                got = link.recv(65536)
                if not got:
                    break
                taken += got
                answered = self._answer(link, taken, answered)
        except OSError:
            pass
        finally:
            link.close()
        if b"\x1dv0" in taken:
            with self.lock:
                self.captures.append(taken)

    def _answer(self, link, data, at):
        """Walks over whole commands from `at`, answers questions; gives where it stopped."""
        while at < len(data):
            length = command_length(data, at)
            if length is None or at + length > len(data):
                return at
            if data[at:at + 2] == b"\x10\x04":
                link.sendall(bytes([self.says.get(data[at + 2], 0x12)]))
            elif data[at:at + 2] == b"\x1dr":
                link.sendall(b"\x00")
            at += length
        return at


def command_length(data, at):
    """Bytes of the command at `at`; None when its own head is not whole yet."""
    two = data[at:at + 2]
    if len(two) < 2:
        return None
    if two == b"\x1b@":
        return 2
    if two == b"\x1dv":
        if len(data) < at + 8:
            return None
        across, down = struct.unpack("<HH", data[at + 4:at + 8])
        return 8 + across * down
    if two == b"\x1dV":
        return 4
    assert two in (b"\x1bJ", b"\x1bd", b"\x1dr", b"\x10\x04"), "byte %02x at %d is no command we know" % (data[at], at)
    return 3


def rows(data):
    """The dots of a ticket, row by row as bytes; white rows are b""."""
    at, found = 0, []
    while at < len(data):
        length = command_length(data, at)
        if length is None:
            return found
        if data[at:at + 2] == b"\x1dv":
            across, down = struct.unpack("<HH", data[at + 4:at + 8])
            for row in range(down):
                line = data[at + 8 + row * across:at + 8 + (row + 1) * across]
                if len(line) < across:
                    return found
                found.append(line.rstrip(b"\0"))
        elif data[at:at + 2] == b"\x1bJ":
            found += [b""] * data[at + 2]
        at += length
    return found


def bands(data):
    """Lines of the ticket: runs of rows with ink, from the top; the last may be cut off."""
    result, current = [], []
    for row in rows(data):
        if row:
            current.append(row)
        elif current:
            result.append(current)
            current = []
    return result + [current] if current else result


def identity(data):
    """What two prints of one ticket have in common whatever the clock says: its number, the tallest line near the top. None when the paper
    was cut before the number was whole."""
    lines = bands(data)
    if len(lines) < 5:
        return None
    number = max(lines[:4], key=len)
    return hashlib.sha256(b"\n".join(number)).hexdigest()
