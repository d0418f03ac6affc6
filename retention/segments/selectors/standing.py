"""What a segment's page can tell: its rule in words, and whether its customers can be listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.segments.models import Segment, SegmentRefresh
from retention.segments.rules.parse import parse_rule
from retention.segments.rules.tree import RuleError
from retention.segments.selectors.members import has_snapshot
from retention.segments.selectors.words import Words, rule_words


@dataclass(frozen=True)
class Standing:
    """The rule, None where it can't be read; what stands against it; whether its customers can be listed."""

    rule: Words | None
    problem: DomainError | None
    has_members: bool


def standing_of(segment: Segment, *, as_of: date) -> Standing:
    """How `segment` stands on the day. A rule that could not be counted is not asked again by a page."""
    counted = has_snapshot(segment, as_of)
    try:
        rule = rule_words(parse_rule(segment.rule))
    except RuleError as error:
        return Standing(None, error, counted)
    failed = None if counted else SegmentRefresh.objects.filter(segment=segment).exclude(problem="").first()
    if failed is None:
        return Standing(rule, None, True)
    mend = _("It is counted again with the next run; a simpler rule takes less time.")
    return Standing(rule, DomainError("not_counted", failed.problem_words, mend=mend), False)
