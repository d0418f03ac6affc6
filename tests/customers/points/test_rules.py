"""Rules and the ladder are changed from a day on, with an entry in the audit log, and wake whoever computes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from retention.common.errors import Conflict, DomainError
from retention.customers.models import EarnRule, Level
from retention.customers.services.points.rules import RuleDraft, Rung, end_rule, save_ladder, save_rule
from tenants.governance.models import AuditEntry
from tenants.people.models import User

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = NOW.date()
SPEND = RuleDraft("spend", "Spend", "spend", Decimal(1))


def rows() -> list[tuple[object, ...]]:
    return list(EarnRule.objects.order_by("starts_on").values_list("points", "starts_on", "ends_on"))


def test_a_change_ends_what_held_and_begins_anew(ada: User) -> None:
    save_rule(draft=SPEND, from_day=DAY, actor=ada, now=NOW)
    save_rule(draft=SPEND, from_day=DAY + timedelta(days=9), actor=ada, now=NOW)
    later = DAY + timedelta(days=5)
    save_rule(draft=replace(SPEND, points=Decimal(2)), from_day=later, actor=ada, now=NOW)
    assert rows() == [(1, DAY, later - timedelta(days=1)), (2, later, None)]
    save_rule(draft=replace(SPEND, points=Decimal(3)), from_day=later, actor=ada, now=NOW)
    assert rows() == [(1, DAY, later - timedelta(days=1)), (3, later, None)]
    acts = AuditEntry.objects.filter(action="earn_rule.set").order_by("position")
    assert list(acts.values_list("detail__to__points", flat=True)) == ["1", "2", "3"]


def test_an_ended_rule_may_begin_again_after_its_end(ada: User) -> None:
    save_rule(draft=SPEND, from_day=DAY, actor=ada, now=NOW)
    assert end_rule(code="spend", last_day=DAY + timedelta(days=3), actor=ada, now=NOW)
    assert not end_rule(code="spend", last_day=DAY, actor=ada, now=NOW)
    with pytest.raises(Conflict):
        save_rule(draft=SPEND, from_day=DAY + timedelta(days=3), actor=ada, now=NOW)
    save_rule(draft=SPEND, from_day=DAY + timedelta(days=4), actor=ada, now=NOW)
    with pytest.raises(Conflict):
        save_rule(draft=replace(SPEND, points=Decimal(9)), from_day=DAY, actor=ada, now=NOW)
    assert len(rows()) == 2


@pytest.mark.parametrize(
    "draft",
    [replace(SPEND, kind="wish"), replace(SPEND, points=Decimal(-1)), RuleDraft("r", "Review", "event", Decimal(5))],
)
def test_a_rule_that_says_nothing_is_refused(ada: User, draft: RuleDraft) -> None:
    with pytest.raises(DomainError):
        save_rule(draft=draft, from_day=DAY, actor=ada, now=NOW)
    assert rows() == []


def test_the_ladder_is_replaced_as_a_whole_and_only_when_it_differs(ada: User) -> None:
    first = [Rung("V1", 0), Rung("V2", 100, "Silver", multiplier=Decimal("1.5"))]
    assert save_ladder(rungs=first, actor=ada, now=NOW)
    assert not save_ladder(rungs=first, actor=ada, now=NOW)
    assert save_ladder(rungs=[Rung("V2", 0), Rung("V1", 100)], actor=ada, now=NOW)
    assert list(Level.objects.values_list("code", "points_needed")) == [("V2", 0), ("V1", 100)]
    assert AuditEntry.objects.filter(action="levels.set").count() == 2


@pytest.mark.parametrize("rungs", [[Rung("V1", 0), Rung("V1", 5)], [Rung("V1", 0), Rung("V2", 0)], [Rung("", 0)]])
def test_two_levels_alike_are_refused(ada: User, rungs: list[Rung]) -> None:
    with pytest.raises(DomainError):
        save_ladder(rungs=rungs, actor=ada, now=NOW)
