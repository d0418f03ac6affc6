"""A command of Stay in a process group of its own, to be killed at a chosen moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]


class StayProcess:
    """`python WORDS` (such as `manage.py score acme`) until it ends or is killed; the block's end kills what is left.

    Output goes to files, so that a process is never held up by a pipe that nobody reads.
    """

    def __init__(self, words: Sequence[str], *, environment: Mapping[str, str] | None = None) -> None:
        self._words = list(words)
        self._output = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, *self._words],
            cwd=PROJECT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._errors,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """The leader's number; the group has the same."""
        return self._process.pid

    def is_running(self) -> bool:
        """False once the leader has ended."""
        return self._process.poll() is None

    def kill(self) -> None:
        """kill -9 of the whole group."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def kill_when(self, moment: Callable[[], bool], *, within: float = 60.0) -> bool:
        """Kills the group as soon as `moment` is true; False when it ended by itself before."""
        deadline = time.monotonic() + within
        while not moment():
            if not self.is_running():
                return False
            assert time.monotonic() < deadline, f"the moment to kill {self} never came"
            time.sleep(0.002)
        running = self.is_running()
        self.kill()
        return running

    def wait(self, *, within: float = 120.0) -> int:
        """Its exit code."""
        return self._process.wait(timeout=within)

    def wait_at_most(self, seconds: float) -> None:
        """Returns when it has ended, or then."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=seconds)

    def lines(self) -> list[str]:
        """What it has said so far, whole lines only."""
        self._output.flush()
        said = os.pread(self._output.fileno(), 1 << 26, 0).decode(errors="replace")
        return said.rpartition("\n")[0].split("\n") if "\n" in said else []

    def errors(self) -> str:
        """What it has said on standard error."""
        return os.pread(self._errors.fileno(), 1 << 20, 0).decode(errors="replace")

    def __str__(self) -> str:
        return f"{' '.join(self._words)} (exit {self._process.poll()})\n{self.errors()[-2000:]}"

    def __enter__(self) -> StayProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self._output.close()
        self._errors.close()


def run_stay(*words: str, environment: Mapping[str, str] | None = None, within: float = 300.0) -> Any:
    """`manage.py WORDS --json` to its end: what it answered. Fails the test when it refused."""
    with StayProcess(["manage.py", *words, "--json"], environment=environment) as command:
        assert command.wait(within=within) == 0, f"{command}\n{command.lines()[-5:]}"
        return json.loads(command.lines()[-1])
