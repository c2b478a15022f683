"""What a desk has that enrols, as folders and files: devices that are doubles, an authority, an appliance."""
import os
import shutil
import struct
import subprocess
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "enrolment", "data")
PROFILES = os.path.join(HERE, "..", "..", "examples", "enrolment")


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def make_identity(folder, name, more=()):
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem", "-subj", f"/CN={name}", "-days", "20", *more)


def make_signature(path):
    """Strokes on white, as a PNG by hand: no library for it."""
    width, height = 600, 200
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        rows += bytes(0 if abs(y - (100 + 60 * ((x // 40) % 2 * 2 - 1) * (x % 40) / 40)) < 3 else 255 for x in range(width))
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b""))


class Kit:
    """The folders that stand for camera, reader and pen."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("camera", "finger/right_index", "finger/left_index", "finger/right_thumb", "pen"):
            os.makedirs(os.path.join(folder, name))
        self.fill()
        make_signature(os.path.join(folder, "pen", "a.png"))

    def fill(self, faces=("A_neutral.jpg", "B_neutral.jpg"), right=("f1_0.png", "f1_1.png", "f1_2.png"), left=("f2_0.png", "f2_1.png", "f2_2.png")):
        for name, pictures in (("camera", faces), ("finger/right_index", right), ("finger/left_index", left), ("finger/right_thumb", ("f3_0.png", "f3_1.png"))):
            for old in os.listdir(os.path.join(self.folder, name)):
                if os.path.isfile(os.path.join(self.folder, name, old)):
                    os.unlink(os.path.join(self.folder, name, old))
            for picture in pictures:
                shutil.copy(os.path.join(DATA, "faces" if name == "camera" else "fingers", picture), os.path.join(self.folder, name))

    def burst(self, first, others):
        """The camera shows this picture, and then the others of its burst."""
        self.fill(faces=(first,))
        folder = os.path.join(self.folder, "camera", os.path.splitext(first)[0])
        os.mkdir(folder)
        for number, picture in enumerate(others):
            shutil.copy(os.path.join(DATA, "faces", picture), os.path.join(folder, f"{number}.jpg"))

    def fault(self, device, what=None):
        path = os.path.join(self.folder, device, "fault")
        if what is None:
            if os.path.exists(path):
                os.unlink(path)
        else:
            with open(path, "w") as file:
                file.write(what)

    def settings(self, work, handover, worker, models="", ca_file=""):
        """Of skranked.toml, for desk-1."""
        return f'''
[enrolment]
profiles = "{PROFILES}"
{f'models = "{models}"' if models else ""}
{f'ca_file = "{ca_file}"' if ca_file else ""}
worker = "{worker}"
handover = "{handover}"
recipient.certificate = "{work}/authority.pem"
appliance.certificate = "{work}/appliance.pem"
appliance.key = "{work}/appliance.key"
[[enrolment.kit]]
desk = "desk-1"
camera = "file:{self.folder}/camera"
finger = "file:{self.folder}/finger"
pen = "file:{self.folder}/pen"
'''
