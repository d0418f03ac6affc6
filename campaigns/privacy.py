"""What experiments hold on one customer."""

from __future__ import annotations

from campaigns.models import Exposure, ExposureConflict, Outcome
from retention.customers.models import Customer
from retention.customers.privacy import PrivacyPart, Rows, register


def export_experiments(customer: Customer) -> Rows:
    """The arms the customer was drawn into, and what was counted of them."""
    exposures = Exposure.objects.filter(customer=customer).order_by("pk")
    conflicts = ExposureConflict.objects.filter(customer=customer).order_by("pk")
    outcomes = Outcome.objects.filter(customer=customer).order_by("pk")
    return [
        *exposures.values("experiment__name", "arm__name", "exposed_at", "properties", "withdrawn"),
        *conflicts.values("experiment__name", "arm__name", "exposed_at"),
        *outcomes.values("experiment__name", "metric", "value", "occurred_at", "properties", "withdrawn"),
    ]


def erase_experiments(customer: Customer) -> dict[str, int]:
    """Arms and numbers stay, so that a readout stays true; what else came with them goes."""
    return {
        "exposures_emptied": Exposure.objects.filter(customer=customer).update(properties={}),
        "outcomes_emptied": Outcome.objects.filter(customer=customer).update(properties={}),
    }


register(PrivacyPart("experiments", export_experiments, erase_experiments))
