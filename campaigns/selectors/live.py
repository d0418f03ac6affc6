"""How a campaign stands: messages by state, decisions by reason, doubts, and what a stop would mean in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q, QuerySet

from campaigns.enums import ATTEMPTABLE, SENT, MessageState, Reason, Verdict
from campaigns.models import Campaign, Message, Step

WAITING = (*ATTEMPTABLE, MessageState.CLAIMED)


@dataclass(frozen=True)
class Figure:
    """A count with its words."""

    code: str
    label: str
    count: int


@dataclass(frozen=True)
class StepFigures:
    """One step and its messages by state."""

    step: Step
    planned: int
    sent: int
    withheld: int
    doubtful: int


@dataclass(frozen=True)
class Live:
    """A campaign as it stands."""

    enrolled: int
    held_out: int
    states: list[Figure]
    reasons: list[Figure]
    steps: list[StepFigures]
    opened: int
    clicked: int
    waiting: int

    @property
    def sent(self) -> int:
        """How many the providers took."""
        return sum(figure.count for figure in self.states if figure.code in SENT)

    @property
    def doubtful(self) -> int:
        """How many nobody knows of."""
        return sum(figure.count for figure in self.states if figure.code == MessageState.UNKNOWN)


def live_of(campaign: Campaign) -> Live:
    """In six statements, whatever the size."""
    messages = Message.objects.filter(campaign=campaign)
    states = dict(messages.order_by().values_list("state").annotate(count=Count("id")))
    seen = messages.aggregate(opened=Count("opened_at"), clicked=Count("clicked_at"))
    drawn = campaign.enrollments.aggregate(enrolled=Count("id"), held=Count("id", filter=Q(held_out=True)))
    return Live(
        enrolled=drawn["enrolled"],
        held_out=drawn["held"],
        states=[Figure(s, str(MessageState(s).label), states[s]) for s in MessageState.values if states.get(s)],
        reasons=reasons_of(campaign),
        steps=_steps(campaign),
        opened=seen["opened"],
        clicked=seen["clicked"],
        waiting=sum(states.get(state, 0) for state in WAITING),
    )


def reasons_of(campaign: Campaign) -> list[Figure]:
    """Customers who were told no or later, by the reason that stands now: the latest decision of each step counts."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT reason, count(DISTINCT customer_id) FROM (
                SELECT DISTINCT ON (d.customer_id, d.step_id) d.customer_id, d.verdict, d.reasons
                FROM campaigns_decision d WHERE d.campaign_id = %s
                ORDER BY d.customer_id, d.step_id, d.decided_at DESC, d.id DESC
            ) latest, unnest(latest.reasons) AS reason
            WHERE latest.verdict <> %s GROUP BY reason ORDER BY count(DISTINCT customer_id) DESC, reason
            """,
            [campaign.pk, Verdict.YES],
        )
        rows: list[tuple[str, int]] = cursor.fetchall()
    return [Figure(reason, reason_label(reason), count) for reason, count in rows]


def reason_label(code: str) -> str:
    """The words of a reason; its code where a newer release wrote it."""
    return str(Reason(code).label) if code in Reason.values else code


def figures_of_reasons(counts: Mapping[str, int]) -> list[Figure]:
    """Counts by reason in words, the largest first."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Figure(code, reason_label(code), count) for code, count in ordered]


def doubts_of(campaign: Campaign) -> QuerySet[Message]:
    """Messages that a person must decide about, oldest first."""
    return (
        Message.objects.filter(campaign=campaign, state=MessageState.UNKNOWN)
        .select_related("customer")
        .order_by("look_up_at", "id")
    )


def _steps(campaign: Campaign) -> list[StepFigures]:
    if campaign.current is None:
        return []
    counted: dict[int, dict[str, int]] = {}
    rows = Message.objects.filter(campaign=campaign).order_by().values_list("step__ordinal", "state")
    for ordinal, state, count in rows.annotate(count=Count("id")):
        counted.setdefault(ordinal, {})[state] = count
    found = []
    for step in campaign.current.steps.select_related("template", "offer"):
        by = counted.get(step.ordinal, {})
        found.append(
            StepFigures(
                step,
                planned=sum(by.get(state, 0) for state in WAITING),
                sent=sum(by.get(state, 0) for state in SENT),
                withheld=by.get(MessageState.WITHHELD, 0),
                doubtful=by.get(MessageState.UNKNOWN, 0) + by.get(MessageState.ATTEMPTING, 0),
            )
        )
    return found
