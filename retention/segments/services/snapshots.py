"""Freeze who is in a segment under a name, and let go of what is older than the policies keep."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.segments.models import Segment, SegmentMembership, SegmentSize, SegmentSnapshot
from retention.segments.selectors.members import segment_members
from tenants.context import current_tenant
from tenants.governance.services.audit import record_act
from tenants.people.models import User
from tenants.policies import policy_number


def freeze_segment(*, segment: Segment, name: str, actor: object, now: datetime, as_of: date) -> SegmentSnapshot:
    """Keep who is in `segment` as of the day, with its rule as it is; raises RuleError, DomainError without a name."""
    name = name.strip()[:120]
    if not name:
        raise DomainError("snapshot_unnamed", _("A snapshot needs a name."), mend=_("Say what it is kept for."))
    with transaction.atomic():
        snapshot = SegmentSnapshot.objects.create(
            segment=segment,
            name=name,
            as_of=as_of,
            rule=segment.rule,
            created_by=actor if isinstance(actor, User) else None,
            created_at=now,
        )
        sql, params = segment_members(segment, as_of=as_of).order_by().values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO segments_snapshotmember (snapshot_id, customer_id)"  # noqa: S608 - SQL of the query set
                f" SELECT %s, m.* FROM ({sql}) m",
                [snapshot.pk, *params],
            )
            snapshot.customers = cursor.rowcount
        snapshot.save(update_fields=["customers"])
        detail = {"snapshot": str(snapshot.public_id), "customers": snapshot.customers, "as_of": as_of.isoformat()}
        _record("segment.freeze", segment, actor, now, detail)
    return snapshot


def remove_snapshot(*, snapshot: SegmentSnapshot, actor: object, now: datetime) -> None:
    """Let go of a snapshot before its time."""
    with transaction.atomic():
        detail = {"snapshot": str(snapshot.public_id), "customers": snapshot.customers}
        _record("segment.unfreeze", snapshot.segment, actor, now, detail)
        snapshot.delete()


def forget_old_history(now: datetime) -> int:
    """Drop stays that ended, sizes and snapshots that are older than the policies keep; how many rows.

    Who is in now, since whenever, is kept.
    """
    today = now.astimezone(current_tenant().zone).date()
    oldest = today - timedelta(days=int(policy_number("segments.history_days")))
    frozen = now - timedelta(days=int(policy_number("segments.snapshot_days")))
    old = (
        SegmentMembership.objects.filter(left_on__lt=oldest),
        SegmentSize.objects.filter(as_of__lt=oldest),
        SegmentSnapshot.objects.filter(created_at__lt=frozen),
    )
    return sum(rows.delete()[0] for rows in old)


def _record(action: str, segment: Segment, actor: object, now: datetime, detail: dict[str, object]) -> None:
    record_act(actor=actor, action=action, target=f"segment:{segment.code}", detail=detail, at=now)
