"""The churn model of a run: real purchases, nothing from after the day, thin data, samples, and what people read."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.db import connection

from retention.customers.services.rebuild import rebuild_customer_states
from retention.scoring.explain import explain, why_text
from retention.scoring.models import CustomerScore, ScoreRun
from retention.scoring.science.validation import auc, brier
from retention.scoring.selectors.churn_words import LABELS, card_words
from retention.scoring.services.churn_columns import CODES
from retention.scoring.services.past import pieces_of
from tenants.governance.models import Policy
from tenants.models import Tenant
from tests.scoring.loading import cdnow, load_orders, score

END = date(1997, 9, 30)
HORIZON = timedelta(days=90)


@pytest.fixture
def shop(tenant: Tenant, data_dir: Path) -> Tenant:
    load_orders(cdnow(data_dir))
    return tenant


def chances() -> dict[str, float | None]:
    return dict(CustomerScore.current.values_list("customer__external_id", "churn_probability"))


@pytest.mark.data
def test_real_customers_are_ranked_by_who_stayed_away(shop: Tenant, data_dir: Path) -> None:
    run = score(END)
    assert run.churn.is_model
    card = run.churn.card
    assert (card["before"], card["later"], card["tried_on"]) == ("1997-04-03", "1997-07-02", 2357)
    orders = cdnow(data_dir)
    days = orders["ordered_at"].astype(str).str[:10]
    came = set(orders["customer"][(days > str(END)) & (days <= str(END + HORIZON))])
    found = chances()
    chance = np.array([found[name] for name in sorted(found)], dtype=float)
    left = np.array([name not in came for name in sorted(found)])
    assert (chance > 0).all()
    assert (chance < 1).all()
    assert auc(chance, left) > 0.75
    assert brier(chance, left) < 0.9 * left.mean() * (1 - left.mean())


@pytest.mark.data
def test_a_base_that_has_aged_is_told_as_drift(shop: Tenant) -> None:
    """All of them came in one spring: half a year on, their age and their silence are of another world."""
    card = score(END).churn
    drift = card.card["drift"]
    assert "age" in {one["name"] for one in drift["shifts"]}
    assert abs(drift["foreseen"] - drift["happened"]) < 0.2
    said = " ".join(card_words(card))
    assert "Drift: customers are no longer what they were" in said
    assert "No drift" not in said


@pytest.mark.data
def test_where_nothing_moved_it_says_so(shop: Tenant) -> None:
    card = score(END).churn
    card.card["drift"] = {"shifts": [], "off": False, "foreseen": 0.5, "happened": 0.51, "z": 0.3}
    assert "No drift: as of 2 Jul 1997 it foresaw that 50% would stay away, and 51% did" in " ".join(card_words(card))
    del card.card["drift"]
    assert "rift" not in " ".join(card_words(card))


@pytest.mark.data
def test_nothing_from_after_the_day_is_seen(shop: Tenant) -> None:
    score(END)
    with_future = chances()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM customers_orderline WHERE order_id IN (SELECT id FROM customers_order WHERE ordered_on > %s)",
            [END],
        )
        cursor.execute("DELETE FROM customers_order WHERE ordered_on > %s", [END])
    rebuild_customer_states()
    score(END)
    assert chances() == with_future


@pytest.mark.data
def test_a_sample_teaches_nearly_the_same(shop: Tenant) -> None:
    score(END)
    whole = chances()
    assert len(pieces_of(10_000)) == 1
    Policy.objects.create(name="churn.sample_customers", value=1000)
    assert len(pieces_of(1000)) == 2
    run = score(END)
    assert 500 < run.churn.card["trained_on"] <= 1000
    part = chances()
    assert np.corrcoef([whole[name] for name in whole], [part[name] for name in whole])[0, 1] > 0.8


@pytest.mark.data
def test_the_reasons_are_said_and_name_features(shop: Tenant) -> None:
    score(END)
    rows = list(CustomerScore.current.select_related("run").order_by("-churn_probability")[:50])
    for row in rows:
        part = next(part for part in explain(row, "") if part.code == "churn")
        assert part.values["by_model"]
        assert {one["code"] for one in part.values["features"]} <= set(CODES)
        sizes = [abs(one["effect"]) for one in part.values["features"]]
        assert sizes == sorted(sizes, reverse=True)
    first = rows[0]
    assert "Stays away for the next 90 days with a chance of" in why_text(explain(first, ""))


def test_every_column_has_a_name() -> None:
    assert set(LABELS) == set(CODES)


def test_too_few_customers_go_by_their_pools_share(scored: ScoreRun) -> None:
    card = scored.churn
    assert not card.is_model
    assert "too few customers (" in card.card["reason"]
    shares = card.card["shares"]
    assert shares["active"] < shares["lost"]
    for row in CustomerScore.current.select_related("run"):
        assert row.churn_probability == shares.get("lost" if row.pool == "gone" else row.pool)
        assert row.churn_why is None
    assert card_words(card) == [
        "There is no model yet.",
        f"It needs 500 customers who had come by then, and there are {card.card['short'][0]['have']}.",
        *card_words(card)[2:-1],
        "Until then each pool’s own share of leavers stands in.",
    ]
    lost = CustomerScore.current.select_related("run").filter(pool="lost").first()
    assert lost is not None
    assert "of the customers in this pool did not come back within 90 days" in why_text(explain(lost, ""))


def test_a_young_tenant_says_that_nothing_can_be_told(tenant: Tenant) -> None:
    import pandas as pd

    day = datetime.fromisoformat("2024-05-20T12:00:00+00:00")
    load_orders(pd.DataFrame({"order_id": ["1"], "customer": ["a"], "ordered_at": [day], "amount": [5.0]}))
    run = score(date(2024, 5, 31))
    assert (run.churn.is_model, run.churn.card["shares"]) == (False, {})
    assert (
        run.churn.card["reason"]
        == "too few customers (0 of 500); too few who left (0 of 100); too few who stayed (0 of 100)"
    )
    assert chances() == {"a": None}
