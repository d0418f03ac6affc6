"""Who is scored by which scorecard: the first that matches, fixed for a run, kept with the score."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection

from retention.customers.models import Account, Customer
from retention.scoring.models import AccountScore, CardMember, CustomerScore, ScoreRun
from retention.scoring.own_cards import POLICY
from retention.scoring.rules import rules_in_force
from retention.scoring.science.health_cards import SHOP
from retention.scoring.selectors.factors import customer_factors
from retention.scoring.services.health_sides import CustomerSubject
from retention.scoring.services.runs import advance, advance_for, request_run
from retention.scoring.services.scorecards import restore, scorecard
from retention.scoring.services.why_changed import Cause, why_changed
from retention.segments.models import Segment
from tenants.governance.services.policies import set_policy
from tenants.people.models import User
from tenants.policy_previews import preview_effects
from tests.scoring.conftest import LAST_DAY
from tests.scoring.loading import NOW, score
from tests.scoring.services.test_why_changed import run_at

WEIGHTS = {**dict.fromkeys(SHOP.codes, 0.0), "purchase_silence": 60.0, "complaint_wait": 40.0}


def a_segment(code: str, start: str) -> Segment:
    """Customers whose external id begins so."""
    rule = {"field": "external_id", "op": "starts", "value": start}
    return Segment.objects.create(code=code, name=code, rule=rule, created_at=NOW, updated_at=NOW)


def card(code: str, segment: str, priority: int, **more: Any) -> dict[str, Any]:
    own = {"code": code, "name": code.title(), "card": "shop", "priority": priority, "audience": "segment"}
    return {**own, "key": segment, **more}


@pytest.fixture
def two_cards(scored: ScoreRun, ada: User) -> list[dict[str, Any]]:
    """c00…: the first card, c0…: the second; both hold c00…"""
    a_segment("few", "c00")
    a_segment("many", "c0")
    cards = [card("many", "many", 5, cap=10), card("few", "few", 1, weights=WEIGHTS)]
    set_policy(name=POLICY, value=cards, actor=ada, now=NOW)
    return cards


def cards_of(run: ScoreRun) -> dict[str, str]:
    rows = CustomerScore.objects.filter(run=run).values_list("customer__external_id", "health_card")
    return dict(rows)


def expected(name: str) -> str:
    return "few" if name.startswith("c00") else "many" if name.startswith("c0") else ""


def test_the_first_that_matches_scores(scored: ScoreRun, two_cards: list[dict[str, Any]]) -> None:
    before = dict(CustomerScore.objects.filter(run=scored).values_list("customer__external_id", "health"))
    run = score(LAST_DAY)
    found = cards_of(run)
    assert found == {name: expected(name) for name in found}
    assert set(found.values()) == {"", "few", "many"}
    few = scorecard("shop", rules_in_force(), "few")
    for row in CustomerScore.objects.filter(run=run).select_related("customer", "run"):
        if row.health_card == "few":
            health = restore(few, list(row.health_x), row.health_absence, row.health_cap)
            again = float(health.score[0])
            assert (row.health is None and np.isnan(again)) or row.health == pytest.approx(again, abs=1e-4)
            assert row.health_band == health.band[0]
            assert customer_factors(row).card == "Few"
        else:
            assert row.health == before[row.customer.external_id]
    assert CardMember.objects.count() == 0


def test_a_run_in_many_shards_gives_the_same_and_the_assignment_is_in_the_fingerprint(
    scored: ScoreRun, two_cards: list[dict[str, Any]], ada: User
) -> None:
    one = score(LAST_DAY)
    assert score(LAST_DAY).fingerprint == one.fingerprint != scored.fingerprint
    set_policy(name="runs.shard_customers", value=37, actor=ada, now=NOW)
    cut = score(LAST_DAY)
    assert cut.shards > 5
    columns = ("customer", "health", "health_band", "health_card")
    of = [list(CustomerScore.objects.filter(run=run).order_by("customer").values_list(*columns)) for run in (one, cut)]
    assert of[0] == of[1]
    Segment.objects.filter(code="few").update(rule={"field": "external_id", "op": "starts", "value": "c01"})
    set_policy(name="runs.shard_customers", value=50_000, actor=ada, now=NOW)
    assert score(LAST_DAY).fingerprint != one.fingerprint


def test_what_a_run_has_fixed_holds_for_whoever_takes_it_up(
    scored: ScoreRun, two_cards: list[dict[str, Any]], ada: User
) -> None:
    set_policy(name="runs.shard_customers", value=37, actor=ada, now=NOW)
    run = request_run(as_of=LAST_DAY, now=NOW)
    assert advance_for(run.pk, seconds=0, clock=lambda: NOW)  # one part, then the worker is gone
    assert CardMember.objects.filter(run=run).count() == 100
    Segment.objects.all().update(archived_at=NOW)
    found = cards_of(advance(run.pk, clock=lambda: NOW))
    assert len(found) == 300
    assert found == {name: expected(name) for name in found}


def test_an_audience_that_is_gone_is_nobody_and_stops_no_run(
    scored: ScoreRun, two_cards: list[dict[str, Any]]
) -> None:
    Segment.objects.filter(code="few").update(archived_at=NOW)
    Segment.objects.filter(code="many").update(rule={"field": "health", "op": "gt", "value": 10})
    assert set(cards_of(score(LAST_DAY)).values()) == {""}


def test_without_cards_nothing_is_fixed(scored: ScoreRun) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM scoring_cardmember")
        assert cursor.fetchone() == (0,)
    assert set(cards_of(scored).values()) == {""}


def test_before_it_is_saved_a_card_tells_who_would_change_band(
    scored: ScoreRun, two_cards: list[dict[str, Any]], ada: User
) -> None:
    score(LAST_DAY)
    before = dict(CustomerScore.current.values_list("customer", "health_band"))
    harder = [two_cards[0], {**two_cards[1], "bands": {"watch": 90, "healthy": 99}}]
    _past, moves = preview_effects(POLICY, harder)
    set_policy(name=POLICY, value=harder, actor=ada, now=NOW)
    score(LAST_DAY)
    after = dict(CustomerScore.current.values_list("customer", "health_band"))
    moved = sum(before[key] != after[key] for key in before)
    assert moved > 0
    assert moves.sentences[0] == f"Today {moved} of 300 customers would change band."


def test_a_card_that_changes_nothing_for_a_kind_tells_nothing_of_it(
    scored: ScoreRun, two_cards: list[dict[str, Any]]
) -> None:
    assert preview_effects(POLICY, two_cards) == []


def test_a_new_card_is_a_policy_that_moved_the_health(scored: ScoreRun, two_cards: list[dict[str, Any]]) -> None:
    run_at(LAST_DAY, NOW + timedelta(hours=2))
    known = CustomerScore.objects.filter(run=scored).exclude(health=None).values("customer")
    mine = CustomerScore.current.filter(health_card="few", customer__in=known)
    row = mine.exclude(health=None).select_related("customer").first()
    assert row is not None
    subject = CustomerSubject(row.customer)
    found = why_changed(subject, subject.side(LAST_DAY - timedelta(days=2), "UTC"), subject.side(LAST_DAY, "UTC"))
    assert (found.then.card, found.now.card) == ("", "few")
    assert [bar.cause for bar in found.bars if bar.code == POLICY] == [Cause.POLICY]
    assert sum(bar.points for bar in found.bars) == pytest.approx(found.difference)


def test_accounts_are_chosen_by_an_attribute(scored: ScoreRun, ada: User) -> None:
    noon = datetime(2024, 1, 1, tzinfo=UTC)
    for name, traits in (("a", {"plan": "pro"}), ("b", {"plan": "free"}), ("c", {})):
        Account.objects.create(external_id=name, name=name, traits=traits, recorded_at=noon, updated_at=noon)
    pro = {"code": "pro", "name": "Pro", "card": "software", "priority": 1, "audience": "trait", "key": "plan=pro"}
    set_policy(name=POLICY, value=[pro], actor=ada, now=NOW)
    run = score(LAST_DAY)
    cards = AccountScore.objects.filter(run=run).order_by("account__external_id").values_list("health_card", flat=True)
    assert list(cards) == ["pro", "", ""]


def test_a_customer_who_joined_the_segment_later_is_scored_by_the_card_of_the_day(
    scored: ScoreRun, two_cards: list[dict[str, Any]]
) -> None:
    outside = Customer.objects.exclude(external_id__startswith="c0").order_by("pk")[0]
    Customer.objects.filter(pk=outside.pk).update(external_id="c00x")
    assert cards_of(score(LAST_DAY))["c00x"] == "few"
