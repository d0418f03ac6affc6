"""The demo's processes: sandbox provider, web, worker, scheduler, and the feeder that moves the clock."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from retention.demo.supervisor import ProcessSpec


def demo_processes(root: Path, *, port: int, speed: float) -> list[ProcessSpec]:
    """What `make demo` runs; each writes its log under `root`. Ready is the web door when /readyz answers 200."""
    python = sys.executable
    manage = str(settings.BASE_DIR / "manage.py")
    logs, home = root / "logs", Path(settings.BASE_DIR)
    web = [python, "-m", "gunicorn", "retention.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    web += ["--worker-class", "sync", "--timeout", "60", "--no-control-socket"]
    worker = [python, "-m", "celery", "-A", "retention.celery", "worker", "--pool", "prefork", "--concurrency", "2"]
    worker += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    feeder = [python, manage, "demo_feed", "--root", str(root), "--port", str(port), "--speed", str(speed)]
    sandbox = [python, manage, "sandbox_provider", "--port", str(urlsplit(settings.STAY_SANDBOX_URL).port)]
    sandbox += ["--ledger", str(root / "sandbox.jsonl")]
    return [
        ProcessSpec("web", web, folder=home, log=logs / "web.log", ready=lambda: answers(port)),
        ProcessSpec("sandbox", sandbox, log=logs / "sandbox.log"),
        ProcessSpec("worker", worker, folder=home, log=logs / "worker.log"),
        ProcessSpec("scheduler", [python, manage, "scheduler", "--every", "10"], log=logs / "scheduler.log"),
        ProcessSpec("feeder", feeder, log=logs / "feeder.log"),
    ]


def answers(port: int) -> bool:
    """Whether /readyz on `port` answers 200."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
