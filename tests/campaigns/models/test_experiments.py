"""What the tables of experiments hold by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from campaigns.models import Arm, Experiment
from tenants.models import Tenant
from tests.campaigns.making import NOW, expose, make_customers, make_experiment

pytestmark = pytest.mark.django_db


def test_a_customer_is_exposed_once(tenant: Tenant) -> None:
    experiment = make_experiment()
    (customer,) = make_customers(1)
    expose(experiment, customer, "none")
    with pytest.raises(IntegrityError, match="exposure_first_wins"), transaction.atomic():
        expose(experiment, customer, "mail")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"salt": ""}, "experiment_salted"),
        ({"started_at": NOW, "ended_at": NOW - timedelta(days=1)}, "experiment_ends_after_start"),
    ],
)
def test_experiments_make_sense(tenant: Tenant, given: dict[str, Any], name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make_experiment(**given)


def test_there_is_one_global_holdout(tenant: Tenant) -> None:
    make_experiment("one", source="global_holdout")
    with pytest.raises(IntegrityError, match="experiment_one_global_holdout"), transaction.atomic():
        make_experiment("two", source="global_holdout")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"name": "none"}, "arm_name_unique"),
        ({"name": "other", "is_control": True}, "arm_one_control"),
        ({"name": "other", "share": 10_001}, "arm_share_in_buckets"),
    ],
)
def test_arms_make_sense(tenant: Tenant, given: dict[str, Any], name: str) -> None:
    experiment = make_experiment()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Arm.objects.create(experiment=experiment, **given)
    assert Experiment.objects.get().arms.count() == 2
