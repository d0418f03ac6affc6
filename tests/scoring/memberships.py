"""Paid memberships put into the tenant: terms told one by one, or a whole base drawn from a model of renewals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from retention.customers.models import Account, Customer, Membership
from retention.scoring.frames.renewals import renewal_counts, renewal_histories, running_terms_of
from retention.scoring.moment import Moment
from retention.scoring.science.renewal_terms import TERM_LENGTHS
from retention.scoring.science.renewals import RenewalParameters
from tests.customers.facts import make_customer

AT = datetime(2024, 1, 1, tzinfo=UTC)
D = date(2026, 3, 31)
NAMES = {-1: "other"} | {place: term.name for place, term in enumerate(TERM_LENGTHS)}
History = tuple[str, int, bool]


def make_terms(customer: Customer, *days: tuple[str, str | None], **fields: Any) -> None:
    """A membership per term, from its first to its last day."""
    for starts, ends in days:
        Membership.objects.create(
            customer=customer,
            since=date.fromisoformat(starts),
            ends_on=date.fromisoformat(ends) if ends else None,
            **{"level": "gold", "recorded_at": AT, "amount": 100, **fields},
        )


def member(*days: tuple[str, str | None], name: str = "c-1", **fields: Any) -> Customer:
    """A customer who holds these terms."""
    customer = make_customer(name, AT)
    make_terms(customer, *days, **fields)
    return customer


def histories(as_of: date = D, grace: int = 30, known_at: datetime | None = None) -> list[History]:
    """(length of term, renewals made, has left) of every history, in order."""
    found = renewal_histories(Moment(as_of, "UTC", known_at), grace)
    terms = [NAMES[place] for place in found["term"].tolist()]
    return sorted(zip(terms, found["renewed"].tolist(), found["has_left"].tolist(), strict=True))


def counts(as_of: date = D, grace: int = 30) -> dict[History, int]:
    """How many histories there are of each kind."""
    found = renewal_counts(Moment(as_of, "UTC"), grace)
    keys = zip(
        [NAMES[place] for place in found["term"].tolist()],
        found["renewed"].tolist(),
        found["has_left"].tolist(),
        strict=True,
    )
    return dict(zip(keys, found["histories"].tolist(), strict=True))


def running(as_of: date = D, grace: int = 30) -> list[tuple[str, int, date, float]]:
    """(length of term, renewals made so far, last day of the term, price) of all that runs."""
    people, companies = (list(model.objects.values_list("pk", flat=True)) for model in (Customer, Account))
    found = running_terms_of(Moment(as_of, "UTC"), grace, customers=people, accounts=companies)
    ends = [date(1970, 1, 1) + timedelta(days=int(day)) for day in found["ends_on"].tolist()]
    names = [NAMES[place] for place in found["term"].tolist()]
    return list(zip(names, found["renewals"].tolist(), ends, found["amount"].tolist(), strict=True))


def monthly_members(truth: RenewalParameters, size: int, last_day: date, dice: np.random.Generator) -> None:
    """Monthly memberships, of which each is renewed with the chances of `truth`; begun in the 24 months before."""
    leaving = dice.beta(truth.alpha, truth.beta, size)
    patience = dice.exponential(1.0, size) / -np.log1p(-leaving)
    made = np.floor(np.minimum(patience ** (1 / truth.c), 1e6)).astype(int)
    months = dice.integers(0, 24, size)
    day = dice.integers(1, 29, size)
    customers = Customer.objects.bulk_create(
        Customer(external_id=f"m{n:05d}", recorded_at=AT, updated_at=AT) for n in range(size)
    )
    last = last_day.year * 12 + last_day.month - 1
    rows = []
    for customer, ago, dom, renewals in zip(customers, months.tolist(), day.tolist(), made.tolist(), strict=True):
        for term in range(renewals + 1):
            month = last - ago + term
            since, until = _day(month, dom), _day(month + 1, dom) - timedelta(days=1)
            if since > last_day:
                break
            rows.append(
                Membership(customer=customer, level="gold", since=since, ends_on=until, amount=100, recorded_at=AT)
            )
    Membership.objects.bulk_create(rows)


def _day(month: int, day: int) -> date:
    return date(month // 12, month % 12 + 1, day)
