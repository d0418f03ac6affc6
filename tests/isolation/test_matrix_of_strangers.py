"""Every address of a thing × role × credential, while another tenant alone holds it: it isn't there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Model

from tenants.context import find_tenant, use_tenant
from tenants.governance.models import Policy
from tests.isolation.asking import ask, label, may
from tests.isolation.matrix import TENANT, Row, all_rows
from tests.isolation.worlds import Worlds, two_worlds

ROWS = [row for row in all_rows() if row.kwargs and row.conf == TENANT]


@pytest.mark.django_db
def test_strangers_begin_empty() -> None:
    for name in ("acme", "rival"):
        with use_tenant(find_tenant(name)):
            assert Policy.objects.count() == 0


@pytest.fixture(scope="module")
def strangers(django_db_setup: None, django_db_blocker: Any) -> Iterator[Worlds]:
    with django_db_blocker.unblock(), two_worlds(twins=False) as worlds:
        yield worlds


def of_things(row: Row, worlds: Worlds) -> bool:
    """Whether the address names rows of the database, and not just words."""
    return any(isinstance(worlds.theirs[path.partition(".")[0]], Model) for path in row.kwargs.values())


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_a_stranger_s_thing_is_not_there(strangers: Worlds, row: Row) -> None:
    if not of_things(row, strangers):
        return
    for visitor in strangers.visitors.values():
        for method in row.methods:
            status = ask(strangers, visitor, row, method, "acme.localhost", theirs=True)
            expected = {404} if may(visitor, row) else {302, 401, 403, 404}
            assert status in expected, f"{visitor.name} {method} {row.name}: {status}"
