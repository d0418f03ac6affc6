"""Make, change, copy and archive segments. Ready ones are copied, never changed: their numbers are policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import OperationalError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from retention.common.errors import Busy, Conflict, DomainError
from retention.segments.models import Segment
from retention.segments.rules.names import FIELD, PARAM
from retention.segments.rules.parse import parse_rule
from retention.segments.rules.tree import Node, RuleError, clauses
from retention.segments.selectors.references import asked_by, way_back
from retention.segments.services.refresh import count_or_say_why
from tenants.context import statements_of
from tenants.governance.services.audit import record_act
from tenants.people.models import User
from tenants.policies import JSONValue, policy_number

RESERVED = {"new", "builder", "preview", "count"}
"""Words that name other pages beside those of segments."""


@dataclass(frozen=True)
class Draft:
    """What a person wrote. Names may be in one language only."""

    name: str
    rule: JSONValue
    name_zh: str = ""
    description: str = ""
    description_zh: str = ""


def create_segment(*, draft: Draft, actor: object, now: datetime, as_of: date) -> Segment:
    """A new segment with its first count as of `as_of`, or why there is none yet; raises RuleError."""
    parse_rule(draft.rule)
    with transaction.atomic():
        segment = Segment.objects.create(
            code=_free_code(draft.name),
            name=draft.name,
            name_zh=draft.name_zh,
            description=draft.description,
            description_zh=draft.description_zh,
            rule=draft.rule,
            created_by=actor if isinstance(actor, User) else None,
            created_at=now,
            updated_at=now,
        )
        _count(segment, as_of, now)
        _record(actor, "segment.create", segment, now)
    return segment


def change_segment(*, segment: Segment, draft: Draft, actor: object, now: datetime, as_of: date) -> Segment:
    """Change an own segment; its history up to now stays as the old rule made it. Raises RuleError, and Busy
    while a run counts it."""
    _refuse_ready(segment)
    _refuse_circle(parse_rule(draft.rule), draft.rule, segment)
    with transaction.atomic():
        _take(segment)
        changed = Segment.objects.filter(pk=segment.pk, updated_at=segment.updated_at).update(
            name=draft.name,
            name_zh=draft.name_zh,
            description=draft.description,
            description_zh=draft.description_zh,
            rule=draft.rule,
            updated_at=now,
        )
        if not changed:
            raise Conflict(
                "segment_changed",
                _("Somebody else changed this segment meanwhile."),
                mend=_("Open it again and repeat your change."),
            )
        segment.refresh_from_db()
        _count(segment, as_of, now)
        _record(actor, "segment.change", segment, now)
    return segment


def archive_segment(*, segment: Segment, actor: object, now: datetime) -> None:
    """Take an own segment off the lists; its history is kept. Twice changes nothing.

    Raises DomainError "segment_is_named" while the rule of a living segment asks about it.
    """
    _refuse_ready(segment)
    _refuse_named(segment)
    with transaction.atomic():
        _take(segment)
        if Segment.objects.filter(pk=segment.pk, archived_at=None).update(archived_at=now, updated_at=now):
            _record(actor, "segment.archive", segment, now)


def _count(segment: Segment, as_of: date, now: datetime) -> None:
    """Count what was just written, for as long as a person waits: a rule that takes longer is left to the next run."""
    with statements_of(seconds=int(policy_number("segments.count_seconds"))):
        count_or_say_why(segment, as_of, now)


def _take(segment: Segment) -> None:
    """Hold `segment` to the end of the transaction; Busy where a run counts it for longer than a person waits."""
    try:
        with transaction.atomic():
            Segment.objects.select_for_update(no_key=True).get(pk=segment.pk)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise Busy(
            "segment_is_counted", _("This segment is being counted right now."), mend=_("Try again in a minute.")
        ) from error


def _refuse_ready(segment: Segment) -> None:
    if segment.ready:
        raise DomainError(
            "segment_is_ready",
            _("This segment comes with Stay and is not changed."),
            mend=_("Change its numbers on the policies page, or make a copy and change that."),
        )


def _refuse_named(segment: Segment) -> None:
    if found := asked_by(segment):
        raise DomainError(
            "segment_is_named",
            _("Other segments ask who is in “%(segment)s”: %(others)s.")
            % {"segment": segment.title, "others": ", ".join(one.title for one in found)},
            mend=_("Change or archive these first."),
        )


def _refuse_circle(node: Node, rule: JSONValue, segment: Segment) -> None:
    """A new segment needs no such check: nobody can name it before it is there."""
    first = way_back(rule, segment.code)
    if first is None:
        return
    told = _("A segment can’t ask who is in itself.")
    if first != segment.code:
        told = _("“%s” asks who is in this segment, so this one can’t ask who is in that.") % first
    asking = (one for one in clauses(node) if one.field.code == FIELD and one.params[PARAM] == first)
    raise RuleError(told, place=next(asking).place, mend=_("Choose another segment, or write its conditions here."))


def _record(actor: object, action: str, segment: Segment, now: datetime) -> None:
    record_act(actor=actor, action=action, target=f"segment:{segment.code}", detail={"rule": segment.rule}, at=now)


def _free_code(name: str) -> str:
    """A code from the name that nobody has yet; "segment" where the name gives no Latin letters."""
    stem = slugify(name)[:50] or "segment"
    taken = RESERVED | set(Segment.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := stem if n == 1 else f"{stem}-{n}") not in taken)
