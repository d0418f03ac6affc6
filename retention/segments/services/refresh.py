"""Take the snapshot of a segment as of a day: who entered, who left, how large it is. One statement a segment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from retention.common.errors import DomainError
from retention.customers.services.state import planned_for_sets
from retention.scoring.models import ScoreRun
from retention.segments.models import Segment, SegmentSize
from retention.segments.rules.compile import Moment, compile_rule
from retention.segments.rules.parse import parse_rule

_SNAPSHOT = """
WITH found AS MATERIALIZED ({members}), never_in AS (
    DELETE FROM segments_segmentmembership m
    WHERE m.segment_id = %(segment)s AND m.left_on IS NULL AND m.entered_on = %(as_of)s::date
      AND NOT EXISTS (SELECT 1 FROM found f WHERE f.customer_id = m.customer_id)
), left_now AS (
    UPDATE segments_segmentmembership m SET left_on = %(as_of)s::date
    WHERE m.segment_id = %(segment)s AND m.left_on IS NULL AND m.entered_on < %(as_of)s::date
      AND NOT EXISTS (SELECT 1 FROM found f WHERE f.customer_id = m.customer_id)
), never_left AS (
    UPDATE segments_segmentmembership m SET left_on = NULL
    WHERE m.segment_id = %(segment)s AND m.left_on = %(as_of)s::date
      AND EXISTS (SELECT 1 FROM found f WHERE f.customer_id = m.customer_id)
), entered AS (
    INSERT INTO segments_segmentmembership (segment_id, customer_id, entered_on)
    SELECT %(segment)s, f.customer_id, %(as_of)s::date FROM found f
    WHERE NOT EXISTS (
        SELECT 1 FROM segments_segmentmembership m
        WHERE m.segment_id = %(segment)s AND m.customer_id = f.customer_id
          AND (m.left_on IS NULL OR m.left_on = %(as_of)s::date)
    )
)
INSERT INTO segments_segmentsize (segment_id, as_of, customers)
SELECT %(segment)s, %(as_of)s::date, count(*) FROM found
ON CONFLICT (segment_id, as_of) DO UPDATE SET customers = EXCLUDED.customers
RETURNING customers
"""


@dataclass(frozen=True)
class Snapshot:
    """What came of one segment: its size, or why there is none."""

    code: str
    customers: int | None
    problem: str = ""


def refresh_segment(segment: Segment, *, as_of: date) -> int:
    """Snapshot `segment` and return its size. The same day again gives what one go would have given.

    Raises RuleError, and DomainError "segment_is_ahead" when a later day's snapshot stands already: history only
    grows at its end.
    """
    with transaction.atomic():
        Segment.objects.select_for_update(no_key=True).get(pk=segment.pk)
        latest = SegmentSize.objects.filter(segment=segment).order_by("-as_of").values_list("as_of", flat=True).first()
        if latest is not None and latest > as_of:
            raise DomainError(
                "segment_is_ahead",
                f"A snapshot of {latest:%Y-%m-%d} stands already.",
                mend="Ask the rule itself for an earlier day.",
            )
        compiled = compile_rule(parse_rule(segment.rule), Moment.of(as_of))
        statement = _SNAPSHOT.format(members=compiled.select("c.id AS customer_id"))
        with planned_for_sets(), connection.cursor() as cursor:
            cursor.execute(statement, {**compiled.params, "segment": segment.pk})
            row: tuple[int] = cursor.fetchone()
    return row[0]


def refresh_segments(*, as_of: date) -> list[Snapshot]:
    """Snapshot all living segments; one whose rule can't be asked says why and holds up no other."""
    taken = []
    for segment in Segment.objects.filter(archived_at=None):
        try:
            taken.append(Snapshot(segment.code, refresh_segment(segment, as_of=as_of)))
        except DomainError as error:
            taken.append(Snapshot(segment.code, None, error.message))
    return taken


def refresh_after_run(run: ScoreRun) -> None:
    """The act that scoring calls when `run` has come into force."""
    refresh_segments(as_of=run.as_of)
