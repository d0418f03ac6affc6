"""A URL without a row in the matrix fails here; so does a row without a URL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import URLResolver, get_resolver

from tests.isolation.matrix import PUBLIC, TENANT, all_rows


def names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """The name of every pattern as ``reverse`` takes it; a pattern without a name shows as its route."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            below = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names(pattern, below)
        else:
            yield f"{namespace}{pattern.name or f'unnamed {pattern.pattern}'}"


@pytest.mark.parametrize("conf", [TENANT, PUBLIC])
def test_every_url_has_a_row_and_every_row_a_url(conf: str) -> None:
    urls = set(names(get_resolver(conf)))
    rows = {row.name for row in all_rows() if row.conf == conf}
    assert (urls - rows, rows - urls) == (set(), set()), "add or remove rows in tests/isolation/rows/<app>.py"
