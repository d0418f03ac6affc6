"""Who is in a rule as of a day: how many, who, and how many can be reached by which channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from retention.common.whole_tables import reading_whole_tables
from retention.customers.enums import Channel
from retention.customers.models import Customer
from retention.customers.selectors.lists import counted_customers
from retention.segments.fields import fields
from retention.segments.models import Segment, SegmentMembership, SegmentSize
from retention.segments.rules.compile import Bound, Moment, compile_rule
from retention.segments.rules.ops import OPS
from retention.segments.rules.parse import parse_rule
from retention.segments.rules.tree import Clause

FEW = 50_000
"""Members up to whom looking up each one's consent is quicker than reading everybody's."""


@dataclass(frozen=True)
class ChannelReach:
    """How many of a rule's customers one channel reaches; the share is None of nobody."""

    label: str
    customers: int
    share: float | None


@dataclass(frozen=True)
class Reach:
    """How many a rule holds, and how many of them each channel reaches: consent, address, no refusal as a whole."""

    customers: int
    by_channel: dict[Channel, int]

    @property
    def channels(self) -> list[ChannelReach]:
        """Each channel with its label, customers and their share."""
        return [
            ChannelReach(str(channel.label), count, count / self.customers if self.customers else None)
            for channel, count in self.by_channel.items()
        ]


def rule_members(rule: object, *, as_of: date) -> QuerySet[Customer]:
    """The customers in `rule` as of the day, in order of id; raises RuleError."""
    sql, params = compile_rule(parse_rule(rule), Moment.of(as_of)).positional()
    return counted_customers().filter(id__in=RawSQL(sql, params)).order_by("id")  # noqa: S611


def count_members(rule: object, *, as_of: date) -> int:
    """How many are in `rule` as of the day; raises RuleError."""
    compiled = compile_rule(parse_rule(rule), Moment.of(as_of))
    with transaction.atomic(), reading_whole_tables(), connection.cursor() as cursor:
        cursor.execute(compiled.select("count(*)"), compiled.params)
        row: tuple[int] = cursor.fetchone()
    return row[0]


def count_reachable(rule: object, *, as_of: date, few: bool = False) -> Reach:
    """How many are in `rule` and how many each channel reaches, in one statement; raises RuleError.

    `few`: there are FEW at most, so far as is known.
    """
    statement = reach_statement(rule, as_of=as_of, few=few)
    whole = nullcontext() if few else reading_whole_tables()
    with transaction.atomic(), whole, connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        return statement.reach_of(cursor.fetchone())


@dataclass(frozen=True)
class ReachStatement:
    """The SQL that counts a rule and its reach, and what its row says."""

    sql: str
    params: Mapping[str, Bound]
    channels: tuple[Channel, ...]

    def reach_of(self, row: Sequence[int]) -> Reach:
        """The reach that the row of counts says."""
        return Reach(row[0], dict(zip(self.channels, row[1:], strict=True)))


def reach_statement(rule: object, *, as_of: date, also: str = "", few: bool = False) -> ReachStatement:
    """How to count `rule` and its reach; `also` is one more column, SQL of ours. Where the members are `few`, consent
    is looked up of each, else the ledger is read once for each channel. Raises RuleError."""
    asked = {channel: _reachable(channel) for channel in Channel}
    compiled = compile_rule(parse_rule(rule), Moment.of(as_of), also=asked.values(), few=few)
    counts = [f"count(*) FILTER (WHERE {compiled.answers[clause.place][1]})" for clause in asked.values()]
    columns = ", ".join(["count(*)", *counts, *([also] if also else [])])
    return ReachStatement(compiled.select(columns), compiled.params, tuple(asked))


def _reachable(channel: Channel) -> Clause:
    field = fields["reachable"]
    op = OPS[field.type]["is"]
    return Clause(field, op, (True,), {"channel": str(channel)}, f"reach {channel}")


def segment_reach(segment: Segment, *, as_of: date) -> Reach:
    """The reach of `segment` as of the day: over its snapshot of that very day, else by asking the rule."""
    counted = SegmentSize.objects.filter(segment=segment, as_of=as_of).first()
    if counted is None:
        return count_reachable(segment.rule, as_of=as_of)
    inside = {"field": "in_segment", "op": "is", "value": True, "params": {"segment": segment.code}}
    return count_reachable(inside, as_of=as_of, few=counted.customers <= FEW)


def has_large_snapshot(segment: Segment, as_of: date) -> bool:
    """Whether `segment` was counted for that very day and holds more than FEW: its reach takes seconds."""
    return SegmentSize.objects.filter(segment=segment, as_of=as_of, customers__gt=FEW).exists()


def segment_members(segment: Segment, *, as_of: date) -> QuerySet[Customer]:
    """The customers of `segment` as of the day: from its snapshot of that very day, else by asking the rule."""
    if has_snapshot(segment, as_of):
        stayed = SegmentMembership.objects.filter(segment=segment, entered_on__lte=as_of)
        here = stayed.filter(Q(left_on=None) | Q(left_on__gt=as_of)).values("customer_id")
        return counted_customers().filter(pk__in=here).order_by("id")
    return rule_members(segment.rule, as_of=as_of)


def segments_of(customer: Customer) -> QuerySet[SegmentMembership]:
    """The living segments that hold `customer` now, longest stay first."""
    held = SegmentMembership.objects.filter(customer=customer, left_on=None, segment__archived_at=None)
    return held.select_related("segment").order_by("entered_on", "segment__id")


def has_snapshot(segment: Segment, as_of: date) -> bool:
    """Whether `segment` was counted for that very day."""
    return SegmentSize.objects.filter(segment=segment, as_of=as_of).exists()
