"""What is said beside a learned threshold."""

from __future__ import annotations

import pytest
from django.utils import translation

from retention.scoring.models import SilenceThreshold
from retention.scoring.selectors.threshold_words import drift_sentence


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (40, 1200, "40 gaps in the older half of the window, 100 needed."),
        (1200, 40, "40 gaps in the newer half of the window, 100 needed."),
        (7, 40, "7 and 40 gaps in the halves, 100 needed."),
        (100, 100, "the gaps come from too few customers."),
    ],
)
def test_which_half_has_too_few_gaps_is_said(before: int, now: int, said: str) -> None:
    threshold = SilenceThreshold(drift={"gaps_before": before, "gaps_now": now, "interval": None})
    with translation.override("en"):
        assert drift_sentence(threshold, 100).endswith(f"can’t be told: {said}")
