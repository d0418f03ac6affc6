"""One more voice: from the form, a survey's comment, the HTTP API. Known by its id, so that one sent twice is one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from feedback.enums import Intent
from feedback.models import FeedbackItem
from feedback.services.duplicates import merge_duplicates
from feedback.services.facts import facts_said
from retention.customers.languages import language_of_text
from retention.customers.models import Account, Customer
from retention.customers.services.own_facts import record_facts


@transaction.atomic
def hear(
    *,
    feedback_id: str,
    text: str,
    channel: str,
    now: datetime,
    customer: Customer | None = None,
    account: Account | None = None,
    language: str = "",
    intent: str = "",
    received_at: datetime | None = None,
    properties: Mapping[str, object] | None = None,
) -> tuple[FeedbackItem, bool]:
    """Keep what was said, and the fact that it was; with False, and no change, when this id was heard before."""
    item = FeedbackItem(
        feedback_id=feedback_id,
        text=text,
        channel=channel[:40],
        customer=customer,
        account=account,
        language=language or language_of_text(text),
        intent=intent,
        severe=intent == Intent.ESCALATION,
        received_at=received_at or now,
        recorded_at=now,
        updated_at=now,
        properties=dict(properties or {}),
    )
    _hold_speaker(customer, account)
    FeedbackItem.objects.bulk_create([item], ignore_conflicts=True)
    kept = FeedbackItem.objects.get(feedback_id=feedback_id)
    is_new = kept.public_id == item.public_id
    if is_new:
        if merge_duplicates([kept.pk], now=now):
            kept.refresh_from_db()
        record_facts(facts_said(kept, ""), now=now)
    return kept, is_new


def _hold_speaker(customer: Customer | None, account: Account | None) -> None:
    """Of two who say the same at once, one is first."""
    if customer is not None:
        Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer.pk)
    elif account is not None:
        Account.objects.select_for_update(of=("self",), no_key=True).get(pk=account.pk)
