"""RFM: scores by the definition, tiers by the table, value as of the last order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.scoring.science.rfm import NOT_COUNTED, TIERS, RfmScores, score_rfm

Row = tuple[int | None, int, int]  # days since order, order days, revenue


def score(rows: list[Row], **options: int) -> RfmScores:
    silence = np.array([np.nan if row[0] is None else row[0] for row in rows], dtype=np.float64)
    return score_rfm(silence, np.array([row[1] for row in rows]), np.array([float(row[2]) for row in rows]), **options)


@given(
    st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 900)), st.integers(1, 6), st.integers(0, 50)), max_size=40)
)
@settings(max_examples=100, deadline=None)
def test_scores_are_one_plus_five_times_the_share_strictly_below(rows: list[Row]) -> None:
    counted = [row for row in rows if row[0] is not None and row[0] < 730]
    found = score(rows)
    for row, r, f, m in zip(rows, found.r.tolist(), found.f.tolist(), found.m.tolist(), strict=True):
        if row not in counted:
            assert (r, f, m) == (0, 0, 0)
            continue
        less_recent = sum(1 for other in counted if (other[0] or 0) > (row[0] or 0))
        rarer = sum(1 for other in counted if other[1] < row[1])
        poorer = sum(1 for other in counted if other[2] < row[2])
        expected = [1 + 5 * below // len(counted) for below in (less_recent, rarer, poorer)]
        assert [r, f, m] == expected


def test_five_equal_fifths() -> None:
    found = score([(day, 10 - day, 100 * (10 - day)) for day in range(10)])
    assert found.r.tolist() == found.f.tolist() == found.m.tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert [TIERS[code] for code in found.tier] == ["key_value"] * 4 + ["general_save"] * 6


def test_customers_all_alike_are_all_at_the_bottom() -> None:
    found = score([(3, 2, 10)] * 7)
    assert set(zip(found.r.tolist(), found.f.tolist(), found.m.tolist(), strict=True)) == {(1, 1, 1)}
    assert [TIERS[code] for code in found.tier] == ["general_save"] * 7


@pytest.mark.parametrize(
    ("r", "f", "m", "tier"),
    [
        (True, True, True, "key_value"),
        (True, False, True, "key_grow"),
        (False, True, True, "key_keep"),
        (False, False, True, "key_save"),
        (True, True, False, "general_value"),
        (True, False, False, "general_grow"),
        (False, True, False, "general_keep"),
        (False, False, False, "general_save"),
    ],
)
def test_the_eight_tiers(r: bool, f: bool, m: bool, tier: str) -> None:
    middle: list[Row] = [(50, 5, 50)] * 8
    found = score([(1 if r else 99, 9 if f else 1, 99 if m else 1), *middle])
    assert TIERS[found.tier[0]] == tier
    assert found.frame()["tier"].iloc[0] == tier


def test_high_value_is_m_5_or_m_4_with_f_5() -> None:
    rows: list[Row] = [(1, order_days, 10 * place) for place, order_days in enumerate([9, 1, 9, 1, 9, 1, 9, 1, 1, 1])]
    found = score(rows)
    pairs = zip(found.m.tolist(), found.f.tolist(), found.high_value.tolist(), strict=True)
    for m, f, high in pairs:
        assert high == (m == 5 or (m == 4 and f == 5))
    assert found.high_value.sum() == 2


def test_somebody_silent_for_a_year_can_be_of_high_value() -> None:
    quiet_but_rich = score([(400, 20, 9_000), *[(day, 2, 50) for day in range(9)]])
    assert quiet_but_rich.high_value.tolist() == [True] + [False] * 9
    assert TIERS[quiet_but_rich.tier[0]] == "key_keep"


def test_never_ordered_or_outside_the_window_is_not_counted() -> None:
    found = score([(None, 0, 0), (730, 4, 10), (729, 4, 10)])
    assert found.tier.tolist() == [NOT_COUNTED, NOT_COUNTED, TIERS.index("general_save")]
    assert found.r.tolist() == [0, 0, 1]
    assert found.frame()["tier"].isna().tolist() == [True, True, False]


def test_nobody() -> None:
    assert len(score([]).frame()) == 0
