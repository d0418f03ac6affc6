"""Drawing: stable, even, independent of the crowd, and the same in Python and in SQL."""

from __future__ import annotations

from collections import Counter
from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from campaigns.science.assignment import BUCKETS, bounds_of, bucket_of, bucket_sql, place_of, split_rest
from tenants.models import Tenant

SALTS = ("a", "Spring 2026", "盐", "it's | 100%", "")


def test_the_formula_is_the_published_one() -> None:
    """``int(sha256(b"salt|00000000-0000-7000-8000-000000000000").hexdigest(), 16) % 10000``, from a shell."""
    assert bucket_of("salt", UUID("00000000-0000-7000-8000-000000000000")) == 5000


@pytest.mark.django_db
def test_sql_and_python_agree(tenant: Tenant) -> None:
    ids = [uuid4() for _number in range(20_000)]
    with connection.cursor() as cursor:
        for salt in SALTS:
            cursor.execute(
                f"SELECT id, {bucket_sql('%(salt)s::text', 'id')} FROM unnest(%(ids)s::uuid[]) AS id",
                {"salt": salt, "ids": ids},
            )
            assert dict(cursor.fetchall()) == {id_: bucket_of(salt, id_) for id_ in ids}


def test_buckets_are_even_and_salts_independent() -> None:
    ids = [UUID(int=number) for number in range(40_000)]
    first, second = ([bucket_of(salt, id_) // 1000 for id_ in ids] for salt in ("one", "two"))
    assert stats.chisquare(list(Counter(first).values())).pvalue > 0.001
    pairs = Counter(zip(first, second, strict=True))
    assert len(pairs) == 100
    assert stats.chisquare(list(pairs.values())).pvalue > 0.001


@given(
    st.lists(st.uuids(), min_size=1, max_size=40, unique=True), st.lists(st.uuids(), max_size=40), st.text(max_size=9)
)
def test_growth_and_order_move_nobody(ids: list[UUID], more: list[UUID], salt: str) -> None:
    bounds = bounds_of([1000, 4500, 4500])
    before = {id_: place_of(bucket_of(salt, id_), bounds) for id_ in ids}
    after = {id_: place_of(bucket_of(salt, id_), bounds) for id_ in [*more, *reversed(ids)]}
    assert {id_: after[id_] for id_ in ids} == before


@given(st.integers(0, BUCKETS), st.lists(st.integers(1, 50), min_size=1, max_size=6))
def test_the_rest_is_split_whole(rest: int, weights: list[int]) -> None:
    parts = split_rest(rest, weights)
    assert sum(parts) == rest
    assert all(abs(part - rest * weight / sum(weights)) <= 1 for part, weight in zip(parts, weights, strict=True))


@given(st.integers(0, BUCKETS - 1), st.integers(0, BUCKETS))
def test_every_bucket_has_one_arm(bucket: int, held_out: int) -> None:
    assert place_of(bucket, bounds_of([held_out, BUCKETS - held_out])) == (0 if bucket < held_out else 1)


@pytest.mark.parametrize("shares", [[5000, 4999], [11000, -1000], []])
def test_shares_must_fill_all_buckets(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="10000"):
        bounds_of(shares)
