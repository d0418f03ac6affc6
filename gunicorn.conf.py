"""How gunicorn serves Stay: synchronous workers, forked before the first query, counting into one shared folder."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

worker_class = "sync"
preload_app = False

_VARIABLE, _PREFIX = "PROMETHEUS_MULTIPROC_DIR", "stay-metrics-"
_YOUNG = 60
"""Seconds in which a folder may not be locked yet."""


def _make_folder() -> int:
    """A new folder for the counters, held by a lock; those that a killed server left behind are removed."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if left.stat().st_uid == os.getuid() and time.time() - left.stat().st_mtime > _YOUNG:
                held = os.open(left, os.O_RDONLY | os.O_NOFOLLOW)
                try:
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(left, ignore_errors=True)
                finally:
                    os.close(held)
    os.environ[_VARIABLE] = tempfile.mkdtemp(prefix=_PREFIX)
    lock = os.open(os.environ[_VARIABLE], os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)  # the workers inherit it
    return lock


# Each worker counts in files of its own; /metrics adds them up. Set before any worker imports the counters.
if _VARIABLE not in os.environ:
    _lock = _make_folder()


def child_exit(server: Any, worker: Any) -> None:
    """Gauges of a worker that is gone are not added up any more; its counters stay."""
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    """The folder ends with the server."""
    folder = Path(os.environ[_VARIABLE])
    if folder.name.startswith(_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
