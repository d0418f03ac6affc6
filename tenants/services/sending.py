"""The platform's own stop switch, and the way back after a restore: an operator's."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from retention.common.errors import Conflict
from tenants.context import as_owner, connection, use_public, use_tenant
from tenants.enums import TenantStatus
from tenants.governance.services.audit import record_act
from tenants.models import Tenant
from tenants.selectors.platform import STOP_SENDING, SendingState, sending_state
from tenants.senders import senders


def count_due(*, now: datetime) -> dict[str, int]:
    """How many messages of each active tenant would go out at once, where there are any."""
    found = {}
    for tenant in _active():
        with use_tenant(tenant):
            count = sum(sender.count_due(now) for sender in senders)
        if count:
            found[tenant.slug] = count
    return found


def stop_all_sending(*, actor: object, now: datetime, why: str = "") -> SendingState:
    """No tenant hands anything over any more, within two seconds. Twice is once."""
    with use_public(), transaction.atomic():
        if _turn(is_on=True, now=now):
            record_act(actor=actor, action="platform.stopped", target="sending:all", detail={"why": why}, at=now)
    return sending_state()


def resume_all_sending(*, actor: object, now: datetime, due: str | None = None) -> dict[str, int]:
    """Let every tenant send again; how many messages of each were held for good.

    After a restore nobody knows what went out since the backup was made. So `due` must say what becomes of what waits:
    "send" it, or "hold" it, which also pauses what runs. Raises Conflict when it says neither and something waits.
    """
    state, held = sending_state(), {}
    if state.is_restored:
        waiting = count_due(now=now)
        if waiting and due not in ("send", "hold"):
            found = ", ".join(f"{slug} {count}" for slug, count in waiting.items())
            raise Conflict(
                "restored",
                _("What is due may have gone out since the backup was made: %(found)s.") % {"found": found},
                mend=_("Say “hold” to send none of it and to pause what runs, or “send” to send it."),
            )
        if due == "hold":
            held = _hold(actor, now)
    with use_public(), transaction.atomic():
        if state.is_restored:
            with as_owner("public"), connection.cursor() as cursor:
                cursor.execute("UPDATE platform.home SET place = platform.place(), noted_at = %s", [now])
        if _turn(is_on=False, now=now) or state.is_restored:
            detail = {"restored": state.is_restored, "held": sum(held.values())}
            record_act(actor=actor, action="platform.resumed", target="sending:all", detail=detail, at=now)
    return held


def _active() -> list[Tenant]:
    with use_public():
        return list(Tenant.objects.filter(status=TenantStatus.ACTIVE).order_by("slug"))


def _hold(actor: object, now: datetime) -> dict[str, int]:
    """In every tenant, also suspended ones: they come back some day."""
    with use_public():
        tenants = list(Tenant.objects.exclude(status=TenantStatus.DELETING).order_by("slug"))
    held = {}
    for tenant in tenants:
        with use_tenant(tenant):
            held[tenant.slug] = sum(sender.hold_due(actor, now) for sender in senders)
    return {slug: count for slug, count in held.items() if count}


def _turn(*, is_on: bool, now: datetime) -> bool:
    """Whether the switch was moved."""
    with as_owner("public"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO platform.switch AS w (name, is_on, changed_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (name) DO UPDATE SET is_on = excluded.is_on, changed_at = excluded.changed_at"
            " WHERE w.is_on IS DISTINCT FROM excluded.is_on RETURNING is_on",
            [STOP_SENDING, is_on, now],
        )
        return cursor.fetchone() is not None
