"""A disk with a write cache that is lost with the power, served to an emulated machine (NBD, over a Unix socket).

What was flushed, or written with FUA, survives. Of the rest a random part reaches the platter when the machine dies: some writes whole, some torn at a
sector, some not at all, in the order they came. `honest=False` is the control: a disk that says a flush is done and does nothing.
"""

import os
import random
import select
import socket
import struct
import threading
import time

SECTOR = 512
FLUSH_S = 0.008             # as a small flash disk takes; the plug is pulled in the middle of many
PENDING_MAX = 64 << 20      # a real cache is bounded too: what is oldest reaches the platter by itself

MAGIC, OPTION, REPLY = 0x4E42444D41474943, 0x49484156454F5054, 0x3E889045565A9
EXPORT_NAME, ABORT, INFO, GO = 1, 2, 6, 7
ACK, UNSUPPORTED, TYPE_INFO = 1, (1 << 31) | 1, 3
READ, WRITE, DISCONNECT, FLUSH = 0, 1, 2, 3
HAS_FLAGS, SEND_FLUSH, SEND_FUA = 1, 4, 8
FUA = 1


class VolatileDisk:
    def __init__(self, path, address, seed, honest=True):
        self.file = os.open(path, os.O_RDWR)
        self.size = os.fstat(self.file).st_size
        self.random = random.Random(seed)
        self.honest = honest
        self.pending, self.pending_bytes, self.flushes, self.dropped, self.torn = [], 0, 0, 0, 0
        self.at_stake = 0
        self.hold, self.held = threading.Event(), threading.Event()   # hold: the next flush does not end before the plug is pulled; held: it has begun
        self.cache = {}                                   # sector → bytes not yet on the platter, the newest
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(address)
        self.listener.listen(1)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def wait_for_the_end(self, seconds=60):
        self.thread.join(seconds)
        assert not self.thread.is_alive(), "the machine still holds its disk"

    def _serve(self):
        line, _ = self.listener.accept()
        self.listener.close()
        self.line = line
        try:
            if self._greet():
                while self._request():
                    pass
        except (ConnectionError, EOFError):
            pass
        self._lose_power()
        line.close()
        os.close(self.file)

    def _take(self, count):
        parts = []
        while count:
            part = self.line.recv(min(count, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def _greet(self):
        self.line.sendall(struct.pack(">QQH", MAGIC, OPTION, 1))
        self._take(4)
        flags = HAS_FLAGS | SEND_FLUSH | SEND_FUA
        while True:
            _, option, length = struct.unpack(">QII", self._take(16))
            self._take(length)
            if option == EXPORT_NAME:
                self.line.sendall(struct.pack(">QH", self.size, flags) + bytes(124))
                return True
            if option in (INFO, GO):
                self.line.sendall(struct.pack(">QIIIHQH", REPLY, option, TYPE_INFO, 12, 0, self.size, flags))
                self.line.sendall(struct.pack(">QIII", REPLY, option, ACK, 0))
                if option == GO:
                    return True
                continue
            self.line.sendall(struct.pack(">QIII", REPLY, option, ACK if option == ABORT else UNSUPPORTED, 0))
            if option == ABORT:
                return False

    def _request(self):
        _, flags, kind, handle, offset, length = struct.unpack(">IHHQQI", self._take(28))
        answer = b""
        if kind == WRITE:
            self._write(offset, self._take(length), durable=bool(flags & FUA) and self.honest)
        elif kind == READ:
            answer = self._read(offset, length)
        elif kind == FLUSH:
            self.flushes += 1
            time.sleep(FLUSH_S)
            self.at_stake = len(self.pending)
            if self.hold.is_set():
                self.held.set()
                for _ in range(2000):
                    if self._is_cut():
                        return False
                    time.sleep(0.01)
            if self._is_cut():
                return False
            if self.honest:
                self._write_through()
        elif kind == DISCONNECT:
            return False
        self.line.sendall(struct.pack(">IIQ", 0x67446698, 0, handle) + answer)
        return True

    def _is_cut(self):
        """The power went while the disk was flushing: what is in the cache has not reached the platter.

        Asked of the line's state, not by reading: the machine may have sent more before it died, and that stands before the end.
        """
        line = select.poll()
        line.register(self.line, 0)                       # a hang-up is told without being asked for
        return bool(line.poll(0))

    def _read(self, offset, length):
        data = bytearray(os.pread(self.file, length, offset))
        for sector in range(offset // SECTOR, (offset + length) // SECTOR):
            newest = self.cache.get(sector)
            if newest is not None:
                data[sector * SECTOR - offset : (sector + 1) * SECTOR - offset] = newest
        return bytes(data)

    def _write(self, offset, data, durable):
        assert offset % SECTOR == 0 and len(data) % SECTOR == 0
        self.pending.append((offset, data, durable))
        self.pending_bytes += len(data)
        for at in range(0, len(data), SECTOR):
            self.cache[(offset + at) // SECTOR] = data[at : at + SECTOR]
        if self.pending_bytes > PENDING_MAX:
            self._write_through()

    def _write_through(self):
        for offset, data, _ in self.pending:
            os.pwrite(self.file, data, offset)
        self.pending, self.pending_bytes, self.cache = [], 0, {}

    def _lose_power(self):
        mood = self.random.choice((0.0, 0.3, 0.7, 0.95))   # how much of its cache this disk had got to
        for offset, data, durable in self.pending:
            if durable or self.random.random() < mood:
                os.pwrite(self.file, data, offset)
            elif self.random.random() < 0.3 and len(data) > SECTOR:
                os.pwrite(self.file, data[: self.random.randrange(1, len(data) // SECTOR) * SECTOR], offset)
                self.torn += 1
            else:
                self.dropped += 1
