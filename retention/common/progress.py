"""A progress bar for a person at a terminal; silent everywhere else."""

from __future__ import annotations

from typing import Protocol, TextIO

WIDTH = 30


class Progress(Protocol):
    """What services report to: `done` of `total`, in the unit of the work at hand."""

    def __call__(self, done: int, total: int) -> None: ...


def no_progress(done: int, total: int) -> None:
    """Reports to nobody."""


class TerminalBar:
    """Redraws one line of `stream`, only when the shown percentage changes."""

    def __init__(self, stream: TextIO, label: str) -> None:
        self.stream = stream
        self.label = label
        self.shown = -1

    def __call__(self, done: int, total: int) -> None:
        percent = 100 if total <= 0 else min(100, 100 * done // total)
        if percent == self.shown:
            return
        self.shown = percent
        filled = WIDTH * percent // 100
        end = "\n" if percent == 100 else ""
        self.stream.write(f"\r{self.label} [{'#' * filled}{'.' * (WIDTH - filled)}] {percent:3d} %{end}")
        self.stream.flush()


def progress_on(stream: TextIO, label: str) -> Progress:
    """A bar when `stream` is a terminal, else silence."""
    return TerminalBar(stream, label) if stream.isatty() else no_progress
