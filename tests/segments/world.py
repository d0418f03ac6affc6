"""A small shop as of a day D: facts written in days before it, scores written as a run would."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from retention.customers.models import (
    Account,
    Category,
    Contact,
    Customer,
    EventBehaviour,
    Membership,
    Order,
    OrderLine,
    Product,
)
from retention.customers.services.state import refresh_states
from retention.scoring.models import CustomerScore, PoolSpell, ScoreRun, SilenceThreshold
from retention.scoring.rules import rules_in_force
from retention.scoring.services.flows import count_anew
from retention.segments.models import Segment
from retention.segments.selectors.members import rule_members
from tests.customers.facts import make_customer, make_event, make_order

D = date(2026, 3, 31)
_number = itertools.count(1)
BEHAVIOURS = {"log_in": "log_in", "Product Viewed": "browse", "Product Added": "cart", "like": "community"}


def at(days_before: float, hour: int = 12) -> datetime:
    """Noon (UTC, the test tenant's zone) `days_before` D."""
    return datetime(D.year, D.month, D.day, hour, tzinfo=UTC) - timedelta(days=days_before)


def hours_before_end(hours: float) -> datetime:
    """`hours` before the end of D."""
    return datetime(D.year, D.month, D.day, tzinfo=UTC) + timedelta(days=1, hours=-hours)


class World:
    """Makes customers with facts and scores; `members` evaluates a ready segment as of D."""

    def __init__(self) -> None:
        EventBehaviour.objects.bulk_create(
            [EventBehaviour(name=name, behaviour=kind) for name, kind in BEHAVIOURS.items()], ignore_conflicts=True
        )
        self.run = ScoreRun.objects.create(
            as_of=D,
            plan={"rules": rules_in_force().values},
            status="done",
            is_current=True,
            requested_at=at(0),
            finished_at=at(0),
        )

    def customer(self, code: str, **fields: Any) -> Customer:
        return make_customer(code, at(900), **fields)

    def customers(self) -> list[Customer]:
        return list(Customer.objects.order_by("id"))

    def log_in(self, customer: Customer, *days: int) -> None:
        for day in days:
            make_event(customer, f"e{next(_number)}", "log_in", at(day))

    def event(self, customer: Customer, name: str, when: datetime, **properties: Any) -> None:
        make_event(customer, f"e{next(_number)}", name, when, properties=properties)

    def order(
        self,
        customer: Customer,
        day: float,
        amount: str = "10",
        category: str = "",
        when: datetime | None = None,
        product: Product | None = None,
        **fields: Any,
    ) -> Order:
        order = make_order(customer, f"o{next(_number)}", when or at(day), [(category, amount)], **fields)
        if product is not None:
            OrderLine.objects.filter(order=order).update(product=product)
        return order

    def product(self, code: str, *, category: str = "", on_sale: bool = True) -> Product:
        held = Category.objects.get_or_create(code=category)[0] if category else None
        return Product.objects.create(code=code, category=held, on_sale=on_sale)

    def score(self, customer: Customer, **fields: Any) -> CustomerScore:
        values = {"clock": "purchase", "health_x": [0.0] * 12, "pool": "active", "as_of": D, **fields}
        return CustomerScore.objects.create(customer=customer, run=self.run, **values)

    def threshold(self, category: str | None, days: float) -> None:
        held = Category.objects.get_or_create(code=category)[0] if category else None
        SilenceThreshold.objects.create(
            run=self.run,
            category=held,
            clock="purchase",
            days=days,
            source="observed",
            gaps=1,
            open_gaps=0,
            customers=1,
        )

    def spell(self, customer: Customer, pool: str, entered: int, left: int | None) -> None:
        first = D - timedelta(days=entered)
        before = PoolSpell.objects.filter(customer=customer, left_on=first).first()
        PoolSpell.objects.create(
            customer=customer,
            pool=pool,
            came_from=before.pool if before else "",
            entered_on=first,
            left_on=None if left is None else D - timedelta(days=left),
            reason="silence",
        )
        self.keep_books()

    def keep_books(self) -> None:
        """Bring the books of the pools up to the spells and the trail."""
        count_anew(gone_after=180)

    def membership(
        self,
        customer: Customer,
        *,
        since: int,
        ends_in: int | None,
        auto_renew: bool | None = None,
        amount: int = 99,
        cancelled: int | None = None,
    ) -> None:
        Membership.objects.create(
            customer=customer,
            level=f"V{next(_number)}",
            since=D - timedelta(days=since),
            ends_on=None if ends_in is None else D + timedelta(days=ends_in),
            auto_renew=auto_renew,
            cancelled=None if cancelled is None else True,
            cancelled_on=None if cancelled is None else D - timedelta(days=cancelled),
            amount=amount,
            recorded_at=at(0),
        )

    def account(self, customer: Customer, name: str, **fields: Any) -> Account:
        account = Account.objects.create(external_id=name, recorded_at=at(0), updated_at=at(0), **fields)
        Contact.objects.create(account=account, customer=customer, recorded_at=at(0))
        return account

    def settle(self) -> None:
        """Bring the running state up to the facts."""
        refresh_states(list(Customer.objects.values_list("id", flat=True)))

    def matching(self, rule: object, as_of: date = D) -> list[str]:
        """External ids of the customers in `rule`."""
        self.settle()
        return sorted(rule_members(rule, as_of=as_of).values_list("external_id", flat=True))

    def members(self, code: str, as_of: date = D) -> list[str]:
        """External ids of the customers in the segment called `code`."""
        return self.matching(Segment.objects.get(code=code).rule, as_of)
