"""Run the demo in a throw-away place and try it from outside: the main job, every persona, a clean stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import httpx
import psutil
from django.conf import settings

from retention.common.embedded.files import free_port
from retention.common.embedded.servers import start_throwaway_servers
from retention.common.errors import DomainError
from retention.demo.generators.shop import ZONE
from retention.demo.services.cast import Login
from retention.demo.services.demo_clock import START, set_clock
from retention.demo.services.keys import write_keys
from retention.demo.services.processes import answers
from retention.demo.services.walk import walk

READY_WITHIN = 1200.0
CUSTOMERS = 2399
"""Households that had joined by the demo's first day; seventy come later."""
POOLS = ("active", "at_risk", "hibernating", "lost", "gone")
MODELS = ("bg_nbd", "mbg_nbd", "pareto_nbd", "gamma_gamma")
Summary = dict[str, Any]


def check_demo(*, say: TextIO) -> Summary:
    """`ok` is true when nothing was found; every problem is a sentence in `problems`."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="stay-demo-") as folder:
        root = Path(folder)
        servers = start_throwaway_servers()
        addresses = servers.addresses
        environment = {
            **os.environ,
            "DATABASE_URL": addresses.database_url,
            "BROKER_URL": addresses.broker_url,
            "CACHE_URL": addresses.cache_url,
        }
        try:
            return _check(root, environment, begin, say)
        finally:
            servers.stop()


def _check(root: Path, environment: dict[str, str], begin: float, say: TextIO) -> Summary:
    set_clock(root, datetime.combine(START.date(), datetime.min.time(), ZoneInfo(ZONE)).replace(hour=10))
    port = free_port()
    demo = _start(root, port, environment, say)
    try:
        _await(demo, port)
        ready = time.monotonic() - begin
        logins = [Login(**line) for line in json.loads((root / "logins.json").read_text())]
        job, problems = _main_job(root, port, environment)
        visits = walk(logins, port=port)
    finally:
        left = _stop(demo)
    problems += [f"{v.host} {v.role}: {problem}" for v in visits for problem in v.problems]
    problems += [f"process {pid} was left behind" for pid in left]
    return {
        "ok": not problems,
        "problems": problems,
        "ready_after_seconds": round(ready, 1),
        "seconds": round(time.monotonic() - begin, 1),
        "main_job": job,
        "personas": [asdict(visit) for visit in visits],
    }


def _start(root: Path, port: int, environment: dict[str, str], say: TextIO) -> subprocess.Popen[bytes]:
    command = _manage("demo", "--root", str(root), "--port", str(port), "--speed", "0")
    command += ["--logins", str(root / "logins.json")]
    return subprocess.Popen(command, env=environment, stdout=say.fileno(), stderr=say.fileno())  # noqa: S603


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]


def _await(demo: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not answers(port):
        if demo.poll() is not None:
            raise DomainError(
                "demo_ended", f"The demo ended with code {demo.returncode}.", mend="Read its output above."
            )
        if time.monotonic() > deadline:
            raise DomainError("demo_slow", "The demo was not ready in time.", mend="Read its output above.")
        time.sleep(0.5)


def _main_job(root: Path, port: int, environment: dict[str, str]) -> tuple[Summary, list[str]]:
    """An event comes in over HTTP, scores are asked for over the command line: who is leaving, and by what measure."""
    problems: list[str] = []
    answer = httpx.post(
        f"http://127.0.0.1:{port}/v1/track",
        auth=(write_keys(root)["shop"], ""),
        json={"userId": "1", "event": "Signed In", "messageId": "demo-check-1", "timestamp": START.isoformat()},
        timeout=30,
    )
    if answer.status_code != 200:
        problems.append(f"/v1/track answered {answer.status_code}")
    score = _json(environment, root, "score", "shop", "--json")
    thresholds = _json(environment, root, "thresholds", "shop", "--json")
    if score.get("customers") != CUSTOMERS:
        problems.append(f"scored {score.get('customers')} customers instead of {CUSTOMERS}")
    empty = [name for name in POOLS if not score.get("pools", {}).get(name)]
    if empty:
        problems.append(f"nobody is {', '.join(empty)}: that can't be")
    unknown = [name for name in MODELS if not score.get("models", {}).get(name, {}).get("identified")]
    if unknown:
        problems.append(f"not identified in the shop: {', '.join(unknown)}")
    observed = [line for line in thresholds if line["source"] == "observed"]
    if not observed:
        problems.append("no category has a threshold of its own")
    job = {"pools": score.get("pools"), "as_of": score.get("as_of"), "own_thresholds": len(observed)}
    return job, problems


def _json(environment: dict[str, str], root: Path, *arguments: str) -> Any:
    clocked = {**environment, "STAY_CLOCK": f"file:{root / 'clock'}"}
    done = subprocess.run(  # noqa: S603
        _manage(*arguments), env=clocked, capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode != 0:
        raise DomainError("main_job", f"{' '.join(arguments)} failed: {done.stdout} {done.stderr[-2000:]}", mend="")
    return json.loads(done.stdout)


def _stop(demo: subprocess.Popen[bytes]) -> list[int]:
    """Ctrl-C, then the ids of processes that outlived it."""
    children = psutil.Process(demo.pid).children(recursive=True) if demo.poll() is None else []
    demo.send_signal(signal.SIGINT)
    try:
        demo.wait(60)
    except subprocess.TimeoutExpired:
        demo.kill()
    _gone, alive = psutil.wait_procs(children, timeout=5)
    return [process.pid for process in alive]
