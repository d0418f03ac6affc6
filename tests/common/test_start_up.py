"""Every command, worker and web process starts with what it needs, not with what a few of its acts need."""

from __future__ import annotations

import os
import subprocess
import sys

HEAVY = ("pandas", "scipy.stats", "scipy.optimize", "sklearn", "openpyxl", "pyarrow")
START = f"""
import sys, django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
import retention.celery
print(*sorted(name for name in {HEAVY} if name in sys.modules))
"""


def test_no_library_that_takes_a_second_to_load_is_loaded_at_the_start() -> None:
    settings = {**os.environ, "DJANGO_SETTINGS_MODULE": "retention.settings.test"}
    told = subprocess.run([sys.executable, "-c", START], env=settings, capture_output=True, text=True, check=True)
    assert told.stdout.split() == []
