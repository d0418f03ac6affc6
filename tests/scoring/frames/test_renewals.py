"""Terms in a row: what is a renewal, what has left, what is still open, and what no model can read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from retention.customers.models import Membership
from retention.scoring.features.renewal_terms import RenewalSource, renewal_sources
from retention.scoring.frames.renewals import running_terms_of
from retention.scoring.moment import Moment
from retention.scoring.rules import rules_in_force
from retention.scoring.services.renewals import renewals_by_term
from tests.scoring.memberships import D, counts, histories, make_terms, member, running

pytestmark = pytest.mark.usefixtures("tenant")
Y2023, Y2024, Y2025 = ("2023-01-01", "2023-12-31"), ("2024-01-01", "2024-12-31"), ("2025-01-01", "2025-12-31")


def test_terms_that_follow_each_other_are_renewals() -> None:
    member(Y2023, Y2024, Y2025, ("2026-01-01", "2026-12-31"))
    assert histories() == [("yearly", 3, False)]
    assert running() == [("yearly", 3, date(2026, 12, 31), 100.0)]


def test_another_level_goes_on_with_the_same_membership() -> None:
    gold = member(Y2023)
    make_terms(gold, Y2024, level="platinum")
    assert histories() == [("yearly", 1, True)]


@pytest.mark.parametrize(
    ("begins", "found"),
    [
        ("2025-01-30", [("yearly", 1, False)]),  # 30 days late
        ("2025-02-02", [("yearly", 0, False), ("yearly", 0, True)]),  # 33 days: a new start
        ("2024-12-02", [("yearly", 1, False)]),  # renewed early
        ("2024-11-01", [("yearly", 0, False), ("yearly", 0, True)]),  # another one beside it
    ],
)
def test_a_renewal_may_come_a_little_early_or_late(begins: str, found: list[Any]) -> None:
    end = {"2025-01-30": "2026-01-29", "2025-02-02": "2026-02-01", "2024-12-02": "2025-12-01"}.get(
        begins, "2025-10-31"
    )
    member(Y2024, (begins, end))
    assert histories(date(2025, 6, 30)) == found


@pytest.mark.parametrize(
    ("as_of", "left"), [(date(2025, 1, 1), False), (date(2025, 1, 30), False), (date(2025, 1, 31), True)]
)
def test_an_end_is_open_until_the_grace_is_over(as_of: date, left: bool) -> None:
    member(Y2024)
    assert histories(as_of) == [("yearly", 0, left)]
    assert bool(running(as_of)) is (as_of <= date(2025, 1, 30))


def test_a_renewal_made_within_the_grace_isnt_counted_before_those_who_leave() -> None:
    member(Y2024, Y2025, name="c-1")
    member(Y2024, name="c-2")
    assert counts(date(2025, 1, 15)) == {("yearly", 0, False): 2}
    assert counts(date(2025, 2, 28)) == {("yearly", 1, False): 1, ("yearly", 0, True): 1}
    assert [(row[1], row[2]) for row in running(date(2025, 1, 15))] == [(0, date(2024, 12, 31)), (1, Y2025_END)]


Y2025_END = date(2025, 12, 31)


def test_who_goes_on_with_a_term_of_another_length_has_not_left() -> None:
    member(("2024-01-05", "2024-02-04"), ("2024-02-05", "2024-03-04"), ("2024-03-05", "2025-03-04"))
    assert histories(date(2024, 12, 31)) == [("monthly", 1, False), ("yearly", 0, False)]
    assert [row[0] for row in running(date(2024, 12, 31))] == ["yearly"]


@pytest.mark.parametrize(
    ("starts", "ends", "name"),
    [
        ("2024-02-01", "2024-02-29", "monthly"),
        ("2024-01-31", "2024-03-02", "monthly"),  # its last day is the first of the next
        ("2024-01-01", "2024-01-07", "weekly"),
        ("2024-01-01", "2024-03-31", "quarterly"),
        ("2024-01-01", "2024-06-30", "half_yearly"),
        ("2023-01-01", "2024-12-31", "two_yearly"),
        ("2024-01-01", "2024-02-14", "other"),
    ],
)
def test_terms_are_grouped_by_their_length(starts: str, ends: str, name: str) -> None:
    member((starts, ends))
    assert [key[0] for key in counts()] == [name]


def test_a_term_that_the_file_names_covers_all_between_its_days() -> None:
    member(("2025-01-31", None), name="c-1", properties={"term": "Monthly"})  # asked on 27 February first
    member(("2025-01-01", "2025-04-30"), name="c-2", properties={"term": "月"})  # four months in full
    member(("2025-01-01", "2025-04-10"), name="c-3", properties={"term": "month"})  # broken off in the fourth
    member(("2024-01-01", "2025-12-31"), name="c-4", properties={"term": "annual"})
    assert histories(date(2025, 6, 30)) == [
        ("monthly", 3, True),
        ("monthly", 3, True),
        ("monthly", 4, False),
        ("yearly", 1, False),
    ]
    assert running(date(2025, 6, 30)) == [
        ("monthly", 5, date(2025, 7, 30), 100.0),
        ("yearly", 1, date(2025, 12, 31), 100.0),
    ]


def test_what_is_agreed_for_days_to_come_is_asked_at_its_end() -> None:
    """The next renewal is that of the last day agreed on, not of a year in between; so too where the file's last day
    falls short of the whole year."""
    member(("2024-01-01", "2026-12-31"), name="c-1", properties={"term": "year"})
    member(("2020-12-31", "2025-12-27"), name="c-2", properties={"term": "year"})
    member(("2024-01-01", "2026-05-31"), name="c-3", properties={"term": "year"})  # two years and a broken one
    assert running(date(2025, 6, 30)) == [
        ("yearly", 4, date(2025, 12, 27), 100.0),
        ("yearly", 2, date(2026, 5, 31), 100.0),
        ("yearly", 2, date(2026, 12, 31), 100.0),
    ]
    assert histories(date(2025, 6, 30)) == [("yearly", 1, False), ("yearly", 1, False), ("yearly", 4, False)]


def test_what_is_no_paid_term_is_left_out() -> None:
    member(("2024-01-01", None), name="c-1")  # a level, held without an end
    member(Y2024, name="c-2", amount=0)
    member(Y2024, name="c-3", withdrawn=True)
    staff = member(Y2024, name="c-4")
    staff.kind = "staff"
    staff.save()
    assert counts() == {}
    member(("2024-01-01", None), name="c-5", properties={"term": "now and then"})
    assert counts() == {("other", 0, False): 1}


def test_a_cancelled_membership_runs_to_its_end_and_no_further() -> None:
    member(("2026-01-01", "2026-12-31"), name="c-1", cancelled=True, cancelled_on=date(2026, 3, 1))
    member(("2025-12-01", None), name="c-2", cancelled=True, cancelled_on=date(2026, 2, 10),
           properties={"term": "month"})  # fmt: skip
    member(("2026-05-01", "2027-04-30"), name="c-3", cancelled=True, cancelled_on=date(2026, 4, 30))  # never began
    assert running(date(2026, 2, 9)) == [
        ("monthly", 2, date(2026, 2, 28), 100.0),
        ("yearly", 0, date(2026, 12, 31), 100.0),
    ]
    assert running(date(2026, 3, 1)) == []
    assert histories(date(2026, 2, 9), grace=0) == [("monthly", 2, False), ("yearly", 0, False)]
    assert histories(date(2027, 6, 30)) == [("monthly", 2, True), ("yearly", 0, True)]


def test_what_ends_before_it_begins_is_no_term() -> None:
    member(("2025-03-01", "2024-01-31"), name="c-1", properties={"term": "month"})
    member(("2025-03-01", "2025-02-28"), name="c-2", properties={"term": "week"})
    assert histories() == []
    member(("2026-01-01", "2026-01-31"), name="c-3", properties={"term": "month"})
    assert renewals_by_term(Moment(D, "UTC"), rules_in_force()).keys() == {"monthly"}


def test_whatever_a_source_gives_nobody_has_renewed_less_than_never(monkeypatch: pytest.MonkeyPatch) -> None:
    days = "DATE '2025-03-01' AS starts_on, DATE '2024-01-20' AS ends_on"
    row = f"""SELECT NULL::bigint AS account_id, 1::bigint AS customer_id, ''::text AS product, {days},
        100::float8 AS amount, 'monthly'::text AS told, false AS stopped, false AS kept"""
    source = RenewalSource("wrong", sql=lambda moment: row)
    monkeypatch.setitem(renewal_sources._things, source.name, source)
    assert histories() == [("monthly", 0, True)]
    assert renewals_by_term(Moment(D, "UTC"), rules_in_force())["monthly"].left.tolist() == [1]


def test_what_was_recorded_later_was_not_known() -> None:
    customer = member(Y2024)
    make_terms(customer, Y2025, recorded_at=datetime(2025, 5, 1, tzinfo=UTC))
    assert histories(date(2025, 4, 1), known_at=datetime(2025, 4, 1, tzinfo=UTC)) == [("yearly", 0, True)]
    assert histories(date(2025, 4, 1)) == [("yearly", 1, False)]
    Membership.objects.filter(since=date(2025, 1, 1)).update(withdrawn=True)
    assert histories(date(2025, 4, 1)) == [("yearly", 0, True)]


def test_only_those_asked_for() -> None:
    one, _other = member(Y2025, name="c-1"), member(Y2025, name="c-2")
    found = running_terms_of(Moment(date(2025, 6, 30), "UTC"), 30, customers=[one.pk])
    assert found["customer_id"].tolist() == [one.pk]
    assert running_terms_of(Moment(D, "UTC"), 30)["customer_id"].tolist() == []
