"""The panel of a customer's scores: a lifetime value and how far it can be trusted."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from retention.scoring.models import CustomerScore
from retention.scoring.panels import customer_scores
from tests.scoring.conftest import LAST_DAY

NOTHING = "on average; nothing in over 95 of 100 cases"


@pytest.mark.parametrize(
    ("value", "low", "high", "told", "untold"),
    [
        (1.26, 0.0, 0.0, NOTHING, "$0.00"),
        (126.0, 12.0, 480.0, "480 in 95 of 100 cases", NOTHING),
        (0.0, 0.0, 0.0, "0", NOTHING),
        (1.26, None, None, "1", NOTHING),
    ],
)
@pytest.mark.usefixtures("scored")
def test_a_value_of_which_most_bring_nothing_says_so(
    value: float, low: float | None, high: float | None, told: str, untold: str
) -> None:
    shown = customer_scores(CustomerScore.current.select_related("customer")[0].customer, LAST_DAY)
    shown["score"].clv, shown["score"].clv_low, shown["score"].clv_high = value, low, high
    text = render_to_string("scoring/_customer_panel.html", shown)
    part = text[text.index("Lifetime value") :].split("</div>")[0]
    assert told in part
    assert untold not in part
