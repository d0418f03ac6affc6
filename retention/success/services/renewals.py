"""What people decide about the end of a term, and what they plan."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from retention.common.errors import Conflict, DomainError
from retention.success.enums import RenewalStatus
from retention.success.models import Renewal
from tenants.governance.services.audit import record_act
from tenants.people.models import User

NEEDS_REASON = (RenewalStatus.CONTRACTED, RenewalStatus.LOST)


@transaction.atomic
def decide(
    *, renewal: Renewal, status: str, amount_after: Decimal | None, reason: str, actor: User, now: datetime
) -> Renewal:
    """It was renewed, renewed for less, or lost; the last two for a reason."""
    if status in NEEDS_REASON and not reason.strip():
        raise DomainError("renewal_needs_reason", _("Say why."), mend=_("One sentence is enough."))
    if status == RenewalStatus.CONTRACTED and amount_after is None:
        raise DomainError("renewal_needs_amount", _("Say for how much."), mend=_("Fill in what it was renewed for."))
    open_one = Renewal.objects.filter(pk=renewal.pk, status=RenewalStatus.OPEN)
    amount = renewal.amount if status == RenewalStatus.RENEWED and amount_after is None else amount_after
    if not open_one.update(
        status=status, amount_after=amount, reason=reason.strip()[:300], decided_at=now, decided_by=actor
    ):
        raise Conflict("renewal_decided", _("This was decided already."), mend=_("Reload the page."))
    record_act(
        actor=actor, action="renewal.decided", target=f"renewal:{renewal.public_id}", detail={"status": status}, at=now
    )
    renewal.refresh_from_db()
    return renewal


@transaction.atomic
def plan_next_step(*, renewal: Renewal, step: str, on: date | None, actor: User, now: datetime) -> Renewal:
    """What comes next; whoever plans it owns it."""
    Renewal.objects.filter(pk=renewal.pk).update(next_step=step[:300], next_step_on=on, owner=actor)
    record_act(actor=actor, action="renewal.planned", target=f"renewal:{renewal.public_id}", at=now)
    renewal.refresh_from_db()
    return renewal
