"""Rows of experiments for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from campaigns.models import Arm, Experiment, Exposure
from retention.customers.models import Customer

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def make_experiment(name: str = "Spring", arms: tuple[str, ...] = ("none", "mail"), **given: Any) -> Experiment:
    """An experiment whose first arm is the control."""
    values = {"salt": "salt", "source": "imported", "created_at": NOW, **given}
    experiment = Experiment.objects.create(name=name, **values)
    for position, arm in enumerate(arms):
        Arm.objects.create(experiment=experiment, name=arm, position=position, is_control=position == 0)
    return experiment


def make_customers(count: int, prefix: str = "c") -> list[Customer]:
    """Customers called c-0, c-1 …"""
    return Customer.objects.bulk_create(
        Customer(external_id=f"{prefix}-{number}", recorded_at=NOW, updated_at=NOW) for number in range(count)
    )


def expose(experiment: Experiment, customer: Customer, arm: str, at: datetime = NOW, **given: Any) -> Exposure:
    """`customer` met `arm`."""
    return Exposure.objects.create(
        experiment=experiment,
        customer=customer,
        arm=experiment.arms.get(name=arm),
        exposed_at=at,
        recorded_at=at,
        **given,
    )
