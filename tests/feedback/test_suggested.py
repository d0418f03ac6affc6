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
def test_a_real_file_of_who_left_and_why(tenant: Tenant, data_dir: Path) -> None:
    with (data_dir / "ravenstack" / "ravenstack_churn_events.csv").open(encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))[:50]
    samples = [Sample(name, cells) for name, cells in zip(header, zip(*rows, strict=True), strict=True)]
    found = suggest_columns(importers["feedback"], samples, Local(tenant.zone, tenant.currency))
    assert (found["account_id"], found["feedback_text"]) == ("account", "text")
    assert "refund_amount_usd" not in found
