"""What a person writes down about an account: a meeting, a note, how they feel about it. Each is a fact."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.common.ids import uuid7
from retention.customers.models import Account
from retention.customers.services.own_facts import OwnFact, record_facts
from tenants.governance.services.audit import record_act
from tenants.people.models import User


@transaction.atomic
def rate_account(*, account: Account, rating: int, reason: str, actor: User, now: datetime) -> None:
    """The CSM's own rating, 1 to 5, with its reason; health reads it."""
    if not 1 <= rating <= 5 or not reason.strip():
        raise DomainError(
            "pulse_incomplete", _("A rating of 1 to 5 and a reason are needed."), mend=_("Fill in both.")
        )
    properties = {"rating": rating, "reason": reason.strip()[:300], "person": actor.email}
    record_facts([OwnFact(f"pulse-{uuid7()}", "csm_pulse", now, account=account.pk, properties=properties)], now=now)
    record_act(
        actor=actor, action="account.rated", target=f"account:{account.public_id}", detail={"rating": rating}, at=now
    )


@transaction.atomic
def note_meeting(*, account: Account, summary: str, held: bool, actor: User, now: datetime) -> None:
    """A meeting that was held, or a note; both stand in the account's timeline."""
    if not summary.strip():
        raise DomainError("note_empty", _("The note is empty."), mend=_("Write a sentence."))
    name = "meeting_held" if held else "note_added"
    properties = {"summary": summary.strip()[:1000], "person": actor.email}
    record_facts([OwnFact(f"note-{uuid7()}", name, now, account=account.pk, properties=properties)], now=now)
    record_act(actor=actor, action="account.noted", target=f"account:{account.public_id}", at=now)
