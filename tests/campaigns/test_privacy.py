"""What experiments hold on one customer: exported whole, erased without changing a readout."""

from __future__ import annotations

from decimal import Decimal

import pytest

from campaigns.models import ExposureConflict, Outcome
from campaigns.privacy import erase_experiments, export_experiments
from retention.customers.services.merging import merge_customers
from tenants.models import Tenant
from tests.campaigns.making import NOW, expose, make_customers, make_experiment

pytestmark = pytest.mark.django_db


def test_export_and_erase(tenant: Tenant) -> None:
    experiment = make_experiment()
    wanda, other = make_customers(2)
    for customer in (wanda, other):
        expose(experiment, customer, "mail", properties={"note": "Elm Street"})
        ExposureConflict.objects.create(
            experiment=experiment,
            customer=customer,
            arm=experiment.arms.get(name="none"),
            exposed_at=NOW,
            recorded_at=NOW,
        )
        Outcome.objects.create(
            outcome_id=f"o-{customer.pk}",
            experiment=experiment,
            customer=customer,
            metric="spend",
            value=Decimal("3.5"),
            occurred_at=NOW,
            recorded_at=NOW,
            properties={"to": "Elm Street"},
        )
    assert [row.get("arm__name") or row["metric"] for row in export_experiments(wanda)] == ["mail", "none", "spend"]
    assert erase_experiments(wanda) == {"exposures_emptied": 1, "outcomes_emptied": 1}
    assert "Elm" not in str(export_experiments(wanda))
    assert str(export_experiments(other)).count("Elm") == 2
    assert Outcome.objects.get(customer=wanda).value == Decimal("3.5")


def test_merged_customers_bring_what_does_not_clash(tenant: Tenant) -> None:
    first, second = make_experiment("first"), make_experiment("second")
    gone, stays = make_customers(2)
    expose(first, gone, "mail")
    expose(first, stays, "none")
    expose(second, gone, "mail")
    merge_customers(gone=gone.pk, stays=stays.pk)
    assert sorted(stays.exposures.values_list("experiment__name", "arm__name")) == [
        ("first", "none"),
        ("second", "mail"),
    ]
    assert list(gone.exposures.values_list("arm__name")) == [("mail",)]
