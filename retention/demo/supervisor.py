"""Runs processes together: all start, all are ready, all stop, and none is left behind.

The children share one process group, led by a guardian that ends it should this process be killed. A child that
ends by itself ends them all, aloud: nothing is restarted in silence. A second Ctrl-C does not wait for politeness.
"""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType

from retention.common.embedded.files import last_lines
from retention.common.errors import DomainError

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PAUSE = 0.1


@dataclass(frozen=True)
class ProcessSpec:
    """One process: its command, what it sees beside our environment, where it begins (None: where we did), where its
    words go, how it says it is ready."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    log: Path | None = None
    ready: Callable[[], bool] | None = None


class Supervisor:
    """The processes of `specs` for one `with` block; inside it all are ready and Ctrl-C raises KeyboardInterrupt."""

    def __init__(self, specs: Sequence[ProcessSpec], *, ready_within: float = 90.0, stop_within: float = 15.0) -> None:
        self._specs = specs
        self._ready_within = ready_within
        self._stop_within = stop_within
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._asked_to_stop = 0
        self._may_interrupt = False

    def __enter__(self) -> Supervisor:
        self._former = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        self._guardian = _start_guardian()
        try:
            for spec in self._specs:
                self._start(spec)
                self._await_ready(spec)
        except BaseException:
            self._stop()
            raise
        self._may_interrupt = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._may_interrupt = False
        self._stop()

    def watch(self) -> None:
        """Stays until Ctrl-C; raises when a process ends by itself."""
        while True:
            self.refuse_ended()
            time.sleep(_PAUSE)

    def refuse_ended(self) -> None:
        """Raises when a process has ended by itself."""
        for spec in self._specs:
            code = self._children[spec.name].poll() if spec.name in self._children else None
            if code is not None:
                said = f" Its log ends with:\n{last_lines(spec.log)}" if spec.log else ""
                raise DomainError(
                    "process_ended",
                    f"The process {spec.name} ended by itself ({_how(code)}).{said}",
                    mend=f"Read {spec.log}." if spec.log else "See its output above.",
                )

    def _start(self, spec: ProcessSpec) -> None:
        if self._asked_to_stop:
            raise KeyboardInterrupt
        output: int | None = None
        if spec.log is not None:
            spec.log.parent.mkdir(parents=True, exist_ok=True)
            output = os.open(spec.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._children[spec.name] = subprocess.Popen(
                list(spec.command),
                env={**os.environ, **spec.environment},
                cwd=spec.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=self._guardian.pid,
            )
        finally:
            if output is not None:
                os.close(output)

    def _await_ready(self, spec: ProcessSpec) -> None:
        """Nothing else starts before `spec` is ready, if it can say so: it gets all of the machine."""
        deadline = time.monotonic() + self._ready_within
        while spec.ready is not None and not spec.ready():
            if self._asked_to_stop:
                raise KeyboardInterrupt
            self.refuse_ended()
            if time.monotonic() > deadline:
                raise DomainError(
                    "process_not_ready",
                    f"Not ready after {self._ready_within:.0f} seconds: {spec.name}.",
                    mend=f"Read: {spec.log}",
                )
            time.sleep(_PAUSE)

    def _stop(self) -> None:
        asked_before = self._asked_to_stop
        for child in self._children.values():
            with suppress(ProcessLookupError):
                child.terminate()
        deadline = time.monotonic() + self._stop_within
        while any(child.poll() is None for child in self._children.values()):
            if time.monotonic() > deadline or self._asked_to_stop > asked_before:
                break
            time.sleep(0.02)
        with suppress(ProcessLookupError):
            os.killpg(self._guardian.pid, signal.SIGKILL)  # grandchildren and the deaf, the guardian too
        for process in (*self._children.values(), self._guardian):
            process.wait()
        for pipe in (self._guardian.stdin, self._guardian.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop += 1
        if self._may_interrupt:
            raise KeyboardInterrupt


def run_processes(specs: Sequence[ProcessSpec], *, on_ready: Callable[[], None] = lambda: None) -> None:
    """Runs them until Ctrl-C or SIGTERM; `on_ready` is called once. Raises DomainError when one ends by itself."""
    with suppress(KeyboardInterrupt), Supervisor(specs) as running:
        on_ready()
        running.watch()


def http_ready(port: int, path: str, *, host: str = "localhost") -> Callable[[], bool]:
    """A `ready` that asks 127.0.0.1:`port` for `path` under the name `host`."""

    def ask() -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path, headers={"Host": host})
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ask


def _start_guardian() -> subprocess.Popen[bytes]:
    program = Path(__file__).with_name("guardian.py")
    guardian = subprocess.Popen(
        [sys.executable, "-I", str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
    )
    assert guardian.stdout is not None
    guardian.stdout.readline()  # from here on it hears no signal but the last one
    return guardian


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"
