#!/usr/bin/env python3
"""extract.py PACKAGE OUT: the two models and the resting face out of the package's one file, at the places its own loader names."""
import hashlib
import os
import re
import sys

WANTED = {
    "face_detection_short_range.tflite": ("face_detection.tflite", "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633"),
    "face_landmark.tflite": ("face_landmark.tflite", "c603fa6149219a3e9487dc9abd7a0c24474c77263273d24868378cdf40aa26d1"),
    "geometry_pipeline_metadata_landmarks.binarypb": ("face_geometry.binarypb", "bdbcda96dfcb7da883da124aaa2c55dee49770d934f0fcc71747f8c21bdc75b4"),
}


def main(package, out):
    with open(os.path.join(package, "face_mesh_solution_packed_assets.data"), "rb") as file:
        data = file.read()
    with open(os.path.join(package, "face_mesh_solution_packed_assets_loader.js"), encoding="utf-8") as file:
        places = re.findall(r'"filename": "([^"]+)", "start": (\d+), "end": (\d+)', file.read())
    found = {os.path.basename(name): data[int(start):int(end)] for name, start, end in places}
    for name, (target, digest) in WANTED.items():
        if hashlib.sha256(found.get(name, b"")).hexdigest() != digest:
            sys.exit("extract.py: %s is missing or another than the one that is known" % name)
        with open(os.path.join(out, target), "wb") as file:
            file.write(found[name])


if __name__ == "__main__":
    main(*sys.argv[1:])
