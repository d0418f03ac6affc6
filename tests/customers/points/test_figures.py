"""The sums of the membership page are kept for an hour, as they would be worked out, until something changes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from retention.customers.models import Customer, MembershipFigures
from retention.customers.selectors.membership_sums import points_flow
from retention.customers.services.imports import import_file
from retention.customers.services.points import figures
from retention.customers.services.points.figures import Figures, keep_figures_fresh, told_figures, work_out
from retention.customers.services.points.rules import RuleDraft, Rung, save_ladder, save_rule
from tenants.context import connection as plain
from tenants.governance.services.policies import set_policy
from tenants.people.models import User
from tests.customers.facts import make_customer, make_points
from tests.customers.points.making import hold, make_levels
from tests.tenants.people.browser import signed_in

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
DAY = date(2026, 3, 31)


@pytest.fixture
def ann(tenant: object) -> Customer:
    make_levels(0, 100)
    ann, ben = make_customer("ann", NOW), make_customer("ben", NOW)
    make_points(ann, 150, NOW - timedelta(days=9))
    for end in (date(2025, 6, 30), date(2026, 1, 31)):
        hold(ben, "Gold", end - timedelta(days=364), end)
    return ann


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """The days that were worked out."""
    days: list[date] = []

    def counted(as_of: date) -> Figures:
        days.append(as_of)
        return work_out(as_of)

    monkeypatch.setattr(figures, "work_out", counted)
    return days


def figures_of(day: date, *, now: datetime) -> Figures:
    told = told_figures(day, now=now)
    assert told is not None
    assert (told.as_of, told.is_fresh) == (day, True)
    return told.figures


def test_they_are_worked_out_once_and_kept_as_they_are(ann: Customer, worked: list[date]) -> None:
    first = figures_of(DAY, now=NOW)
    kept = figures_of(DAY, now=NOW + timedelta(minutes=59))
    assert first == kept == work_out(DAY)
    assert kept.levels == {"V1": 1, "V2": 1}
    assert (kept.flow.given, [row.ended for row in kept.by_level], len(kept.by_month)) == (150, [2], 2)
    assert kept.by_level[0].rate is None
    assert (worked, MembershipFigures.objects.count()) == ([DAY], 1)


def test_who_has_no_level_is_kept_too(tenant: object) -> None:
    make_customer("ann", NOW)
    figures_of(DAY, now=NOW)
    assert figures_of(DAY, now=NOW).levels == {None: 1}


def test_another_day_an_hour_a_policy_a_ladder_a_rule_and_an_import_end_them(
    ann: Customer, worked: list[date], ada: User, tmp_path: Path
) -> None:
    def asked(day: date = DAY, now: datetime = NOW) -> int:
        figures_of(day, now=now)
        figures_of(day, now=now)
        return len(worked)

    assert asked() == 1
    assert asked(DAY + timedelta(days=1)) == 2
    assert asked() == 3
    assert asked(now=NOW + timedelta(hours=1)) == 4
    set_policy(name="levels.window_days", value=30, actor=None, now=NOW)
    assert asked() == 5
    save_ladder(rungs=[Rung("V1", 0)], actor=ada, now=NOW)
    assert asked() == 6
    rule = RuleDraft("spend", "Spend", "spend", Decimal(1))
    save_rule(draft=rule, from_day=DAY, actor=ada, now=NOW)
    assert asked() == 7
    path = tmp_path / "memberships.csv"
    path.write_text("customer,level,since\nann,Gold,2026-03-01\n")
    import_file(kind="memberships", path=path, now=NOW)
    assert asked() == 8
    assert figures_of(DAY, now=NOW).levels == {"V1": 1, "Gold": 1}


def test_the_page_reads_what_is_kept(ann: Customer, worked: list[date], vera: User) -> None:
    browser = signed_in(vera)
    first, again = (browser.get("/membership/").context for _view in range(2))
    assert [row["name"] for row in first["levels"]] == ["V1", "V2"]
    for name in ("day", "levels", "flow", "renewals"):
        assert first[name] == again[name]
    assert (worked, first["flow"]) == ([first["day"]], points_flow(first["day"]))


@contextmanager
def somebody_works_them_out() -> Iterator[None]:
    """Another connection holds the lock, as a worker does for as long as it takes."""
    with psycopg.connect(**plain.get_connection_params(), autocommit=False) as other:  # type: ignore[call-overload]
        name = f"{plain.schema_name}:membership"
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        yield


def test_while_a_worker_works_them_out_the_older_ones_are_told(ann: Customer, worked: list[date], vera: User) -> None:
    browser = signed_in(vera)
    with somebody_works_them_out():
        page = browser.get("/membership/")
        assert (page.status_code, page.context["told"], worked) == (200, None, [])
        assert "being worked out for the first time" in page.content.decode()
        answer = browser.get("/api/v1/levels/")
        assert (answer.status_code, answer.json()["code"]) == (503, "figures_unmade")
        kept = figures._plain(work_out(DAY))
        MembershipFigures.objects.create(basis=figures._basis(DAY), figures=kept, made_at=NOW)
        rule = RuleDraft("spend", "Spend", "spend", Decimal(1))
        save_rule(draft=rule, from_day=DAY, actor=vera, now=NOW)
        page = browser.get("/membership/")
        assert [row["name"] for row in page.context["levels"]] == ["V1", "V2"]
        assert "Newer ones are being worked out" in page.content.decode()
        assert browser.get("/api/v1/levels/").json()["as_of"] == DAY.isoformat()
    assert worked == []


def test_what_takes_longer_than_a_person_waits_is_left_to_a_worker(
    ann: Customer, vera: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def slow(as_of: date) -> Figures:
        if plain.statement_seconds <= figures.PATIENCE:
            with plain.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(60)")
        return work_out(as_of)

    monkeypatch.setattr(figures, "work_out", slow)
    monkeypatch.setattr(figures, "PATIENCE", 1)
    browser = signed_in(vera)
    with django_capture_on_commit_callbacks(execute=True) as sent:
        assert browser.get("/membership/").context["told"] is None
    assert len(sent) == 1
    told = browser.get("/membership/").context
    assert (told["told"].is_fresh, [row["name"] for row in told["levels"]]) == (True, ["V1", "V2"])


def test_the_chore_works_them_out_ahead_where_there_is_something_to_tell(tenant: object, worked: list[date]) -> None:
    keep_figures_fresh(NOW)
    assert worked == []
    make_points(make_customer("ann", NOW), 150, NOW - timedelta(days=9))
    for later, times in ((0, 1), (5, 1), (50, 2)):
        keep_figures_fresh(NOW + timedelta(minutes=later))
        assert worked == [DAY] * times
    figures_of(DAY, now=NOW + timedelta(minutes=51))
    assert worked == [DAY] * 2
