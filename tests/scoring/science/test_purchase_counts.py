"""Expected numbers of customers by repeat purchases: the published ones, simulated ones, and a sum that is whole."""

from __future__ import annotations

import numpy as np
import pytest

from retention.scoring.science.bg_nbd import BgNbdParameters
from retention.scoring.science.mbg_nbd import MbgNbdParameters
from retention.scoring.science.purchase_counts import chances, purchase_counts
from retention.scoring.science.purchases import PurchaseHistory, PurchaseSummary
from retention.scoring.science.simulation import simulate_history


@pytest.mark.parametrize("kind", [BgNbdParameters, MbgNbdParameters])
@pytest.mark.parametrize(("busy", "width"), [(1.0, 1), (40.0, 2)])
def test_they_are_what_simulated_customers_do(kind: type[BgNbdParameters], busy: float, width: int) -> None:
    truth = kind(0.8 * busy, 30.0 * busy**0.4, 0.9, 2.2 * busy)  # slow, so that two purchases seldom share a day
    ages = np.random.default_rng(1).integers(50, 600, 40_000)
    history = simulate_history(truth, ages, np.random.default_rng(2))
    found = purchase_counts(truth, history)
    assert found.bars.width == width
    assert sum(found.actual) == 40_000
    assert sum(found.expected) == pytest.approx(40_000)
    errors = (np.array(found.actual) - found.expected) / np.sqrt(np.array(found.expected))
    assert np.abs(errors).max() < 4


@pytest.mark.parametrize("kind", [BgNbdParameters, MbgNbdParameters])
def test_chances_of_any_number_add_up_to_one(kind: type[BgNbdParameters]) -> None:
    rows = chances(kind(0.5, 3.0, 0.8, 2.0), np.array([0.0, 1.0, 52.0]), 4_000)
    assert rows.sum(axis=1) == pytest.approx([1.0, 1.0, 1.0], abs=1e-3)
    stay = 1.0 if kind is BgNbdParameters else pytest.approx(1.0)
    assert rows[0, 0] == stay


@pytest.mark.data
def test_the_bars_of_cdnow(cdnow: PurchaseSummary) -> None:
    """Fader, Hardie & Lee (2005), figure 2: BG/NBD follows the actual bars closely."""
    found = purchase_counts(BgNbdParameters(0.2426, 4.4136, 0.7929, 2.4259), cdnow.history)
    assert found.actual == (1411, 439, 214, 100, 62, 38, 29, 64)
    assert [round(count) for count in found.expected] == [1408, 460, 192, 101, 60, 38, 26, 72]


def test_nobody_gives_nothing() -> None:
    empty = np.empty(0, dtype=np.int64)
    assert sum(purchase_counts(BgNbdParameters(1, 1, 1, 1), PurchaseHistory(empty, empty, empty)).expected) == 0
