"""Tags that a person or a program puts on a customer or takes off, for one source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.customers.models import Customer, CustomerTag
from tenants.governance.services.audit import record_act

BY_HAND = "stay"
"""The source of tags that are given on the customer's page."""
MAX_TAG, MAX_SOURCE, MAX_AT_ONCE = 60, 40, 100


@dataclass(frozen=True)
class Tagged:
    """How many tags were put on and taken off; those that were there or gone already don't count."""

    added: int
    removed: int


@transaction.atomic
def change_tags(
    *,
    customer: Customer,
    source: str,
    now: datetime,
    actor: object,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
) -> Tagged:
    """Put tags on and take tags off, of one source alone. DomainError for a tag that is none."""
    source = source.strip().lower()
    if not 0 < len(source) <= MAX_SOURCE:
        raise DomainError("tag_source_invalid", _("The source is missing or too long."), mend=_("Name it, as wecom."))
    wanted, unwanted = _clean(add), _clean(remove)
    ours = CustomerTag.objects.filter(customer=customer, source=source, removed_at=None)
    gone = ours.filter(tag__in=unwanted - wanted).update(removed_at=now)
    there = set(ours.values_list("tag", flat=True))
    fresh = sorted(wanted - there)
    CustomerTag.objects.bulk_create(
        (CustomerTag(customer=customer, source=source, tag=tag, added_at=now) for tag in fresh), ignore_conflicts=True
    )
    if fresh or gone:
        detail = {"source": source, "added": len(fresh), "removed": gone}
        record_act(actor=actor, action="tags.changed", target=f"customer:{customer.public_id}", detail=detail, at=now)
    return Tagged(len(fresh), gone)


def _clean(tags: Sequence[str]) -> set[str]:
    cleaned = {tag.strip() for tag in tags}
    if len(cleaned) > MAX_AT_ONCE or not all(0 < len(tag) <= MAX_TAG and tag.isprintable() for tag in cleaned):
        raise DomainError(
            "tag_invalid",
            _("A tag has 1 to %(most)d signs.") % {"most": MAX_TAG},
            mend=_("Shorten it, or send fewer at once."),
        )
    return cleaned
