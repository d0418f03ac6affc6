"""The supervisor with real children: what it starts it ends, whatever ends it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from retention.common.embedded.files import free_port
from retention.common.errors import DomainError
from retention.demo.services.processes import demo_processes
from retention.demo.supervisor import ProcessSpec, Supervisor, http_ready

PROJECT = Path(__file__).resolve().parents[2]
# A child with a child of its own; both are deaf to SIGTERM when asked, and say their numbers.
FAMILY = """
import os, signal, sys, time
if "deaf" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
with open(sys.argv[1], "a") as file:
    file.write(f"{os.getpid()}\\n")
time.sleep(600)
"""
RUN = """
import sys
from pathlib import Path
from retention.demo.supervisor import ProcessSpec, run_processes
pids = Path(sys.argv[1])
both = lambda: pids.exists() and len(pids.read_text().splitlines()) == 4
family = [sys.executable, "-c", sys.argv[2], sys.argv[1], *sys.argv[3:]]
run_processes([ProcessSpec("first", family), ProcessSpec("second", family, ready=both)],
              on_ready=lambda: print("ready", flush=True))
print("stopped", flush=True)
"""


def is_alive(pid: int) -> bool:
    """False for a zombie, too: it has ended and only waits to be counted."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def none_alive(pids: list[int], *, within: float) -> bool:
    deadline = time.monotonic() + within
    while any(is_alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def pids(tmp_path: Path) -> Iterator[Path]:
    """Where the family writes its numbers; whatever is alive in the end is ended."""
    path = tmp_path / "pids"
    yield path
    for pid in numbers(path):
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)


def numbers(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def start(pids: Path, *words: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(pids), FAMILY, *words], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_children_and_grandchildren(pids: Path, number: int) -> None:
    process = start(pids)
    process.send_signal(number)
    assert process.communicate(timeout=10)[0] == "stopped\n"
    assert process.returncode == 0
    assert len(numbers(pids)) == 4
    assert none_alive(numbers(pids), within=0.5)


def test_a_second_ctrl_c_does_not_wait_for_the_deaf(pids: Path) -> None:
    process = start(pids, "deaf")
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=10)[0] == "stopped\n"
    assert time.monotonic() - began < 5
    assert none_alive(numbers(pids), within=0.5)


def test_killing_the_supervisor_ends_them_all_the_same(pids: Path) -> None:
    process = start(pids, "deaf")
    process.kill()
    process.communicate()
    assert len(numbers(pids)) == 4
    assert none_alive(numbers(pids), within=15)


def test_a_child_that_ends_by_itself_ends_all_aloud(pids: Path, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "short.log"
    short = [sys.executable, "-c", "import time, sys; time.sleep(0.5); print('no more'); sys.exit(3)"]
    family = [sys.executable, "-c", FAMILY, str(pids)]
    ready = lambda: len(numbers(pids)) == 2  # noqa: E731
    with (
        pytest.raises(DomainError) as caught,
        Supervisor([ProcessSpec("family", family, ready=ready), ProcessSpec("short", short, log=log)]) as running,
    ):
        running.watch()
    assert caught.value.code == "process_ended"
    assert caught.value.message == "The process short ended by itself (exit 3). Its log ends with:\nno more"
    assert none_alive(numbers(pids), within=0.5)


def test_a_child_that_is_never_ready_is_not_waited_for_forever(pids: Path) -> None:
    family = [sys.executable, "-c", FAMILY, str(pids)]
    with (
        pytest.raises(DomainError) as caught,
        Supervisor([ProcessSpec("family", family, ready=lambda: False)], ready_within=1),
    ):
        pytest.fail("it was never ready")
    assert caught.value.message == "Not ready after 1 seconds: family."
    assert none_alive(numbers(pids), within=0.5)


def test_an_error_in_the_block_stops_them_too(pids: Path) -> None:
    family = [sys.executable, "-c", FAMILY, str(pids)]
    before = signal.getsignal(signal.SIGINT)  # ignored, where a shell started the suite in the background
    with (
        pytest.raises(ValueError, match="mine"),
        Supervisor([ProcessSpec("family", family, ready=lambda: len(numbers(pids)) == 2)]),
    ):
        raise ValueError("mine")
    assert none_alive(numbers(pids), within=0.5)
    assert signal.getsignal(signal.SIGINT) is before


def test_environment_reaches_the_child_and_http_says_when_it_is_ready(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    server = [
        sys.executable,
        "-c",
        "import os; print(os.environ['WORD'], flush=True); from http.server import *; "
        f"HTTPServer(('127.0.0.1', {port}), SimpleHTTPRequestHandler).serve_forever()",
    ]
    spec = ProcessSpec("web", server, environment={"WORD": "hello"}, log=log, ready=http_ready(port, "/"))
    with Supervisor([spec]):
        assert log.read_text().splitlines()[0] == "hello"
        assert http_ready(port, "/nothing-here")() is False
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_the_demo_s_web_and_worker_find_the_project_wherever_it_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    specs = {spec.name: spec for spec in demo_processes(tmp_path, port=free_port(), speed=0)}
    for name, only_load in (("web", "--check-config"), ("worker", "--help")):
        spec = specs[name]
        tried = subprocess.run(
            [*spec.command, only_load], cwd=spec.folder, capture_output=True, text=True, check=False
        )
        assert tried.returncode == 0, tried.stderr
