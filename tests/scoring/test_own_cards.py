"""Scorecards of one's own: what can be one, and what it says otherwise than the card for all."""

from __future__ import annotations

from typing import Any

import pytest

from retention.common.errors import DomainError
from retention.scoring.own_cards import POLICY, cards_in_words, check_own_cards, own_cards
from retention.scoring.rules import Rules, rules_in_force
from retention.scoring.science.health_cards import SHOP, SOFTWARE
from retention.scoring.science.health_metrics import Absence, Missing
from retention.scoring.services.scorecards import scorecard
from tenants.governance.services.policies import set_policy
from tenants.models import Tenant
from tenants.people.models import User
from tests.scoring.loading import NOW

PRO = {"code": "pro", "name": "Pro plan", "card": "software", "priority": 2, "audience": "trait", "key": "plan=pro"}


def only(code: str) -> dict[str, float]:
    return {**dict.fromkeys(SOFTWARE.codes, 0.0), code: 100.0}


def by(record: dict[str, Any]) -> Rules:
    return Rules({**rules_in_force().values, POLICY: [record]})


def test_what_a_card_leaves_open_is_as_for_all(tenant: Tenant) -> None:
    assert scorecard("software", by(PRO), "pro") == scorecard("software", rules_in_force())


def test_what_a_card_says_otherwise_holds(tenant: Tenant) -> None:
    record = {
        **PRO,
        "weights": only("csm_pulse"),
        "bad": dict.fromkeys(SOFTWARE.codes, 0),
        "good": dict.fromkeys(SOFTWARE.codes, 7),
        "bands": {"watch": 20, "healthy": 30},
        "cap": 11,
        "missing": {"csm_pulse": "zero", "sponsor_gap": "drop"},
    }
    card = scorecard("software", by(record), "pro")
    assert {metric.code: metric.weight for metric in card.metrics} == only("csm_pulse")
    assert {(metric.bad, metric.good) for metric in card.metrics} == {(0, 7)}
    assert (card.watch_from, card.healthy_from, [cap.at_most for cap in card.caps]) == (20, 30, [11, 11])
    rules = {metric.code: metric.worth(Absence.NONE) for metric in card.metrics}
    assert (rules["csm_pulse"], rules["sponsor_gap"]) == (Missing.ZERO, Missing.DROP)
    assert scorecard("software", by(record)) == scorecard("software", rules_in_force())


def test_a_rule_of_ones_own_replaces_the_exceptions_but_never_judges_by_a_missing_feed(tenant: Tenant) -> None:
    shop = {**PRO, "card": "shop", "missing": {"login_gap": "full"}}
    gap = scorecard("shop", by(shop), "pro").metrics[0]
    assert SHOP.metrics[0].worth(Absence.NEVER) == Missing.ZERO
    assert (gap.worth(Absence.NEVER), gap.worth(Absence.NO_FEED)) == (Missing.FULL, Missing.DROP)


def test_the_smaller_number_comes_first(tenant: Tenant) -> None:
    first = {**PRO, "code": "first", "priority": 1, "name": "First"}
    rules = Rules({POLICY: [PRO, first, {**PRO, "code": "s", "card": "shop"}]})
    assert [card.code for card in own_cards("software", rules)] == ["first", "pro"]
    assert cards_in_words([PRO, first]) == "1. First · 2. Pro plan"
    assert cards_in_words([]) == "none"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"weights": {**only("csm_pulse"), "seat_use": 5}}, "the weights total 105, not 100"),
        ({"weights": {**only("csm_pulse"), "seat_use": -5, "core_trend": 5}}, "a weight is negative"),
        ({"weights": {"csm_pulse": 100}}, "“weights” needs a number for each of its names"),
        ({"weights": {**only("csm_pulse"), "seat_use": "x"}}, "“weights” needs a number"),
        ({"bad": dict.fromkeys(SOFTWARE.codes, 1)}, "“bad” and “good” come together"),
        ({"bad": only("csm_pulse"), "good": only("csm_pulse")}, "must differ"),
        ({"bands": {"watch": 70, "healthy": 70}}, "must begin below"),
        ({"missing": {"csm_pulse": "guess"}}, "drop, zero or full"),
        ({"cap": "high"}, "“cap” needs a number"),
        ({"audience": "segment"}, "its audience is not known"),
        ({"key": "plan"}, "no attribute with a value"),
        ({"card": "garage"}, "neither shop nor software"),
        ({"priority": 0}, "no whole number from 1 on"),
        ({"code": "Pro Plan"}, "small letters and digits"),
        ({"mood": 1}, "unknown names: mood"),
    ],
)
def test_what_can_not_be_a_card_is_refused_with_its_name(
    tenant: Tenant, ada: User, changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(DomainError) as refused:
        set_policy(name=POLICY, value=[{**PRO, **changed}], actor=ada, now=NOW)
    assert words in refused.value.message
    assert rules_in_force().values[POLICY] == []


@pytest.mark.parametrize(("other", "words"), [({"code": "b"}, "same priority"), ({"priority": 3}, "same code")])
def test_two_cards_are_told_apart(tenant: Tenant, other: dict[str, Any], words: str) -> None:
    with pytest.raises(DomainError, match=words):
        check_own_cards([PRO, {**PRO, **other}])
