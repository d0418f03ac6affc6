"""What upper floors do when a run has come into force: segments take their snapshot, for example."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from retention.common.registry import Registry
from retention.scoring.models import ScoreRun


@dataclass(frozen=True)
class AfterRun:
    """An act by its name. It may run twice for one run and must not mind."""

    name: str
    act: Callable[[ScoreRun], None]


acts: Registry[AfterRun] = Registry("act after a score run", key=lambda act: act.name)


def register(name: str, act: Callable[[ScoreRun], None]) -> None:
    """Call `act` with each run that has come into force; from an app's ``ready()``."""
    acts.register(AfterRun(name, act))


def run_acts(run: ScoreRun) -> None:
    """Call them all, in order of registration."""
    for after in acts:
        after.act(run)
