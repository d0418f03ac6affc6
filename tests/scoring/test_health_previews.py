"""A new weighting is tried on the past before it is saved, and what is told of today is what the next run does."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from retention.customers.models import Account, Contact, Customer, Order
from retention.scoring.enums import HealthBand
from retention.scoring.models import AccountScore, CustomerScore, ScoreRun
from retention.scoring.rules import rules_in_force
from tenants.governance.models import Policy
from tenants.models import Tenant
from tenants.people.enums import RoleName
from tenants.people.models import Role, User
from tenants.policy_previews import Effect, preview_effects
from tests.scoring.loading import NOW, cdnow, load_orders, score
from tests.scoring.rhythms import day, orders

WEIGHTS = "health.shop.weights"
LABELS: dict[str, str] = {str(band.label): band.value for band in HealthBand} | {"too little known": ""}


def only(card: str, **weights: float) -> dict[str, Any]:
    return {code: weights.get(code, 0) for code in rules_in_force().table(f"health.{card}.weights")}


def bands() -> dict[int, str]:
    return dict(CustomerScore.current.values_list("customer", "health_band"))


def told(effect: Effect) -> dict[tuple[str, str], int]:
    return {(LABELS[was], LABELS[then]): int(count.replace(",", "")) for was, then, count in effect.rows}


@pytest.mark.data
def test_a_weighting_is_tried_on_the_past_and_tells_who_flips(tenant: Tenant, ada: User, data_dir: Path) -> None:
    Policy.objects.create(name="health.minimum_weight", value=30)  # a file of orders holds no more
    load_orders(cdnow(data_dir))
    score(date(1997, 12, 31))
    before, weights = bands(), only("shop", purchase_silence=80, order_trend=20)
    past, moves, who = preview_effects(WEIGHTS, weights, user=ada)
    assert past.sentences[0].startswith("Tried on the past: of 718 customers as they were known on 2 Oct 1997, ")
    assert "AUC" in past.sentences[1]
    assert [row[0] for row in past.rows] == ["Healthy", "Watch", "Risk"]
    assert bands() == before
    assert len(who.rows) == 20
    assert 'href="/customers/' in who.rows[0][0]
    Policy.objects.create(name=WEIGHTS, value=weights)
    score(date(1997, 12, 31))
    after = bands()
    assert told(moves) == Counter((before[key], after[key]) for key in before if before[key] != after[key])


@pytest.mark.data
def test_orders_after_the_past_day_are_not_seen_on_it(tenant: Tenant, data_dir: Path) -> None:
    Policy.objects.create(name="health.minimum_weight", value=30)  # a file of orders holds no more
    load_orders(cdnow(data_dir))
    score(date(1997, 12, 31))
    with_all = preview_effects(WEIGHTS, only("shop", purchase_silence=100))[0].rows
    Order.objects.filter(ordered_on__gt=date(1998, 1, 1)).delete()
    assert preview_effects(WEIGHTS, only("shop", purchase_silence=100))[0].rows == with_all


def test_too_few_are_told_as_too_few(scored: ScoreRun) -> None:
    past, moves, *_who = preview_effects(WEIGHTS, only("shop", purchase_silence=100))
    assert "too few left or too few stayed" in past.sentences[0]
    assert past.rows == ()
    assert "of 300 customers would change band." in moves.sentences[0]


def test_before_the_first_run_and_without_accounts_nothing_is_told(tenant: Tenant) -> None:
    assert preview_effects(WEIGHTS, only("shop", purchase_silence=100)) == []
    load_orders(orders(10, 0, 60, seed=1))
    score(day(60))
    assert preview_effects("health.software.weights", only("software", csm_pulse=100)) == []


def test_accounts_that_flip_are_named(scored: ScoreRun, ada: User) -> None:
    Account.objects.create(external_id="a-1", name="Harbour", recorded_at=NOW, updated_at=NOW)
    score(date(2024, 3, 31))
    held = AccountScore.current.get()
    past, moves, *who = preview_effects("health.software.weights", only("software", severe_open=100), user=ada)
    assert "too few accounts whose term ended have left or renewed (0 of 10)" in past.sentences[0]
    assert held.health_band == ""
    assert told(moves) == {("", "healthy"): 1}
    assert "Harbour" in who[0].rows[0][0]


def test_nobody_is_named_to_who_may_not_see_them(scored: ScoreRun, ada: User) -> None:
    card = only("shop", purchase_silence=100)
    keeper = User.objects.create_user("kim@example.com", "correct-horse-battery", name="Kim", role=RoleName.VIEWER)
    keeper.custom_role = Role.objects.create(name="Keeper of policies", codes=["policies.view", "policies.edit"])
    keeper.save()
    assert len(preview_effects(WEIGHTS, card, user=ada)) == 3
    assert len(preview_effects(WEIGHTS, card, user=keeper)) == len(preview_effects(WEIGHTS, card)) == 2


def test_who_is_limited_to_own_accounts_reads_their_people_alone(scored: ScoreRun, carl: User) -> None:
    account = Account.objects.create(
        external_id="a-1", name="Harbour", csm=carl.email, recorded_at=NOW, updated_at=NOW
    )
    own = Customer.objects.get(pk=min(bands()))
    Contact.objects.create(account=account, customer=own, role="user", recorded_at=NOW)
    User.objects.filter(pk=carl.pk).update(own_accounts_only=True)
    card = only("shop", purchase_silence=100)
    *_told, who = preview_effects(WEIGHTS, card, user=User.objects.get(pk=carl.pk))
    assert [row[0].split(">")[1].split("<")[0] for row in who.rows] == [str(own)]
