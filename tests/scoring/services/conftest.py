"""Runs by themselves: what the floors above do after each is tried in their own tests."""

from __future__ import annotations

import pytest

from retention.scoring.services import after_run

OWN = ("false churn",)


@pytest.fixture(autouse=True)
def floors_above_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """No segment is counted and no monitor asked after a run."""
    for act in [act for act in after_run.acts if act.name not in OWN]:
        monkeypatch.delitem(after_run.acts._things, act.name)
