"""A process that uses embedded servers until it is told to end: what the tests of the servers start and kill."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

PROJECT = Path(__file__).resolve().parents[2]


class ServersUser:
    """Joins the servers under `root` in a process of its own; ends with the block unless it was killed."""

    def __init__(
        self,
        root: Path,
        *,
        servers: Sequence[str] = ("postgres",),
        prefix: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        command = [*prefix, sys.executable, "-m", "tests.common.servers_user", str(root), *servers]
        self._process = subprocess.Popen(
            command,
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        self.addresses: dict[str, str] = json.loads(answer) if answer else {}

    def kill(self) -> None:
        """As kill -9 does: no chance to let go of anything."""
        self._process.kill()
        self._process.wait()

    def leave(self) -> None:
        """Ends as a command ends."""
        if self._process.poll() is None:
            self._process.communicate("end\n", timeout=60)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()

    def __enter__(self) -> ServersUser:
        assert self.addresses, "the servers did not start: see the error above"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()


def main(root: str, *servers: str) -> None:
    """Holds the servers until standard input says something or ends."""
    from retention.common.embedded.servers import ensure_servers

    addresses = ensure_servers(Path(root), postgres="postgres" in servers, broker="broker" in servers)
    print(json.dumps(asdict(addresses)), flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main(*sys.argv[1:])
