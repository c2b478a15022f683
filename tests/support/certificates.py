"""Certificates for daemons of the tests."""
import os
import subprocess


def make_certificate(folder, name):
    """A self-signed pair for 127.0.0.1 with a key of its own."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=skranke.example",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", os.path.join(folder, name + ".key"), "-out", os.path.join(folder, name + ".pem")],
                   check=True, capture_output=True, timeout=20)
