"""What a metric of health measured, in words: with its unit, where it has one."""

from __future__ import annotations

import pytest
from django.utils import translation

from retention.scoring.science.health_cards import SHOP, SOFTWARE
from retention.scoring.science.health_metrics import Scorecard
from retention.scoring.selectors.factors import factors_of
from retention.scoring.services.scorecards import restore


@pytest.mark.parametrize(
    ("card", "code", "x", "english", "chinese"),
    [
        (SOFTWARE, "severe_open", 1480.0, "1,480 hours", "1,480 小时"),
        (SOFTWARE, "severe_open", 1.0, "1 hour", "1 小时"),
        (SOFTWARE, "sponsor_gap", 61.0, "61 days", "61 天"),
        (SOFTWARE, "continuity", 0.0, "0 days", "0 天"),
        (SOFTWARE, "seat_use", 0.67, "67%", "67%"),
        (SOFTWARE, "nps_account", 6.67, "6.67", "6.67"),
        (SHOP, "complaint_wait", 30.0, "30 hours", "30 小时"),
        (SHOP, "browse_days", 1.0, "1 day", "1 天"),
        (SHOP, "login_gap", 2.0, "2", "2"),  # a share of the threshold, not days
    ],
)
def test_a_metric_says_its_unit(card: Scorecard, code: str, x: float, english: str, chinese: str) -> None:
    codes = [metric.code for metric in card.metrics]
    health = restore(card, [x if one == code else 1.0 for one in codes], "", "")
    for language, words in (("en", english), ("zh-hans", chinese)):
        with translation.override(language):
            assert factors_of(health, "")[codes.index(code)].shown == words
