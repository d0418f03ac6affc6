"""Drawing customers into arms: global holdout first, both sides exposed, nobody moved by re-runs or growth."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.enums import ExperimentSource
from campaigns.models import Experiment, Exposure
from campaigns.science.assignment import BUCKETS, bucket_of
from campaigns.services.experiments import (
    GLOBAL,
    Customers,
    assign,
    create_experiment,
    draw,
    global_experiment,
    mark_control,
    set_shares,
)
from retention.common.errors import Conflict, DomainError
from retention.customers.models import Customer
from tenants.context import use_tenant
from tenants.governance.models import AuditEntry
from tenants.governance.services.policies import set_policy
from tenants.models import Tenant
from tenants.people.models import User
from tests.campaigns.making import NOW, make_customers, make_experiment

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def these(customers: list[Customer]) -> Customers:
    ids = [customer.pk for customer in customers]
    return Customers("SELECT unnest(%(ids)s::bigint[]) AS customer_id", {"ids": ids})


def create(name: str = "Spring", holdout: float = 0.2, **given: Any) -> Experiment:
    arms = given.pop("arms", {"letter": 1, "coupon": 2})
    return create_experiment(
        name=name, holdout=holdout, arms=arms, source=ExperimentSource.CAMPAIGN, actor="test", now=NOW, **given
    )


def exposures(experiment: Experiment) -> dict[int, str]:
    return dict(Exposure.objects.filter(experiment=experiment).values_list("customer_id", "arm__name"))


def test_arms_fill_all_buckets(tenant: Tenant) -> None:
    experiment = create()
    assert list(experiment.arms.values_list("name", "share", "is_control")) == [
        ("holdout", 2000, True),
        ("letter", 2667, False),
        ("coupon", 5333, False),
    ]
    assert AuditEntry.objects.filter(action="experiment.created").count() == 1
    with pytest.raises(Conflict, match="Spring"):
        create()


@pytest.mark.parametrize(("holdout", "arms"), [(1.0, {"a": 1}), (-0.1, {"a": 1}), (0.1, {}), (0.1, {"a": 0})])
def test_arms_that_make_no_sense(tenant: Tenant, holdout: float, arms: dict[str, int]) -> None:
    with pytest.raises(DomainError):
        create(holdout=holdout, arms=arms)


def test_everybody_falls_where_the_hash_says(tenant: Tenant) -> None:
    experiment, customers = create(salt="spring"), make_customers(3_000)
    drawn = assign(experiment=experiment, customers=these(customers), now=NOW)
    everybody = Experiment.objects.get(name=GLOBAL)
    expected = {}
    for customer in customers:
        bucket = bucket_of("spring", customer.public_id)
        arm = "holdout" if bucket < 2000 else "letter" if bucket < 4667 else "coupon"
        outside = bucket_of(everybody.salt, customer.public_id) < 500
        expected[customer.pk] = "" if outside else arm
    assert exposures(experiment) == {pk: arm for pk, arm in expected.items() if arm}
    assert exposures(everybody) == {pk: "campaigns" if arm else "holdout" for pk, arm in expected.items()}
    sizes = Counter(expected.values())
    assert drawn.global_holdout == sizes[""] > 0
    assert {arm.name: drawn.arms[arm.pk] for arm in experiment.arms.all()} == {
        name: sizes[name] for name in ("holdout", "letter", "coupon")
    }
    assert drawn.exposed == 3_000 - sizes[""]
    assert set(Exposure.objects.values_list("exposed_at", "recorded_at")) == {(NOW, NOW)}


def test_again_and_larger_moves_nobody(tenant: Tenant) -> None:
    experiment, customers = create(), make_customers(400)
    assign(experiment=experiment, customers=these(customers[:100]), now=NOW)
    first = exposures(experiment)
    assert assign(experiment=experiment, customers=these(customers[:100]), now=LATER).exposed == 0
    assign(experiment=experiment, customers=these(customers), now=LATER)
    assert first.items() <= exposures(experiment).items()
    assert set(Exposure.objects.filter(customer__in=customers[:100]).values_list("exposed_at", flat=True)) == {NOW}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.sets(st.integers(0, 59)), min_size=1, max_size=5), holdout=st.sampled_from([0.0, 0.1, 0.5]))
def test_any_parts_in_any_order_give_the_same(tenant: Tenant, parts: list[set[int]], holdout: float) -> None:
    """Drawn in parts that overlap, in whatever order: the same as all of them at once."""
    Exposure.objects.all().delete()
    Experiment.objects.filter(name__startswith="part").delete()
    customers = list(Customer.objects.order_by("pk")) or make_customers(60)
    whole, pieces = (create(name, holdout, salt="same") for name in ("part one", "part two"))
    for part in parts:
        assign(experiment=pieces, customers=these([customers[number] for number in part]), now=NOW)
    together = [customers[number] for number in set().union(*parts)]
    assign(experiment=whole, customers=these(together), now=NOW)
    assert exposures(pieces) == exposures(whole)


def test_a_changed_share_leaves_the_exposed_where_they_are(tenant: Tenant, ada: User) -> None:
    experiment, customers = create(), make_customers(300)
    assign(experiment=experiment, customers=these(customers[:150]), now=NOW)
    first = exposures(experiment)
    set_policy(name="campaigns.global_holdout", value=0.5, actor=ada, now=NOW)
    drawn = assign(experiment=experiment, customers=these(customers), now=LATER)
    assert first.items() <= exposures(experiment).items()
    assert 50 < drawn.global_holdout < 110


def test_without_a_holdout_all_are_treated(tenant: Tenant) -> None:
    experiment, customers = create(holdout=0, arms={"mail": 1}), make_customers(50)
    query = draw(experiment, these(customers), now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(query.sql, query.params)
        arms = {arm for _customer, arm in cursor.fetchall()}
    assert arms <= {None, experiment.arms.get(name="mail").pk}
    assert not Exposure.objects.exists()


def test_imported_experiments_draw_nobody(tenant: Tenant) -> None:
    with pytest.raises(DomainError, match="add up"):
        assign(experiment=make_experiment(), customers=these([]), now=NOW)


def test_control_and_shares_of_an_imported_trial(tenant: Tenant, ada: User) -> None:
    experiment = make_experiment()
    mark_control(experiment=experiment, control=experiment.arms.get(name="mail"), actor=ada, now=NOW)
    set_shares(experiment=experiment, weights=[1, 9], actor=ada, now=NOW)
    assert list(experiment.arms.values_list("name", "share", "is_control")) == [
        ("none", 1000, False),
        ("mail", 9000, True),
    ]
    with pytest.raises(DomainError):
        set_shares(experiment=experiment, weights=[0, 0], actor=ada, now=NOW)
    with pytest.raises(Conflict):
        set_shares(experiment=create("ours"), weights=[1, 1, 1], actor=ada, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_draw_the_same(acme: Tenant) -> None:
    """Two workers draw one crowd at the same time: one exposure each, and one global experiment."""
    with use_tenant(acme):
        experiment, customers = create(), make_customers(500)
    problems: list[BaseException] = []

    def work() -> None:
        try:
            with use_tenant(acme):
                assign(experiment=Experiment.objects.get(name="Spring"), customers=these(customers), now=NOW)
        except BaseException as error:
            problems.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with use_tenant(acme):
        assert Experiment.objects.filter(source="global_holdout").count() == 1
        total = Exposure.objects.filter(experiment=global_experiment(now=NOW)).count()
        outside = Exposure.objects.filter(experiment__source="global_holdout", arm__name="holdout").count()
        assert (total, Exposure.objects.filter(experiment=experiment).count()) == (500, 500 - outside)
    assert BUCKETS == 10_000
