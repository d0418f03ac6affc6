"""The customer record: customers and accounts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from retention.customers.models import (
    Account,
    Category,
    ConsentEntry,
    Contact,
    Customer,
    CustomerState,
    CustomerTag,
    EarnRule,
    Event,
    Level,
    Membership,
    Order,
    OrderLine,
    PointEntry,
    Product,
    Touch,
)
from tests.isolation.matrix import Row, World, thing

THEN = datetime(2026, 1, 1, tzinfo=UTC)


@thing
def customer(world: World) -> Customer:
    made = Customer.objects.create(
        external_id=world.text("c-1"),
        name=world.text("Name"),
        email=world.email("customer"),
        phone=world.text("+8613800112345"),
        source=world.text("search"),
        traits={world.text("trait"): world.text("value")},
        public_id=world.uuid("customer"),
        recorded_at=THEN,
        updated_at=THEN,
    )
    CustomerState.objects.create(customer=made, last_order_on=date(2026, 1, 1), order_days=1, net_revenue=5)
    return made


@thing
def account(world: World) -> Account:
    made = Account.objects.create(
        external_id=world.text("a-1"),
        name=world.text("Account"),
        csm=world.email("csm"),
        consultant=world.text("Consultant"),
        public_id=world.uuid("account"),
        recorded_at=THEN,
        updated_at=THEN,
    )
    Contact.objects.create(account=made, customer=world["customer"], role="champion", recorded_at=THEN)
    return made


@thing
def facts_of_customer(world: World) -> Order:
    """An order, an event, a touch, a level and a consent, each with the canary."""
    person = world["customer"]
    category = Category.objects.create(code=world.text("milk"))
    product = Product.objects.create(code=world.text("milk-1"), category=category)
    common = {"digest": world.canary.encode()[:16], "recorded_at": THEN}
    order = Order.objects.create(
        external_id=world.text("o-1"), customer=person, account=world["account"], ordered_at=THEN,
        ordered_on=THEN.date(), amount=Decimal(5), coupon=world.text("coupon"),
        public_id=world.uuid("order"), **common,
    )  # fmt: skip
    OrderLine.objects.create(order=order, ordinal=1, product=product, category=category, amount=5)
    Event.objects.create(
        event_id=world.text("e-1"), customer=person, account=world["account"], name=world.text("did"),
        occurred_at=THEN, occurred_on=THEN.date(), properties={"page": world.text("page")}, **common,
    )  # fmt: skip
    Touch.objects.create(customer=person, channel="call", purpose="service", summary=world.text("called"),
                         occurred_at=THEN, recorded_at=THEN)  # fmt: skip
    Level.objects.create(code="V1", name=world.text("Bronze"), points_needed=0, benefits=world.text("Tea"))
    PointEntry.objects.create(customer=person, points=50, reason=world.text("Welcome"), source_key="granted:1",
                              occurred_at=THEN, occurred_on=THEN.date(), recorded_at=THEN)  # fmt: skip
    CustomerTag.objects.create(customer=person, source="wecom", tag=world.text("VIP"), added_at=THEN)
    Membership.objects.create(customer=person, level=world.text("V3"), since=THEN.date(), recorded_at=THEN)
    ConsentEntry.objects.create(customer=person, channel="email", purpose="marketing", granted=True,
                                source=world.text("form"), occurred_at=THEN, recorded_at=THEN)  # fmt: skip
    return order


@thing
def earn_rule(world: World) -> EarnRule:
    """Under one code in both tenants."""
    return EarnRule.objects.create(
        code="welcome",
        name=world.text("Welcome"),
        kind="order_day",
        points=0,
        starts_on=THEN.date(),
        recorded_at=THEN,
    )


OF_CUSTOMER = {"public_id": "customer.public_id"}
OF_ACCOUNT = {"public_id": "account.public_id"}
ROWS = (
    Row("customers", permission="customers.view"),
    Row("customer", permission="customers.view", kwargs=OF_CUSTOMER),
    Row("customer-timeline", permission="customers.view", kwargs=OF_CUSTOMER),
    Row("customer-unmask", permission="customers.unmask", kwargs=OF_CUSTOMER, methods=("POST",)),
    Row(
        "customer-points",
        permission="points.edit",
        kwargs=OF_CUSTOMER,
        methods=("POST",),
        data={"act": "spend", "points": "1", "reason": "x", "key": "k"},
    ),
    Row("customer-tags", permission="tags.edit", kwargs=OF_CUSTOMER, methods=("POST",), data={"add": "x"}),
    Row("membership", permission="customers.view"),
    Row("levels-edit", permission="levels.edit", methods=("GET", "POST"), data={"form-TOTAL_FORMS": "x"}),
    Row("rule-new", permission="levels.edit", methods=("GET", "POST"), data={"code": "mine"}),
    Row(
        "rule-edit",
        permission="levels.edit",
        kwargs={"code": "earn_rule.code"},
        methods=("GET", "POST"),
        data={"code": "mine"},
    ),
    Row("rule-end", permission="levels.edit", kwargs={"code": "earn_rule.code"}, methods=("POST",)),
    Row("accounts", permission="accounts.view"),
    Row("account", permission="accounts.view", kwargs=OF_ACCOUNT),
    Row("account-timeline", permission="accounts.view", kwargs=OF_ACCOUNT),
)
