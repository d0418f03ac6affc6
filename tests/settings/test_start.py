"""What every command pays before it begins."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("sklearn", "scipy.stats", "scipy.optimize", "matplotlib")
"""Each takes a second or more to load, and few commands need it."""


def test_a_command_starts_without_what_few_need() -> None:
    asked = f"import django, sys; django.setup(); print([name for name in {HEAVY!r} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
