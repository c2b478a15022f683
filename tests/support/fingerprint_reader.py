"""The finger on libfprint's virtual reader: pictures sent to its socket, and what else can happen to a reader."""
import socket
import struct
import time
import zlib

RETRY, ERROR = -1, -2
TOO_SHORT, REMOVED = 1, 0x100


def grey_png(path):
    """(width, height, pixels) of a grey PNG of 8 bits, without a library."""
    with open(path, "rb") as file:
        data = file.read()
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert (depth, colour) == (8, 0), path
        elif kind == b"IDAT":
            packed += body
        at += size + 12
    rows, above = zlib.decompress(packed), bytes(width)
    out = bytearray()
    for y in range(height):
        kind, row = rows[y * (width + 1)], bytearray(rows[y * (width + 1) + 1:(y + 1) * (width + 1)])
        for x in range(width):
            left, upper, corner = row[x - 1] if x else 0, above[x], above[x - 1] if x else 0
            guess = left + upper - corner
            nearest = min((abs(guess - left), 0, left), (abs(guess - upper), 1, upper), (abs(guess - corner), 2, corner))[2]
            row[x] = (row[x] + (0, left, upper, (left + upper) // 2, nearest)[kind]) & 255
        above = row
        out += row
    return width, height, bytes(out)


class Reader:
    """Lays a finger on, as soon as the driver listens. One connection for each, as libfprint takes one at a time."""

    def __init__(self, path):
        self.path = path

    def send(self, data, patience=10):
        until = time.monotonic() + patience
        while True:
            line = socket.socket(socket.AF_UNIX)
            try:
                line.connect(self.path)
                break
            except OSError:
                line.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)
        with line:
            line.sendall(data)

    def lay_on(self, path):
        width, height, pixels = grey_png(path)
        self.send(struct.pack("=ii", width, height) + pixels)

    def retry(self):
        self.send(struct.pack("=ii", RETRY, TOO_SHORT))

    def unplug(self):
        self.send(struct.pack("=ii", ERROR, REMOVED))
