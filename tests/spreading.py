"""How the suite is spread over its workers: who works on what, and in which order.

Half of what the longest tests do is wait for processes and pages, so there are two workers a core. Tests that share
something dear (an installation, a world with its browser) stay together, and the longest begin first, so that no
worker is left with one of them when the others have done.
"""

from __future__ import annotations

import gc
import os
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

WORKERS_A_CORE = 2
TOGETHER = ("tests/chaos/", "tests/e2e/test_look", "tests/e2e/", "tests/demo/")
"""What begins so is one worker's, by the first that fits; the rest follows test by test, the slow ones first."""


class Spread(LoadScopeScheduling):
    """Hands out what belongs together whole, the most tests first."""

    def _split_scope(self, nodeid: str) -> str:
        return next((begin for begin in TOGETHER if nodeid.startswith(begin)), nodeid)


def pytest_xdist_auto_num_workers() -> int:
    """For ``-n auto``."""
    return WORKERS_A_CORE * len(os.sched_getaffinity(0))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Spread:
    """Ours in place of the one that hands out tests as they come."""
    return Spread(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: there is no need to look through it for garbage again and again."""
    gc.collect()
    gc.freeze()
