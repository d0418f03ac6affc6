"""The sums of many days at once are those of each day by itself."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.scoring.science import login_weeks as module
from retention.scoring.science.login_weeks import SUMS, login_weeks

PAIRS = st.sets(st.tuples(st.integers(0, 5), st.integers(0, 80)), max_size=120)


def naive(pairs: set[tuple[int, int]], day: int) -> list[int]:
    """Customer by customer, as DEFINITIONS say it."""
    found = []
    for customer in {customer for customer, _day in pairs}:
        days = {when for who, when in pairs if who == customer}
        if any(day - 41 <= when <= day - 14 for when in days):
            a = sum(day - 6 <= when <= day for when in days)
            b = sum(day - 13 <= when <= day - 7 for when in days)
            found.append((1, a, b, a * a, a * b, b * b))
    return [sum(column) for column in zip(*found, strict=True)] if found else [0] * len(SUMS)


@settings(max_examples=60, deadline=None)
@given(PAIRS, st.integers(0, 60), st.integers(0, 20), st.sampled_from([1, 2, 50_000]))
def test_equal_to_the_naive_sums(pairs: set[tuple[int, int]], first: int, more: int, chunk: int) -> None:
    customer = np.array([pair[0] for pair in pairs], dtype=np.int64)
    day = np.array([pair[1] for pair in pairs], dtype=np.int64)
    kept, module.CHUNK = module.CHUNK, chunk
    try:
        found = login_weeks(customer, day, first, first + more)
    finally:
        module.CHUNK = kept
    assert found.tolist() == [naive(pairs, one) for one in range(first, first + more + 1)]
