"""Product leads: made from what customers said, moved from idea to shipped."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from feedback.enums import LeadStatus
from feedback.models import FeedbackItem, LeadLink, ProductLead
from retention.common.errors import DomainError
from tenants.governance.services.audit import record_act
from tenants.people.models import User


@transaction.atomic
def create_lead(*, title: str, item: FeedbackItem | None, actor: User, now: datetime) -> ProductLead:
    """A new idea, asked for by `item` where there is one."""
    if not title.strip():
        raise DomainError(
            "lead_needs_title", _("A lead needs a title."), mend=_("Say in a few words what is missing.")
        )
    lead = ProductLead.objects.create(title=title.strip()[:200], created_at=now)
    _record(actor, "lead.created", lead, now, {})
    if item is not None:
        link_item(lead=lead, item=item, actor=actor, now=now)
    return lead


@transaction.atomic
def link_item(*, lead: ProductLead, item: FeedbackItem, actor: User, now: datetime) -> bool:
    """One more voice asks for `lead`; False when it did before."""
    _link, made = LeadLink.objects.get_or_create(lead=lead, item=item, defaults={"linked_at": now, "linked_by": actor})
    if made:
        _record(actor, "lead.linked", lead, now, {"item": str(item.public_id)})
    return made


@transaction.atomic
def link_items(*, lead: ProductLead, items: QuerySet[FeedbackItem], actor: User, now: datetime) -> int:
    """All of `items` ask for `lead`; how many of them did not before."""
    found, params = items.order_by("pk").values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO feedback_leadlink (lead_id, item_id, linked_at, linked_by_id)"
            f" SELECT %s, found.id, %s, %s FROM ({found}) AS found (id) ON CONFLICT (lead_id, item_id) DO NOTHING",
            [lead.pk, now, actor.pk, *params],
        )
        made = cursor.rowcount
    if made:
        _record(actor, "lead.linked", lead, now, {"items": made})
    return made


@transaction.atomic
def plan_lead(
    *,
    lead: ProductLead,
    title: str,
    summary: str,
    status: str,
    owner: User | None,
    department: str,
    due_on: date | None,
    actor: User,
    now: datetime,
) -> ProductLead:
    """What it is, where it stands, who owns it and by when. Shipped is kept with its moment."""
    held = ProductLead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    if not title.strip():
        raise DomainError(
            "lead_needs_title", _("A lead needs a title."), mend=_("Say in a few words what is missing.")
        )
    before, is_shipped = held.status, status == LeadStatus.SHIPPED
    held.title, held.summary, held.status = title.strip()[:200], summary.strip(), status
    held.owner, held.department, held.due_on = owner, department.strip()[:80], due_on
    held.shipped_at = (held.shipped_at or now) if is_shipped else None
    held.save()
    _record(actor, "lead.planned", held, now, {"from": before, "to": status})
    return held


def _record(actor: User, action: str, lead: ProductLead, now: datetime, detail: dict[str, object]) -> None:
    record_act(actor=actor, action=action, target=f"lead:{lead.public_id}", detail=detail, at=now)
