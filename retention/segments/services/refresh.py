"""Bring a segment to a day: who entered, who left, how large it is. Only rows that change are written."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.common.whole_tables import reading_whole_tables
from retention.customers.services.state import planned_for_sets
from retention.scoring.models import ScoreRun
from retention.segments.enums import CountProblem
from retention.segments.models import Segment, SegmentRefresh, SegmentSize
from retention.segments.rules.compile import Moment, compile_rule
from retention.segments.rules.parse import parse_rule
from retention.segments.selectors.references import in_order_of_reference

_FOUND = "CREATE TEMPORARY TABLE segment_found ON COMMIT DROP AS {members}"
"""Apart from what writes: a statement that writes reads with one process alone."""
_CHANGE = """
WITH never_in AS (
    DELETE FROM segments_segmentmembership m
    WHERE m.segment_id = %(segment)s AND m.left_on IS NULL AND m.entered_on = %(as_of)s::date
      AND NOT EXISTS (SELECT 1 FROM segment_found f WHERE f.customer_id = m.customer_id)
), left_now AS (
    UPDATE segments_segmentmembership m SET left_on = %(as_of)s::date
    WHERE m.segment_id = %(segment)s AND m.left_on IS NULL AND m.entered_on < %(as_of)s::date
      AND NOT EXISTS (SELECT 1 FROM segment_found f WHERE f.customer_id = m.customer_id)
    RETURNING 1
), never_left AS (
    UPDATE segments_segmentmembership m SET left_on = NULL
    WHERE m.segment_id = %(segment)s AND m.left_on = %(as_of)s::date
      AND EXISTS (SELECT 1 FROM segment_found f WHERE f.customer_id = m.customer_id)
), entered AS (
    INSERT INTO segments_segmentmembership (segment_id, customer_id, entered_on)
    SELECT %(segment)s, f.customer_id, %(as_of)s::date FROM segment_found f
    WHERE NOT EXISTS (
        SELECT 1 FROM segments_segmentmembership m
        WHERE m.segment_id = %(segment)s AND m.customer_id = f.customer_id
          AND (m.left_on IS NULL OR m.left_on = %(as_of)s::date)
    )
    RETURNING 1
), sized AS (
    INSERT INTO segments_segmentsize (segment_id, as_of, customers)
    SELECT %(segment)s, %(as_of)s::date, count(*) FROM segment_found
    ON CONFLICT (segment_id, as_of) DO UPDATE SET customers = EXCLUDED.customers
    RETURNING customers
)
SELECT (SELECT customers FROM sized), (SELECT count(*) FROM entered), (SELECT count(*) FROM left_now)
"""


@dataclass(frozen=True)
class Snapshot:
    """What came of one segment: its size, or why there is none (a CountProblem)."""

    code: str
    customers: int | None
    problem: str = ""


def refresh_segment(segment: Segment, *, as_of: date, now: datetime) -> int:
    """Bring `segment` to `as_of` and return its size. The same day again gives what one go would have given.

    Keeps how long it took and how many entered and left. Raises RuleError, and DomainError "segment_is_ahead" when a
    later day stands already: history only grows at its end.
    """
    begun = time.perf_counter()
    with transaction.atomic():
        Segment.objects.select_for_update(no_key=True).get(pk=segment.pk)
        _refuse_earlier(segment, as_of)
        customers, entered, left = _rewrite(segment, as_of)
        took = {"took_ms": round((time.perf_counter() - begun) * 1000), "refreshed_at": now, "as_of": as_of}
        SegmentRefresh.objects.update_or_create(
            segment=segment, defaults={**took, "entered": entered, "left": left, "problem": ""}
        )
    return customers


def _refuse_earlier(segment: Segment, as_of: date) -> None:
    latest = SegmentSize.objects.filter(segment=segment).order_by("-as_of").values_list("as_of", flat=True).first()
    if latest is not None and latest > as_of:
        raise DomainError(
            "segment_is_ahead",
            _("A count of %(day)s stands already.") % {"day": f"{latest:%Y-%m-%d}"},
            mend=_("Ask the rule itself for an earlier day."),
        )


def _rewrite(segment: Segment, as_of: date) -> tuple[int, int, int]:
    """Customers, entered, left."""
    compiled = compile_rule(parse_rule(segment.rule), Moment.of(as_of))
    with planned_for_sets(), reading_whole_tables(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.segment_found")
        cursor.execute(_FOUND.format(members=compiled.select("c.id AS customer_id")), compiled.params)
        cursor.execute("ANALYZE segment_found")
        cursor.execute(_CHANGE, {"segment": segment.pk, "as_of": as_of})
        row: tuple[int, int, int] = cursor.fetchone()
    return row


def refresh_segments(*, as_of: date, now: datetime) -> list[Snapshot]:
    """Bring all living segments to `as_of`, each after those it asks about; one that can't be says why and holds up no
    other."""
    living = in_order_of_reference(Segment.objects.filter(archived_at=None))
    return [count_or_say_why(segment, as_of, now) for segment in living]


def count_or_say_why(segment: Segment, as_of: date, now: datetime) -> Snapshot:
    """Bring `segment` to `as_of`; where that can't be, nothing of it changes and SegmentRefresh keeps the reason."""
    try:
        return Snapshot(segment.code, refresh_segment(segment, as_of=as_of, now=now))
    except DomainError as error:
        problem = error.code
    except DatabaseError:
        problem = CountProblem.DATABASE.value
    SegmentRefresh.objects.update_or_create(
        segment=segment,
        defaults={"problem": problem},
        create_defaults={"problem": problem, "refreshed_at": now, "as_of": as_of},
    )
    return Snapshot(segment.code, None, problem)


def refresh_after_run(run: ScoreRun) -> None:
    """The act that scoring calls when `run` has come into force."""
    refresh_segments(as_of=run.as_of, now=run.finished_at or run.requested_at)
