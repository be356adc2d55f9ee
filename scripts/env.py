"""Makes the environment ``.venv`` as requirements.txt locks it, and mends a half-made one.

The stamp in ``.venv`` says what it was made from and is written last; as long as it agrees
there is nothing to do. One run at a time works, the others wait for it.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "stamp"
LOCK = ROOT / "requirements.txt"


def main() -> int:
    """Exit code: 0 when the environment is there, 2 when it could not be made."""
    base, content = made_with(), made_from()
    if stamp() == [base, content]:
        return 0
    if importlib.util.find_spec("ensurepip") is None:
        return failed(
            f"{sys.executable} comes without venv.",
            "Install that part (Debian, Ubuntu: apt-get install python3-venv) and run again.",
        )
    lock = os.open(ROOT, os.O_RDONLY)
    # pip inherits the lock, so that it holds even where only this process is killed
    os.set_inheritable(lock, True)
    fcntl.flock(lock, fcntl.LOCK_EX)
    if stamp() == [base, content]:
        return 0
    print("Making the environment (the first time takes a minute or two) …", file=sys.stderr)
    try:
        make(base)
    except subprocess.CalledProcessError:
        return failed("a step did not succeed, see above.", "Mend the cause and run again.")
    STAMP.write_text(f"{base}\n{content}\n", encoding="utf-8")
    return 0


def make(base: str) -> None:
    """Install into a fresh environment, or into the old one where its Python is the same."""
    found = stamp()
    STAMP.unlink(missing_ok=True)
    if found is None or found[0] != base:
        run(sys.executable, "-I", "-m", "venv", "--clear", str(VENV))
    pip = [str(VENV / "bin" / "python"), "-I", "-m", "pip"]
    options = ["--quiet", "--quiet", "--disable-pip-version-check", "--no-input"]
    run(*pip, "install", *options, "--require-hashes", "--requirement", str(LOCK))
    own = ["--no-deps", "--no-build-isolation", "--editable"]
    run(*pip, "install", *options, *own, str(ROOT))


def run(*command: str) -> None:
    """Run a command, its output going where ours goes; raises CalledProcessError."""
    subprocess.run(command, check=True, close_fds=False)


def stamp() -> list[str] | None:
    """The stamp's two lines, None where the environment is missing or half-made."""
    try:
        return STAMP.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None


def made_with() -> str:
    """What an environment cannot outlive: the Python, its version and the folder."""
    return f"{sys.executable} {sys.version_info[:3]} {ROOT}"


def made_from() -> str:
    """Hash of the lock and of what pyproject.toml says of the package, not of the tools."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = [project["build-system"], project["project"], project["tool"]["hatch"]]
    return hashlib.sha256(LOCK.read_bytes() + repr(parts).encode()).hexdigest()


def failed(found: str, do: str) -> int:
    """Tell what was tried, what was found and what to do; the exit code."""
    print(f"Making the environment {VENV}: {found} {do}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
