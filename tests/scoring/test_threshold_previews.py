"""What a policy page says who would move is what a run with that policy does."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from retention.scoring.enums import Pool
from retention.scoring.models import CustomerScore
from retention.scoring.threshold_previews import who_moves
from tenants.governance.services.policies import set_policy
from tenants.models import Tenant
from tenants.people.models import User
from tenants.policy_previews import preview_effects
from tests.scoring.loading import NOW, load_events, load_orders, score
from tests.tenants.people.browser import signed_in

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 31)
END = datetime.fromisoformat("2024-05-31T12:00:00+00:00")


@pytest.fixture
def scored(tenant: Tenant) -> None:
    """Customers silent for 1, 11, 21 … 391 days, in two categories, one of them for babies."""
    silent = range(1, 400, 10)
    load_orders(
        pd.DataFrame(
            {
                "order_id": [f"o{n}" for n in silent],
                "customer": [f"c{n:03}" for n in silent],
                "ordered_at": [END - timedelta(days=n) for n in silent],
                "amount": 10,
                "category": ["baby food" if n % 20 == 1 else "tea" for n in silent],
            }
        )
    )
    load_events([("c001", "Signed In", END.isoformat(), "{}")])
    score(DAY)


def pools() -> dict[int, str]:
    return dict(CustomerScore.objects.filter(run__is_current=True).exclude(pool="").values_list("customer_id", "pool"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("silence.preset_days", 45),
        ("silence.preset_baby_days", 100),
        ("silence.preset_baby_words", "tea"),
    ],
)
def test_who_would_move_is_who_moves(scored: None, ada: User, name: str, value: Any) -> None:
    before = pools()
    (effect,) = preview_effects(name, value)
    assert pools() == before
    set_policy(name=name, value=value, actor=ada, now=NOW)
    score(DAY)
    after = pools()
    moves = Counter((old, after[customer]) for customer, old in before.items() if after[customer] != old)
    assert len(moves) > 0
    expected = {(str(Pool(old).label), str(Pool(new).label), str(count)) for (old, new), count in moves.items()}
    assert set(effect.rows) == expected
    assert effect.sentences == (
        f"As of 31 May 2024, {sum(moves.values())} of {len(before)} customers would change pool.",
    )


def test_the_value_in_force_moves_nobody(scored: None) -> None:
    effect = who_moves("silence.preset_days", 90)
    assert effect.sentences == ("As of 31 May 2024, 0 of 40 customers would change pool.",)
    assert effect.rows == ()


def test_before_the_first_run_nobody_can_tell(tenant: Tenant) -> None:
    assert who_moves("silence.preset_days", 45).sentences[0].startswith("No scoring run is done yet")


def test_the_page_shows_who_moves_before_it_is_saved(scored: None, ada: User) -> None:
    page = signed_in(ada).post("/policies/silence.preset_days/change/", {"value": "45", "seen": "0", "preview": "1"})
    assert "customers would change pool" in page.content.decode()
    assert "<td>Hibernating</td>" in page.content.decode()
