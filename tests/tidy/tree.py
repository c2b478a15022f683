"""The files of the project, for the checks beside this file."""
import os
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PRODUCT = ("system", "core", "wire", "db", "printer", "display", "devices", "enrolment", "agent", "daemon", "sim", "web")
CPP = (".cpp", ".hpp", ".h", ".c")


def files(*folders, ends=("",)):
    """Paths below ROOT, sorted: what git knows, else (an unpacked archive) what lies there."""
    known = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True, check=False)
    if known.returncode == 0:
        paths = [path for path in known.stdout.decode().split("\0") if path]
    else:
        paths = [os.path.relpath(os.path.join(folder, name), ROOT)
                 for folder, _, names in os.walk(ROOT) for name in names if "/node_modules" not in folder and "/build" not in folder]
    wanted = tuple(folder + "/" for folder in folders)
    return sorted(path for path in paths
                  if (not folders or path.startswith(wanted)) and path.endswith(ends) and os.path.isfile(os.path.join(ROOT, path)))


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as file:
        return file.read()
