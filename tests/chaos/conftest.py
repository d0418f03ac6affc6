"""How often each kill -9 test is repeated."""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random

import pytest

from retention.common.environment import Environment
from tests.chaos.installation import Installation


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `chance` runs once a round, each with a seed of its own: one round, 20 by `make chaos`."""
    if "chance" in metafunc.fixturenames:
        rounds = Environment(os.environ).integer("STAY_CHAOS_ROUNDS", 1, at_least=1)
        metafunc.parametrize("chance", range(rounds), indirect=True, ids=lambda number: f"round{number}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder is marked."""
    for item in items:
        if "/chaos/" in item.nodeid or item.nodeid.startswith("chaos/"):
            item.add_marker(pytest.mark.chaos)


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
