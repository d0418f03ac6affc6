"""Fees are revenue of the days they pay for: in M and tiers, and in revenue per payer, as a naive sum says."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from django.db import connection

from retention.customers.models import Customer, Membership, Order
from retention.customers.services.rebuild import rebuild_customer_states
from retention.scoring.features.fees import fees_between_sql
from retention.scoring.frames.states import category_ids_by_code, load_states
from retention.scoring.models import CohortMonth, CustomerScore
from retention.scoring.moment import Moment, day_number
from retention.scoring.rules import rules_in_force
from retention.scoring.selectors.trends import arppu, kept_arppu
from retention.scoring.services.ranges import ranges_of_customers
from retention.scoring.services.trend_books import rebuild_books
from retention.success.models import Contract, ContractVersion
from tenants.models import Tenant
from tests.customers.facts import make_customer
from tests.scoring.loading import load_events, load_orders, score
from tests.scoring.memberships import make_terms

AT = datetime(2023, 1, 1, tzinfo=UTC)
D = date(2024, 5, 20)
YEAR = timedelta(days=364)


def months_later(day: date, months: int) -> date:
    """The same day of a later month; its last day where it is shorter."""
    return (pd.Timestamp(day) + pd.DateOffset(months=months)).date()


def naive_days(as_of: date) -> dict[tuple[str, date], float]:
    """What each customer paid for each day, by walking through every day of every term."""
    paid: dict[tuple[str, date], float] = defaultdict(float)
    terms: list[tuple[str, date, date | None, float, str | None]] = [
        (row.customer.external_id, row.since, row.ends_on, float(row.amount or 0), row.properties.get("term"))
        for row in Membership.objects.filter(withdrawn=False, customer__kind="person").select_related("customer")
    ]
    terms += [
        (row.customer.external_id, row.starts_on, row.ends_on, float(row.amount or 0), None)
        for row in Contract.objects.filter(withdrawn=False).exclude(status="draft").select_related("customer")
        if row.customer is not None
    ]
    for who, first, last, amount, term in terms:
        pieces = []
        if term == "month":
            places = range(100)
            pieces = [(months_later(first, n), months_later(first, n + 1) - timedelta(days=1)) for n in places]
            pieces = [piece for piece in pieces if piece[0] <= min(last or as_of, as_of)]
        elif last is not None:
            pieces = [(first, last)]
        for begins, ends in pieces:
            length = (ends - begins).days + 1
            for n in range(length):
                if begins + timedelta(days=n) <= as_of:
                    paid[who, begins + timedelta(days=n)] += amount / length
    return paid


def naive_m(as_of: date) -> dict[str, float]:
    """M of who ordered: orders and fees of the 365 days up to the last order."""
    last: dict[str, date] = {}
    orders = list(Order.objects.filter(superseded_at=None, ordered_on__lte=as_of).select_related("customer"))
    for order in orders:
        who = order.customer.external_id
        last[who] = max(last.get(who, order.ordered_on), order.ordered_on)
    m: dict[str, float] = defaultdict(float)
    paid = [(order.customer.external_id, order.ordered_on, float(order.amount)) for order in orders]
    paid += [(who, day, amount) for (who, day), amount in naive_days(as_of).items()]
    for who, day, amount in paid:
        if who in last and last[who] - YEAR <= day <= last[who]:
            m[who] += amount
    return {who: round(amount, 2) for who, amount in m.items()}


def naive_months(as_of: date) -> dict[date, tuple[float, int]]:
    """Revenue and payers of each month."""
    fees: dict[tuple[str, date], float] = defaultdict(float)
    for (who, day), amount in naive_days(as_of).items():
        fees[who, day.replace(day=1)] += amount
    net: dict[tuple[str, date], float] = defaultdict(float, {key: round(paid, 2) for key, paid in fees.items()})
    for order in Order.objects.filter(superseded_at=None, ordered_on__lte=as_of).select_related("customer"):
        net[order.customer.external_id, order.ordered_on.replace(day=1)] += float(order.amount)
    found: dict[date, list[float]] = defaultdict(lambda: [0.0, 0])
    for (_who, month), amount in net.items():
        found[month][0] += amount
        found[month][1] += amount > 0
    return {month: (round(revenue, 2), int(payers)) for month, (revenue, payers) in found.items()}


def books() -> list[tuple[Any, ...]]:
    rows = CohortMonth.objects.order_by("cohort", "month")
    return list(rows.values_list("month", "revenue", "payers", "cohort", "active", "buyers"))


def check_equal_to_naive(as_of: date) -> None:
    """Month by month: revenue to the cent or so, payers exactly; and counted anew the books say the same."""
    found: dict[date, list[Any]] = defaultdict(lambda: [0, 0])
    for month, revenue, payers, *_others in books():
        if not payers:
            assert revenue == 0
            continue
        found[month][0] += revenue
        found[month][1] += payers
    naive = naive_months(as_of)
    assert {month: payers for month, (_sum, payers) in found.items()} == {
        month: n for month, (_sum, n) in naive.items()
    }
    revenue = {month: float(total) for month, (total, _payers) in found.items()}
    assert revenue == pytest.approx({month: total for month, (total, _payers) in naive.items()}, abs=0.03)
    assert kept_arppu(as_of, rules_in_force()) == arppu(Moment(as_of, "UTC"), rules_in_force())
    carried = books()
    rebuild_books()
    assert books() == carried


def m_of(moment: Moment) -> dict[str, float]:
    (everybody,) = ranges_of_customers(1000)
    states = load_states(moment, everybody, category_ids_by_code())
    names = dict(Customer.objects.values_list("id", "external_id"))
    pairs = zip(states.ids.tolist(), states["last_order_on"].tolist(), states["year_revenue"].tolist(), strict=True)
    return {names[key]: m for key, last, m in pairs if last > day_number(date(2000, 1, 1))}


def contract(customer: Customer, first: str, last: str | None, amount: float, status: str = "active") -> None:
    says: dict[str, Any] = {
        "starts_on": first,
        "ends_on": last,
        "amount": amount,
        "status": status,
        "product": "p",
        "recorded_at": AT,
    }
    made = Contract.objects.create(
        contract_id=f"k{Contract.objects.count()}", customer=customer, updated_at=AT, **says
    )
    ContractVersion.objects.create(contract=made, number=1, digest=str(made.pk), **says)


@pytest.fixture
def subscribers(tenant: Tenant) -> None:
    """Forty who order now and then, with memberships of every sort, and some who only subscribe."""
    dice = np.random.default_rng(8)
    rows = [
        (f"c{n:02d}", date(2022, 9, 1) + timedelta(days=int(day)), round(float(amount), 2))
        for n in range(40)
        for day, amount in zip(dice.integers(0, 600, 5), dice.uniform(5, 90, 5), strict=True)
    ]
    load_orders(
        pd.DataFrame(
            {
                "order_id": [f"o{n}" for n in range(len(rows))],
                "customer": [row[0] for row in rows],
                "ordered_at": [f"{row[1]}T12:00:00+00:00" for row in rows],
                "amount": [row[2] for row in rows],
            }
        )
    )
    for n, customer in enumerate(Customer.objects.order_by("external_id")):
        begins = date(2023, 1, 31) + timedelta(days=int(dice.integers(0, 200)))
        day, end = begins.isoformat(), (begins + timedelta(days=364)).isoformat()
        match n % 8:
            case 0:
                make_terms(customer, (day, end), amount=120 + n)
            case 1:
                make_terms(customer, (day, None), amount=9.9, properties={"term": "month"})
            case 2:
                make_terms(customer, (day, end), amount=15, properties={"term": "month"})
            case 3:
                contract(customer, day, end, 200)
            case 4:
                make_terms(customer, (day, None), amount=50)  # no end and no length: nothing to spread over
            case 5:
                make_terms(customer, (day, end), amount=None)
            case 6:
                contract(customer, day, end, 999, status="draft")
    for n in range(6):
        make_terms(
            make_customer(f"s{n}", AT),
            (f"2023-0{n + 1}-31" if n % 2 == 0 else f"2023-0{n + 1}-15", None),
            amount=10,
            properties={"term": "month"},
        )
    staff = make_customer("staff", AT)
    staff.kind = "staff"
    staff.save()
    make_terms(staff, ("2023-01-01", "2023-12-31"), amount=1000)
    rebuild_customer_states()


@pytest.mark.usefixtures("subscribers")
@pytest.mark.parametrize("as_of", [D, date(2023, 8, 15)])
def test_m_holds_the_fees_of_the_year_up_to_the_last_order(as_of: date) -> None:
    naive = naive_m(as_of)
    assert m_of(Moment(as_of, "UTC")) == pytest.approx(naive, abs=0.011)
    run = score(as_of)
    found = dict(CustomerScore.objects.filter(run=run, m_score__gt=0).values_list("customer__external_id", "m_score"))
    last = dict.fromkeys(found)
    amounts = np.array([naive[who] for who in last])
    assert list(found.values()) == [1 + 5 * int((amounts < one - 0.011).sum()) // len(amounts) for one in amounts]


@pytest.mark.usefixtures("subscribers")
@pytest.mark.parametrize("days", [1, 30, 365, 3660])
@pytest.mark.parametrize("as_of", [D, date(2023, 8, 15)])
def test_the_fees_between_two_days_are_those_of_each_day(as_of: date, days: int) -> None:
    moment, after = Moment(as_of, "UTC"), as_of - timedelta(days=days)
    naive: dict[str, float] = defaultdict(float)
    for (who, day), amount in naive_days(as_of).items():
        if day > after and amount:
            naive[who] += amount
    names = dict(Customer.objects.filter(kind="person").values_list("id", "external_id"))
    with connection.cursor() as cursor:
        cursor.execute(fees_between_sql(moment, "%(after)s::date"), {**moment.params, "after": after})
        found = {names[key]: float(net) for key, net in cursor.fetchall() if key in names}
    assert found == pytest.approx(naive, abs=0.006) and found


@pytest.mark.usefixtures("subscribers")
def test_a_past_run_knows_no_later_term() -> None:
    Order.objects.update(recorded_at=AT - timedelta(days=2))
    then, now = m_of(Moment(D, "UTC", AT - timedelta(days=1))), m_of(Moment(D, "UTC"))
    Membership.objects.all().delete()
    ContractVersion.objects.all().delete()
    assert then == m_of(Moment(D, "UTC")) != now


@pytest.mark.usefixtures("subscribers")
def test_revenue_per_payer_counts_fees_in_the_months_they_pay_for() -> None:
    score(D)
    check_equal_to_naive(D)


@pytest.mark.usefixtures("subscribers")
def test_the_books_follow_terms_that_begin_change_or_go() -> None:
    score(D)
    Membership.objects.filter(customer__external_id="c00").update(amount=1)
    Membership.objects.filter(customer__external_id="s3").update(withdrawn=True)
    later = [D + timedelta(days=days) for days in (20, 35, 35, 80)]
    for day in later:
        score(day)
        check_equal_to_naive(day)
    load_events([("s1", "Signed In", f"{later[-1]}T08:00:00+00:00", "{}")])  # whose fees came before
    score(later[-1])
    check_equal_to_naive(later[-1])
    Membership.objects.all().update(withdrawn=True)
    score(later[-1])
    check_equal_to_naive(later[-1])
