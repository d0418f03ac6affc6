"""What the database itself refuses."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from retention.scoring.models import PoolSpell, ScoreRun, ThresholdOverride
from tenants.models import Tenant


def run(**fields: object) -> ScoreRun:
    return ScoreRun.objects.create(as_of=date(2024, 1, 1), requested_at=timezone.now(), **fields)


def refused(constraint: str) -> pytest.RaisesExc[IntegrityError]:
    return pytest.raises(IntegrityError, match=constraint)


def test_two_runs_cannot_both_be_in_force(tenant: Tenant) -> None:
    run(is_current=True)
    with refused("scorerun_one_current"), transaction.atomic():
        run(is_current=True)


def test_a_customer_is_in_one_pool_at_a_time(tenant: Tenant) -> None:
    PoolSpell.objects.create(customer_id=1, pool="active", entered_on=date(2024, 1, 1), reason="first")
    with refused("poolspell_one_open"), transaction.atomic():
        PoolSpell.objects.create(customer_id=1, pool="lost", entered_on=date(2024, 2, 1), reason="silence")


def test_a_spell_lasts_at_least_a_day(tenant: Tenant) -> None:
    day = date(2024, 1, 1)
    with refused("poolspell_ends_after_start"), transaction.atomic():
        PoolSpell.objects.create(customer_id=1, pool="active", entered_on=day, left_on=day, reason="first")


def test_the_tenant_has_one_threshold_by_hand_per_clock(tenant: Tenant) -> None:
    fields = {"category": None, "days": 30, "reason": "season", "set_at": timezone.now()}
    ThresholdOverride.objects.create(**fields)
    with refused("override_one_in_force"), transaction.atomic():
        ThresholdOverride.objects.create(**fields)


def test_a_threshold_by_hand_needs_a_reason(tenant: Tenant) -> None:
    with refused("override_has_reason"), transaction.atomic():
        ThresholdOverride.objects.create(days=30, reason="", set_at=timezone.now())
