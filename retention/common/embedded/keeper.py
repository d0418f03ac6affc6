"""Stops the servers when their last user is gone, even one that was killed.

One small process beside the servers: five times a second it asks whether anybody still holds the users' lock.
It is started before them and ends after them, so at no moment can a kill leave a server without it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from retention.common.embedded.broker import Broker
from retention.common.embedded.files import read_record
from retention.common.embedded.locks import exclusive, handed_down, is_held
from retention.common.embedded.postgres import Postgres
from retention.common.errors import DomainError

_PAUSE = 0.2
_PROJECT = Path(__file__).resolve().parents[3]


def mutex_of(directory: Path) -> Path:
    """Held while servers are started or stopped."""
    return directory / "mutex.lock"


def users_of(directory: Path) -> Path:
    """Held, shared, by every process that uses the servers."""
    return directory / "users.lock"


def keeper_of(directory: Path) -> Path:
    """Held by the keeper."""
    return directory / "keeper.lock"


def stop_unused(directory: Path) -> bool:
    """Inside the mutex: stops both servers unless somebody uses them. True when nothing runs any more."""
    if is_held(users_of(directory)):
        return False
    servers = (Broker(directory / "broker"), Postgres(directory / "postgres", Path()))
    for server in servers:
        server.stop()
    return not any(server.is_alive() for server in servers)


def remove_throwaway(directory: Path) -> None:
    """Inside the mutex: removes a directory that was made for one run.

    It is renamed first, so that nobody who comes just then makes a lock's file anew in what is being removed.
    """
    if read_record(directory / "throwaway.json"):
        gone = directory.with_suffix(".gone")
        directory.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def start_keeper(directory: Path) -> None:
    """Inside the mutex: makes sure that a keeper lives."""
    if is_held(keeper_of(directory)):
        return
    with handed_down(keeper_of(directory)) as descriptor:
        keeper = [sys.executable, "-m", "retention.common.embedded.keeper", str(directory), str(descriptor)]
        # Through a shell that ends at once: the keeper is nobody's child and leaves no zombie.
        subprocess.run(
            ["/bin/sh", "-c", '"$@" &', "sh", *keeper],
            pass_fds=(descriptor,),
            cwd=_PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=True,
        )


def keep(directory: Path, descriptor: int) -> None:
    """Waits for the last user, stops the servers, and removes a throw-away directory."""
    mine = os.fstat(descriptor).st_ino
    while True:
        time.sleep(_PAUSE)
        try:
            if keeper_of(directory).stat().st_ino != mine:
                return  # the directory was replaced under us: another keeper has it
            with exclusive(mutex_of(directory), within=0):
                if stop_unused(directory):
                    remove_throwaway(directory)
                    os.close(descriptor)  # before the mutex opens: the next user starts a keeper of its own
                    return
        except FileNotFoundError:
            return
        except (DomainError, OSError, subprocess.SubprocessError):
            continue  # somebody is starting or stopping, or a stop took too long: ask again


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]))
