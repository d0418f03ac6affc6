"""What scoring holds on one customer."""

from __future__ import annotations

from retention.customers.models import Customer
from retention.customers.privacy import PrivacyPart, Rows, register
from retention.scoring.models import CustomerScore, PoolSpell

SHOWN = (
    "as_of",
    "pool",
    "stage",
    "tier",
    "p_alive",
    "expected_90d",
    "churn_probability",
    "clv",
    "health",
    "health_band",
)


def export_scores(customer: Customer) -> Rows:
    """The scores of every run kept, and the stays in pools."""
    scores = CustomerScore.objects.filter(customer=customer).order_by("as_of").values(*SHOWN)
    spells = PoolSpell.objects.filter(customer=customer).order_by("pk").values("pool", "entered_on", "left_on")
    return [{"kind": "score"} | row for row in scores] + [{"kind": "pool"} | row for row in spells]


def erase_scores(customer: Customer) -> dict[str, int]:
    """Scores go; the stays in pools and the trail stand on a nameless row until the next run leaves them out."""
    return {"scores_removed": CustomerScore.objects.filter(customer=customer).delete()[0]}


register(PrivacyPart("scores", export_scores, erase_scores))
