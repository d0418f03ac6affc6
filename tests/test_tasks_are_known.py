"""A worker knows every task that the code defines: a message of an unknown one would be thrown away."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("retention", "tenants", "feedback", "campaigns")
DEFINED = re.compile(r"^@(?:tenant|platform)_task\(\s*name=\"([\w.]+)\"", re.MULTILINE)
ASK = """
import django
from retention.celery import app
django.setup()
app.loader.import_default_modules()
print(*(name for name in app.tasks if not name.startswith("celery.")))
"""


def test_a_fresh_worker_knows_every_task() -> None:
    sources = (
        path for room in ("retention", "tenants", "feedback", "campaigns") for path in (ROOT / room).rglob("*.py")
    )
    defined = {name for path in sources for name in DEFINED.findall(path.read_text())}
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "retention.settings.test"}
    done = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert set(done.stdout.split()) == defined, done.stderr[-2000:]
    assert "tenants.run_chore" in defined
