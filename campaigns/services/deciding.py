"""Keep what was decided about messages, with its reasons: in sets, when it was decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from campaigns.enums import Reason, Verdict
from campaigns.models import Decision
from campaigns.selectors.at_send import Known


@dataclass(frozen=True)
class Decided:
    """One decision about one message."""

    known: Known
    verdict: Verdict
    reasons: tuple[Reason, ...]
    evidence: dict[str, object] = field(default_factory=dict)


def keep_decisions(decided: Iterable[Decided], *, now: datetime) -> None:
    """Write them down."""
    Decision.objects.bulk_create(
        [
            Decision(
                campaign_id=each.known.campaign,
                customer_id=each.known.customer,
                step_id=each.known.step,
                message_id=each.known.id,
                verdict=each.verdict,
                reasons=list(each.reasons),
                evidence=each.evidence,
                decided_at=now,
            )
            for each in decided
        ]
    )
