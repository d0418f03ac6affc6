"""File locks that the kernel drops with their holder, however it dies.

No process id is ever trusted: ids are reused, and mean nothing in another container. A lock lives as long as one
process has its file open. So a lock that a server inherited (:func:`handed_down`) says truthfully whether that
server, or any child of it, still lives.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retention.common.errors import DomainError

_PAUSE = 0.02


def open_lock(path: Path) -> int:
    """A descriptor of the lock's file, which no child inherits. The caller closes it."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_exclusive(descriptor: int) -> bool:
    """Takes the lock alone; False when somebody else has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_held(path: Path) -> bool:
    """True while any process holds the lock. Ask only inside the mutex: asking takes it for a moment."""
    descriptor = open_lock(path)
    try:
        return not try_exclusive(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def exclusive(path: Path, *, within: float = 180.0) -> Iterator[None]:
    """Holds the lock alone for the block; waits `within` seconds for others first."""
    descriptor = open_lock(path)
    try:
        deadline = time.monotonic() + within
        while not try_exclusive(descriptor):
            if time.monotonic() > deadline:
                raise DomainError(
                    "embedded_busy",
                    f"Another command has been starting or stopping the servers for {within:.0f} seconds.",
                    mend=f"Find it with: fuser {path} and end it.",
                )
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def handed_down(path: Path) -> Iterator[int]:
    """A held lock whose descriptor goes to a child by `pass_fds`; afterwards only the child keeps it."""
    descriptor = open_lock(path)
    try:
        if not try_exclusive(descriptor):
            raise RuntimeError(f"{path} is held: the process it speaks for still lives")
        yield descriptor
    finally:
        os.close(descriptor)
