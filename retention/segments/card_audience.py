"""A segment as the audience of a scorecard, where its rule asks about facts alone."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.common.errors import DomainError
from retention.scoring.card_audiences import Audience, Label, Members, audiences
from retention.scoring.moment import Moment
from retention.segments.models import Segment
from retention.segments.rules import compile as rules
from retention.segments.rules.parse import parse_rule
from retention.segments.rules.tree import Node, clauses

FROM_SCORES = ("scoring_", "segments_")
"""Tables that runs fill: a rule that reads them would make a score depend on scores."""


def segment_choices() -> dict[str, Label]:
    """The living segments whose rules ask about facts alone."""
    found = Segment.objects.filter(archived_at=None)
    return {segment.code: segment.title for segment in found if not _reads_scores(segment)}


def segment_members(code: str, moment: Moment) -> Members:
    """Customers of the segment as of the moment, by its rule of today."""
    segment = Segment.objects.filter(code=code, archived_at=None).first()
    if segment is None:
        raise DomainError("no_such_segment", _("There is no segment “%s” any more.") % code, mend=_("Choose another."))
    node = parse_rule(segment.rule)
    asked = asks_scores(node)
    if asked:
        raise DomainError(
            "segment_reads_scores",
            _("“%(segment)s” asks about scores (%(fields)s): a scorecard can’t depend on what it makes.")
            % {"segment": segment.title, "fields": ", ".join(asked)},
            mend=_("Choose a segment whose rule asks about facts alone."),
        )
    compiled = rules.compile_rule(node, rules.Moment.of(moment.as_of))
    return compiled.select("c.id AS id"), compiled.params


def asks_scores(node: Node) -> list[str]:
    """Codes of the fields in a rule that read what runs have written."""
    asked = {clause.field.code: clause.field for clause in clauses(node)}
    return [
        code
        for code, field in asked.items()
        if any(table in f"{field.source.select() if field.source else ''} {field.sql}" for table in FROM_SCORES)
    ]


def _reads_scores(segment: Segment) -> bool:
    try:
        return bool(asks_scores(parse_rule(segment.rule)))
    except DomainError:
        return True


audiences.register(Audience("segment", "shop", gettext_lazy("Segment"), segment_choices, segment_members))
