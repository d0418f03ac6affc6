"""Ends a process group when the process that made it is gone, even by kill -9.

It leads the group, so the group's number is known before the first member starts and can't be given to others
while it lives. Its standard input is a pipe that the maker holds open: the end of it is the end of the maker.
"""

from __future__ import annotations

import os
import signal
import sys
import time

_GRACE_SECONDS = 5.0


def guard() -> None:
    """Waits for the end of standard input; then nothing of the group stays, this process included."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if sys.stdin.readline().strip() == "done":
        return
    os.killpg(0, signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    guard()
