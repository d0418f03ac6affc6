"""No tracked file names a folder of somebody's machine or a registry's address: both would tie the project to them.

Exits 1 and says where. A path that a reader makes up as an example is written with an ellipsis or a word in capitals.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOUND = {
    "a path of one machine": re.compile(r"(?<![\w.:/…-])/(?:work|root|home|Users|mnt|private)/[\w.]"),
    "a registry's address": re.compile(
        r'^\s*"resolved"\s*:|--(?:extra-)?index-url|^\s*index-url|registry\.(?:npmjs|yarnpkg)|(?:files\.pythonhosted|pypi)\.org',
        re.MULTILINE,
    ),
}


def main() -> int:
    """How many lines say what they should not, as an exit code."""
    found = list(_findings())
    for finding in found:
        print(finding)
    return 1 if found else 0


def _findings() -> Iterator[str]:
    for path in _tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:  # pictures
            continue
        for what, pattern in FOUND.items():
            for match in pattern.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                yield f"{path.relative_to(ROOT)}:{line}: {what}"


def _tracked() -> Iterator[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in listed.split("\0"):
        path = ROOT / name
        if name and path.is_file() and not path.is_symlink() and path != Path(__file__).resolve():
            yield path


if __name__ == "__main__":
    sys.exit(main())
