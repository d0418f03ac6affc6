"""The cards are those of DEFINITIONS, and a card that doesn't add up is refused."""

import pytest

from retention.scoring.science.health_cards import SHOP, SOFTWARE
from retention.scoring.science.health_metrics import Absence, Family, Missing, Scorecard

FAMILY_WEIGHTS = {
    "shop": {"log_in": 22, "interaction": 17, "consumption": 31, "service": 16, "sentiment": 14},
    "software": {"log_in": 20, "interaction": 15, "consumption": 27, "service": 23, "sentiment": 15},
}


@pytest.mark.parametrize("card", [SHOP, SOFTWARE], ids=lambda card: card.code)
def test_twelve_metrics_in_five_families_total_100(card: Scorecard) -> None:
    assert len(card.codes) == len(set(card.codes)) == 12
    assert sum(metric.weight for metric in card.metrics) == 100
    weights = {
        family.value: sum(metric.weight for metric in card.metrics if metric.family is family) for family in Family
    }
    assert weights == FAMILY_WEIGHTS[card.code]
    assert all(metric.zh and metric.en and metric.x for metric in card.metrics)


def test_bounds_and_bands() -> None:
    shop = {metric.code: (metric.bad, metric.good) for metric in SHOP.metrics}
    assert shop["login_gap"] == shop["purchase_silence"] == (2, 0.5)
    assert shop["complaint_wait"] == (72, 0)
    software = {metric.code: (metric.bad, metric.good) for metric in SOFTWARE.metrics}
    assert software["reply_in_sla"] == (0.7, 0.98)
    assert software["continuity"] == (0, 90)
    assert [(card.watch_from, card.healthy_from) for card in (SHOP, SOFTWARE)] == [(40, 70), (50, 75)]
    assert [{cap.at_most for cap in card.caps} for card in (SHOP, SOFTWARE)] == [{39}, {49}]


@pytest.mark.parametrize(
    ("card", "code", "absence", "worth"),
    [
        (SHOP, "login_gap", Absence.NEVER, Missing.ZERO),
        (SHOP, "login_gap", Absence.NO_FEED, Missing.DROP),
        (SHOP, "login_decay", Absence.TOO_FEW, Missing.DROP),
        (SHOP, "reply_rate", Absence.TOO_FEW, Missing.DROP),
        (SHOP, "reply_rate", Absence.ALL_OFF, Missing.ZERO),
        (SHOP, "complaint_wait", Absence.NONE, Missing.FULL),
        (SHOP, "complaint_wait", Absence.NO_FEED, Missing.DROP),
        (SHOP, "nps_last", Absence.NONE, Missing.DROP),
        (SOFTWARE, "sponsor_gap", Absence.NONE, Missing.ZERO),
        (SOFTWARE, "role_cover", Absence.NONE, Missing.ZERO),
        (SOFTWARE, "severe_open", Absence.NONE, Missing.FULL),
        (SOFTWARE, "continuity", Absence.NONE, Missing.FULL),
        (SOFTWARE, "csm_pulse", Absence.UNSTATED, Missing.DROP),
    ],
)
def test_what_an_absence_is_worth(card: Scorecard, code: str, absence: Absence, worth: Missing) -> None:
    (metric,) = (metric for metric in card.metrics if metric.code == code)
    assert metric.worth(absence) is worth


def test_weights_are_policy_and_total_100() -> None:
    moved = SHOP.with_weights({"nps_last": 14, "tone": 0})
    assert {m.code: m.weight for m in moved.metrics if m.family is Family.SENTIMENT} == {"nps_last": 14, "tone": 0}
    with pytest.raises(ValueError, match="total 100, not 105"):
        SHOP.with_weights({"nps_last": 14})
    with pytest.raises(ValueError, match="negative"):
        SHOP.with_weights({"nps_last": -1, "tone": 15})
    with pytest.raises(ValueError, match="no such metric: seat_use"):
        SHOP.with_weights({"seat_use": 12})
