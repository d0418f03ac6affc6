"""What the columns of a file from elsewhere are taken for."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from retention.customers.importers import importers
from retention.customers.importers.suggest import Sample, suggest_columns
from retention.customers.importers.values import Local
from tenants.models import Tenant


@pytest.mark.data
def test_a_real_file_of_subscriptions(tenant: Tenant, data_dir: Path) -> None:
    with (data_dir / "ravenstack" / "ravenstack_subscriptions.csv").open(encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))[:20]
    samples = [Sample(name, cells) for name, cells in zip(header, zip(*rows, strict=True), strict=True)]
    assert suggest_columns(importers["contracts"], samples, Local(tenant.zone, tenant.currency)) == {
        "subscription_id": "contract_id",
        "account_id": "account",
        "start_date": "starts_on",
        "end_date": "ends_on",
        "plan_tier": "product",
        "auto_renew_flag": "auto_renew",
    }
