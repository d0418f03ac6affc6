"""A category names its clock, or goes by the tenant's; log-ins have one threshold for all."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from retention.common.errors import DomainError
from retention.customers.models import Category
from retention.scoring.models import CustomerScore, ThresholdOverride
from retention.scoring.moment import Moment
from retention.scoring.rules import rules_in_force
from retention.scoring.services.overrides import set_override
from retention.scoring.services.thresholds import learn
from tenants.governance.models import Policy
from tenants.models import Tenant
from tenants.people.models import User
from tests.scoring.loading import NOW, load_events, load_orders, score
from tests.scoring.rhythms import START, day

COLUMNS = ["order_id", "customer", "ordered_at", "amount", "category"]


def load_members() -> None:
    """One order of a yearly membership and one of milk, long ago; both log in to this day."""
    bought = [("o1", "reader", START, 99, "membership"), ("o2", "cook", START, 5, "milk")]
    load_orders(pd.DataFrame(bought, columns=COLUMNS))
    days = [(START + timedelta(days=d)).isoformat() for d in range(300)]
    load_events([(who, "Signed In", when, "{}") for who in ("reader", "cook") for when in days])


def pools() -> dict[str, tuple[str, str]]:
    rows = CustomerScore.current.values_list("customer__external_id", "clock", "pool")
    return {who: (clock, pool) for who, clock, pool in rows}


def test_a_category_that_names_no_clock_goes_by_the_tenant_s(tenant: Tenant) -> None:
    load_members()
    score(day(300))
    assert pools() == {"reader": ("purchase", "lost"), "cook": ("purchase", "lost")}
    Policy.objects.create(name="silence.clock", value="visit")
    score(day(300))
    assert pools() == {"reader": ("visit", "active"), "cook": ("visit", "active")}
    Category.objects.filter(code="milk").update(clock="purchase")
    score(day(300))
    assert pools() == {"reader": ("visit", "active"), "cook": ("purchase", "lost")}


def test_on_the_clock_of_log_ins_no_category_has_a_threshold_of_its_own(tenant: Tenant, ada: User) -> None:
    films, milk = Category.objects.create(code="films", clock="visit"), Category.objects.create(code="milk")
    of = {"days": 20.0, "reason": "weekly", "actor": ada, "now": NOW}
    for category, clock in ((films, "purchase"), (films, "visit"), (milk, "visit")):
        with pytest.raises(DomainError, match="one threshold for all categories"):
            set_override(category=category, clock=clock, **of)
    assert not ThresholdOverride.objects.exists()
    set_override(category=milk, clock="purchase", **of)
    set_override(category=None, clock="visit", **{**of, "days": 9.0})
    everything = learn(Moment(day(300), "UTC"), rules_in_force()).everything()
    learned = {one.category: (one.days, one.source) for one in everything}
    assert (learned["films"], learned["milk"]) == ((9, "override"), (20, "override"))
    Policy.objects.create(name="silence.clock", value="visit")
    with pytest.raises(DomainError, match="one threshold for all categories"):
        set_override(category=milk, clock="purchase", **of)
