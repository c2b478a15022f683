"""The other end of an enrolment's hand-over, by OpenSSL's own program."""
import json
import tarfile

from enrolment_kit import openssl


def open_envelope(folder, envelope):
    """The files of a record, by name, and its manifest as `manifest`; the keys are those that make_identity wrote into the folder."""
    with open(f"{folder}/e.cms", "wb") as file:
        file.write(envelope)
    openssl("cms", "-decrypt", "-binary", "-inform", "DER", "-in", f"{folder}/e.cms", "-recip", f"{folder}/authority.pem", "-inkey", f"{folder}/authority.key", "-out", f"{folder}/e.der")
    openssl("cms", "-verify", "-binary", "-inform", "DER", "-in", f"{folder}/e.der", "-noverify", "-nointern", "-certfile", f"{folder}/appliance.pem", "-out", f"{folder}/e.tar")
    with tarfile.open(f"{folder}/e.tar") as record:
        files = {name: record.extractfile(name).read() for name in record.getnames()}
    return {**files, "manifest": json.loads(files["manifest.json"])}
