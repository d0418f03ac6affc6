"""How often each kill -9 test is repeated."""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random

import pytest

from retention.common.environment import Environment
from tests.chaos.installation import Installation


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `chance` runs once a round, each with a seed of its own: two rounds, 20 by `make chaos`."""
    if "chance" in metafunc.fixturenames:
        rounds = Environment(os.environ).integer("STAY_CHAOS_ROUNDS", 2, at_least=1)
        metafunc.parametrize("chance", range(rounds), indirect=True, ids=lambda number: f"round{number}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """All of this folder is marked. Two rounds of sending are one for each kind of provider; more are all for both."""
    for item in items:
        if "/chaos/" in item.nodeid or item.nodeid.startswith("chaos/"):
            item.add_marker(pytest.mark.chaos)
    if "STAY_CHAOS_ROUNDS" in os.environ:
        return
    twice = [item for item in items if _is_other_provider(item)]
    if twice:
        config.hook.pytest_deselected(items=twice)
        items[:] = [item for item in items if item not in set(twice)]


def _is_other_provider(item: pytest.Item) -> bool:
    """A round of sending that `make chaos` alone runs: the first without keys, the second with."""
    given = getattr(item, "callspec", None)
    if given is None or "chance" not in given.params or "stage" not in given.params:
        return False
    return bool(given.params["stage"]) != (given.params["chance"] == 0)


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> Random:
    """The round's own dice, the same in every run."""
    return Random(request.param)


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """One for all tests of a worker: make tenants of your own in it."""
    own = Installation()
    yield own
    own.stop()
