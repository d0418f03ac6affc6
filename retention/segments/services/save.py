"""Make, change, copy and archive segments. Ready ones are copied, never changed: their numbers are policies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import OperationalError, connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from retention.common.errors import Busy, Conflict, DomainError
from retention.segments.models import Segment
from retention.segments.rules.names import FIELD, PARAM, segments_named
from retention.segments.rules.parse import parse_rule
from retention.segments.rules.tree import Node, RuleError, clauses
from retention.segments.selectors.references import way_back
from retention.segments.services.refresh import count_or_say_why
from retention.segments.uses import uses_of
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

    @classmethod
    def of(cls, segment: Segment) -> Draft:
        """What stands."""
        return cls(**{field.name: getattr(segment, field.name) for field in fields(cls)})


def create_segment(*, draft: Draft, actor: object, now: datetime, as_of: date) -> Segment:
    """A new segment with its first count as of `as_of`, or why there is none yet; raises RuleError, and Busy while
    another that others ask about is saved."""
    with transaction.atomic():
        _take_references(draft.rule)
        parse_rule(draft.rule)
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
    while a run counts it or another is saved that asks about others."""
    _refuse_ready(segment)
    with transaction.atomic():
        _take_references(draft.rule)
        _refuse_circle(parse_rule(draft.rule), draft.rule, segment)
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

    Raises DomainError "segment_is_used" while something that lives needs it: see `retention.segments.uses`.
    """
    _refuse_ready(segment)
    with transaction.atomic():
        _take_turn()
        _take(segment)
        _refuse_used(segment, actor)
        if Segment.objects.filter(pk=segment.pk, archived_at=None).update(archived_at=now, updated_at=now):
            _record(actor, "segment.archive", segment, now)


def _count(segment: Segment, as_of: date, now: datetime) -> None:
    """Count what was just written, for as long as a person waits: a rule that takes longer is left to the next run."""
    with statements_of(seconds=int(policy_number("segments.count_seconds"))):
        count_or_say_why(segment, as_of, now)


def _take(segment: Segment) -> None:
    """Hold `segment` to the end of the transaction; Busy where a run counts it for longer than a person waits."""
    with _waiting("segment_is_counted", _("This segment is being counted right now.")):
        Segment.objects.select_for_update(no_key=True).get(pk=segment.pk)


def _take_references(rule: JSONValue) -> None:
    """Who asks about other segments saves alone: whom the rule names and who asks about whom stand still meanwhile."""
    if segments_named(rule):
        _take_turn()


def _take_turn() -> None:
    """Whoever saves or archives what segments ask about each other does so alone, to the end of the transaction."""
    with (
        _waiting("segments_are_saved", _("Another segment is being saved right now.")),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':segments', 0))")


@contextmanager
def _waiting(code: str, told: str) -> Iterator[None]:
    """Busy where a lock is not had in the time that a statement waits."""
    try:
        with transaction.atomic():
            yield
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise Busy(code, told, mend=_("Try again in a minute.")) from error


def _refuse_ready(segment: Segment) -> None:
    if segment.ready:
        raise DomainError(
            "segment_is_ready",
            _("This segment comes with Stay and is not changed."),
            mend=_("Change its numbers on the policies page, or make a copy and change that."),
        )


def _refuse_used(segment: Segment, actor: object) -> None:
    if found := uses_of(segment, actor):
        raise DomainError(
            "segment_is_used",
            _("“%(segment)s” is still asked who is in it, and these would stop working: %(uses)s.")
            % {"segment": segment.title, "uses": "; ".join(map(str, found))},
            mend=_("Change these, end them or archive them first."),
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
