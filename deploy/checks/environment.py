"""Puts the pinned packages of requirements.txt into the cache on first use and makes them importable."""

import hashlib
import os
import pathlib
import shutil
import site
import subprocess
import sys

DEPLOY = pathlib.Path(__file__).resolve().parent.parent
TOP = DEPLOY.parent
REQUIREMENTS = DEPLOY / "requirements.txt"


def ensure():
    """The cache folder's name holds the requirements' hash and the Python version: a changed pin is a new folder."""
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    cache = pathlib.Path(os.environ.get("TAILRACE_CACHE") or TOP / ".cache")
    folder = cache / f"deploy-validate-{digest}-py{sys.version_info.major}.{sys.version_info.minor}"
    if not folder.is_dir():
        install(folder)
    site.addsitedir(str(folder))
    sys.path.insert(0, sys.path.pop(sys.path.index(str(folder))))


def install(folder):
    print(f"installing the packages of {REQUIREMENTS.relative_to(TOP)} into {folder}", file=sys.stderr)
    building = folder.with_name(f"{folder.name}.{os.getpid()}")
    virtual = building.with_name(f"{building.name}.venv")
    building.parent.mkdir(parents=True, exist_ok=True)
    try:
        command = [interpreter_with_pip(virtual), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
                   "--only-binary", ":all:", "--target", str(building), "--requirement", str(REQUIREMENTS)]
        if subprocess.run(command).returncode != 0:
            sys.exit("the packages could not be installed: pip's message above says why; the package index must be reachable once")
        if not folder.is_dir():
            building.rename(folder)
    finally:
        for leftover in (building, virtual):
            shutil.rmtree(leftover, ignore_errors=True)


def interpreter_with_pip(virtual):
    made = subprocess.run([sys.executable, "-m", "venv", str(virtual)], capture_output=True)
    if made.returncode == 0:
        return str(virtual / "bin" / "python")
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return sys.executable
    sys.exit("Python has neither venv nor pip; on Debian: apt-get install python3-venv")
