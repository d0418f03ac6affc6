"""Every URL × method × role × credential of one tenant, while another holds the same things under the same keys.

Only the wall between them decides whose is shown. Each request is undone; whatever it did, the server must not have
counted a single write to the other's tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Model

from tests.isolation.asking import REFUSALS, ask, label, may
from tests.isolation.matrix import OPEN, TENANT, Row, all_rows
from tests.isolation.worlds import KEY, NOBODY, Worlds, two_worlds

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
PUTS = ("PUT",)
"""Django's form views take a PUT for a POST, as they take HEAD for GET."""
ROWS = all_rows()


@pytest.mark.django_db
def test_twins_have_the_same_keys() -> None:
    with two_worlds(twins=True) as worlds:
        keys = [
            {name: thing.pk for name, thing in world.things.items() if isinstance(thing, Model)}
            for world in (worlds.ours, worlds.theirs)
        ]
    assert keys[0] == keys[1]
    assert len(keys[0]) > 5


@pytest.fixture(scope="module")
def twins(django_db_setup: None, django_db_blocker: Any) -> Iterator[Worlds]:
    with django_db_blocker.unblock(), two_worlds(twins=True) as worlds:
        yield worlds


def hosts(row: Row) -> tuple[str, ...]:
    """The tenant's own host and the stranger's; the platform's for its own doors."""
    return ("acme.localhost", "rival.localhost") if row.conf == TENANT else ("localhost",)


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_nothing_of_a_twin_is_shown_or_changed(twins: Worlds, row: Row) -> None:
    for host in hosts(row):
        at_home = host == "acme.localhost"
        abroad = (twins.visitors[name] for name in ("admin", KEY, NOBODY))  # all sessions are alike there
        for visitor in twins.visitors.values() if at_home else abroad:
            allowed = row.permission == OPEN or (at_home and may(visitor, row))
            for method in row.methods:
                status = ask(twins, visitor, row, method, host)
                said = f"{visitor.name} {method} {row.name} at {host}: {status}"
                assert allowed or status in REFUSALS, said
                if at_home and method == "GET" and visitor.name == "admin" and row.permission != OPEN:
                    assert status < 400, f"{said}: the row reaches nothing"


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_a_method_that_is_not_served_does_nothing(twins: Worlds, row: Row) -> None:
    home = hosts(row)[0]
    served = {*row.methods, *(METHODS[:3] if "GET" in row.methods else ()), *(PUTS if "POST" in row.methods else ())}
    for name, methods in (("admin", METHODS), (NOBODY, ("GET", "POST"))):
        for method in methods:
            if method not in served:
                ask(twins, twins.visitors[name], row, method, home, is_served=False)
