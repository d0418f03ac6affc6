"""Thresholds set by hand: one in force per category and clock; an older one is ended, never deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.customers.enums import Clock
from retention.customers.models import Category
from retention.scoring.models import ThresholdOverride
from retention.scoring.rules import rules_in_force
from tenants.governance.services.audit import record_act


def set_override(
    *, category: Category | None, clock: str, days: float, reason: str, actor: Any, now: datetime
) -> ThresholdOverride:
    """Put `days` in place of the learned threshold from the next run on; raises DomainError outside the limits."""
    rules = rules_in_force()
    least, most = rules.number("silence.shortest_days"), rules.number("silence.longest_days")
    if not least <= days <= most:
        raise DomainError(
            "threshold_out_of_bounds",
            _("%(days)s days is not between %(least)s and %(most)s.")
            % {"days": f"{days:g}", "least": f"{least:g}", "most": f"{most:g}"},
            mend=_("Choose a number within the limits, or change the limits among the policies."),
        )
    if category is not None and Clock.VISIT in (clock, category.clock or rules.text("silence.clock")):
        raise DomainError(
            "clock_of_all",
            _("Log-ins have one threshold for all categories; on their clock a category has none of its own."),
            mend=_("Set the threshold of log-ins, or import this category with the clock of purchases."),
        )
    if not reason.strip():
        raise DomainError(
            "reason_missing", _("A threshold set by hand needs a reason."), mend=_("Say why in a few words.")
        )
    with transaction.atomic():
        before = _end(category, clock, now)
        made = ThresholdOverride.objects.create(
            category=category, clock=clock, days=days, reason=reason.strip(), set_by=actor, set_at=now
        )
        record_act(
            actor=actor,
            action="threshold.set",
            target=_target(category, clock),
            detail={"days": days, "before": before},
        )
    return made


def remove_override(*, category: Category | None, clock: str, actor: Any, now: datetime) -> None:
    """Go back to what the gaps say from the next run on."""
    with transaction.atomic():
        before = _end(category, clock, now)
        if before is None:
            raise DomainError(
                "no_override", _("No threshold is set by hand here."), mend=_("There is nothing to remove.")
            )
        record_act(actor=actor, action="threshold.removed", target=_target(category, clock), detail={"before": before})


def _end(category: Category | None, clock: str, now: datetime) -> float | None:
    rows = ThresholdOverride.objects.select_for_update().filter(category=category, clock=clock, ended_at=None)
    found = rows.first()
    if found is None:
        return None
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    return found.days


def _target(category: Category | None, clock: str) -> str:
    return f"threshold:{clock}:{category.code if category else '*'}"
