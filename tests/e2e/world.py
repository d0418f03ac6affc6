"""The tenants that the browser visits: a shop and a software vendor, with people, facts and all states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import md5
from typing import Any

from django.db.models import QuerySet

from campaigns.enums import ExperimentSource
from campaigns.models import (
    Arm,
    Campaign,
    Decision,
    Enrollment,
    Experiment,
    Exposure,
    ExposureConflict,
    Message,
    MessageTemplate,
    Offer,
    Outcome,
    StopSwitch,
)
from campaigns.ready.win_back import create_win_back
from campaigns.services.readouts import keep_readout
from feedback.models import FeedbackItem, LeadLink, ProductLead, Survey, SurveyResponse, Tag, Topic
from retention.alerts.detectors import Finding, Subject, detectors
from retention.alerts.enums import SubjectKind
from retention.alerts.models import Alert
from retention.alerts.services.monitors import monitor_of
from retention.alerts.services.opening import record_findings
from retention.common import clock
from retention.customers.enums import EarnKind, ImportStatus
from retention.customers.models import (
    Account,
    Category,
    ConsentEntry,
    Contact,
    Customer,
    Event,
    EventBehaviour,
    ImportJob,
    Membership,
    Order,
    OrderLine,
    Product,
    Touch,
)
from retention.customers.services.points.earned import refresh_all_points
from retention.customers.services.points.rules import RuleDraft, Rung, save_ladder, save_rule
from retention.customers.services.rebuild import rebuild_all
from retention.customers.services.tags import change_tags
from retention.customers.services.uploads import keep_upload, run_queued
from retention.scoring.own_cards import POLICY
from retention.scoring.services.runs import advance, request_run
from retention.segments.models import SegmentSnapshot
from retention.segments.services.save import Draft, create_segment
from retention.segments.services.snapshots import freeze_segment
from retention.success.enums import Trigger
from retention.success.models import Contract, Playbook, PlaybookRun, Renewal, Task
from retention.success.services.playbooks import ensure_ready
from retention.success.services.runs import start_run
from tenants.context import current_tenant, find_tenant, use_public, use_tenant
from tenants.governance.services.policies import set_policy
from tenants.models import Tenant
from tenants.people.enums import RoleName
from tenants.people.models import Role, User
from tenants.services.lifecycle import delete_tenant
from tenants.services.provisioning import provision_tenant
from tests.customers.facts import make_points

NOW = datetime(2024, 6, 3, 10, tzinfo=UTC)
PEOPLE = {
    "ada@example.com": ("Ada Admin", RoleName.ADMIN),
    "carl@example.com": ("Carl Csm", RoleName.CSM),
    "sue@example.com": ("Sue Support", RoleName.SUPPORT),
    "max@example.com": ("Max Marketer", RoleName.MARKETER),
    "vera@example.com": ("Vera Viewer", RoleName.VIEWER),
}
TRIAL = "Spring letter"
QUIET = "c-053"
"""A customer of high value who is quiet."""
NAMES = ("王芳", "Ann Lee", "李伟", "Bob Stone", "", "Cleo Park", "张敏", "Dan Wu")


@dataclass(frozen=True)
class World:
    """The two tenants."""

    shop: Tenant
    vendor: Tenant


def build_world() -> World:
    """Provision and fill both; the caller commits by not being in a transaction."""
    shop = provision_tenant(
        slug="e2e-shop", name="Harbour Shop", domain="e2e-shop.localhost", timezone="Asia/Shanghai", currency="CNY"
    )
    vendor = provision_tenant(
        slug="e2e-vendor", name="Ledger Soft", domain="e2e-vendor.localhost", business="software"
    )
    for tenant in (shop, vendor):
        with use_public():
            Tenant.objects.filter(pk=tenant.pk).update(is_synthetic=True)
        with use_tenant(tenant):
            for email, (name, role) in PEOPLE.items():
                User.objects.create_user(email, "correct-horse-battery", name=name, role=role)
            fill_customers()
            fill_membership()
            fill_feedback()
            if tenant == vendor:
                fill_accounts()
                fill_work()
            fill_imports()
            fill_experiment()
            Role.objects.create(name="Night shift", codes=["customers.view"])
            rebuild_all()
            score()
            fill_alerts()
            rule = {"field": "language", "op": "known"}
            draft = Draft(name="Northern", name_zh="北方", description="", description_zh="", rule=rule)
            made = create_segment(draft=draft, actor=None, now=NOW, as_of=NOW.date() - timedelta(days=1))
            freeze_segment(segment=made, name="第一季度", actor=None, now=NOW, as_of=NOW.date() - timedelta(days=1))
            fill_card()
            if tenant == shop:
                fill_campaigns()
    return World(find_tenant(shop.slug), find_tenant(vendor.slug))


VENDORS = ("{account}", "{task}", "{renewal}", "{playbook}", "{run}")


def tenant_of(world: World, place: str) -> Tenant:
    """The tenant that has what `place` shows: accounts are the vendor's."""
    return world.vendor if any(name in place for name in VENDORS) else world.shop


def tear_down_world() -> None:
    """Drop what there is of both."""
    with use_public():
        found = list(Tenant.objects.filter(slug__startswith="e2e-"))
    for tenant in found:
        delete_tenant(tenant=tenant, typed_slug=tenant.slug, actor="test")


def fill_feedback() -> None:
    """A complaint that nobody has put under a topic, and one that somebody has."""
    ann = Customer.objects.get(external_id="c-011")
    known = {"customer": ann, "received_at": NOW - timedelta(days=1), "recorded_at": NOW, "updated_at": NOW}
    FeedbackItem.objects.create(feedback_id="voice-1", text="王芳: 次日达等了五天", language="zh-hans", **known)
    second = FeedbackItem.objects.create(feedback_id="voice-2", text="李伟: 退款", intent="complaint", **known)
    topic = Topic.objects.get(code="service.refund")
    Tag.objects.create(item=second, topic=topic, how="person", tagged_at=NOW)
    lead = ProductLead.objects.create(title="王芳: 退款要快", created_at=NOW)
    LeadLink.objects.create(lead=lead, item=second, linked_at=NOW)
    survey = Survey.objects.create(name="NPS", question_zh="您愿意推荐我们吗？", created_at=NOW)
    for score, days in ((9, 70), (3, 40), (10, 5)):
        SurveyResponse.objects.create(
            response_id=f"answer-{score}", survey=survey, customer=ann, score=score, comment="王芳: 还行",
            answered_at=NOW - timedelta(days=days), recorded_at=NOW, updated_at=NOW,
        )  # fmt: skip


def fill_work() -> None:
    """A hand-over that is on, with its steps, and a contract whose term ends."""
    account = Account.objects.get(external_id="a-1")
    ensure_ready(now=NOW)
    start_run(
        playbook=Playbook.objects.get(code="handover"),
        account=account,
        trigger=Trigger.HAND,
        key="e2e",
        actor=None,
        now=NOW,
    )
    contract = Contract.objects.create(
        contract_id="k-1",
        account=account,
        product="Ledger",
        starts_on=NOW.date() - timedelta(days=300),
        ends_on=NOW.date() + timedelta(days=65),
        amount=12000,
        recorded_at=NOW,
        updated_at=NOW,
    )
    Renewal.objects.create(contract=contract, ends_on=contract.ends_on, amount=contract.amount)


def fill_place(place: str) -> str:
    """A path in which ``{customer}`` and the like become rows of the tenant in force."""
    rows: dict[str, QuerySet[Any]] = {
        "customer": Customer.objects.filter(external_id="c-011"),
        "account": Account.objects.filter(external_id="a-1"),
        "quiet": Customer.objects.filter(external_id=QUIET),
        "task": Task.objects.filter(step="papers"),
        "renewal": Renewal.objects.all(),
        "playbook": Playbook.objects.filter(code="handover"),
        "run": PlaybookRun.objects.all(),
        "lead": ProductLead.objects.all(),
        "survey": Survey.objects.all(),
        "voice": FeedbackItem.objects.filter(feedback_id="voice-1"),
        "person": User.objects.filter(email="carl@example.com"),
        "campaign": Campaign.objects.filter(name="Graded win-back"),
        "live_campaign": Campaign.objects.filter(name="Spring letters"),
        "text": MessageTemplate.objects.filter(code="win-back-reminder"),
        "offer": Offer.objects.filter(code="win-back-coupon"),
        "role": Role.objects.all(),
        "import": ImportJob.objects.exclude(status=ImportStatus.DRAFT),
        "draft": ImportJob.objects.filter(status=ImportStatus.DRAFT),
        "experiment": Experiment.objects.filter(name=TRIAL),
        "snapshot": SegmentSnapshot.objects.all(),
        "alert": Alert.objects.filter(monitor__code="login_decay"),
    }
    found = {name: row.public_id for name, query in rows.items() if (row := query.first()) is not None}
    return place.format_map({**found, "policy": "silence.quantile", "segment": "northern", "card": "key"})


def fill_card() -> None:
    """A scorecard for the segment *northern*."""
    card = {"code": "key", "name": "北方", "card": "shop", "priority": 1, "audience": "segment", "key": "northern"}
    set_policy(name=POLICY, value=[card], actor=None, now=NOW)


def score() -> None:
    """Everybody, as of the day before NOW."""
    run = request_run(as_of=clock.last_complete_day(current_tenant().timezone), now=NOW)
    advance(run.pk, clock=clock.now)


def fill_alerts() -> None:
    """One about the whole business, urgent, and one about a customer."""
    day = NOW.date() - timedelta(days=1)
    fell = {
        "customers": 200,
        "this_week": 400,
        "last_week": 500,
        "value": -0.2,
        "standard_error": 0.01,
        "upper": -0.18,
    }
    low = {
        "score": 3,
        "answered_on": day.isoformat(),
        "last_login_on": (day - timedelta(days=10)).isoformat(),
        "away": 10,
    }
    customer = Customer.objects.get(external_id="c-011")
    for finding in (
        Finding("login_decay", day, fired=True, value=-0.2, threshold=-0.15, sample=500, affected=60, evidence=fell),
        Finding(
            "nps_low_away",
            day,
            fired=True,
            value=3,
            subject=Subject(SubjectKind.CUSTOMER, customer.pk, str(customer.public_id)),
            affected=1,
            evidence=low,
        ),
    ):
        detector = detectors[finding.monitor]
        record_findings(detector=detector, monitor=monitor_of(detector), findings=[finding], now=NOW)


def fill_customers(count: int = 60) -> None:
    """Customers whose last order lies between days and years back, some with log-ins, some with neither."""
    for name, behaviour in (("Signed In", "log_in"), ("Product Viewed", "browse"), ("core_use", "core_use")):
        EventBehaviour.objects.update_or_create(name=name, defaults={"behaviour": behaviour})
    category = Category.objects.create(code="milk", name="Milk")
    product = Product.objects.create(code="milk-1l", name="Whole milk, 1 l", category=category, price=Decimal("4.50"))
    for number in range(count):
        customer = Customer.objects.create(
            external_id=f"c-{number:03}",
            name=f"{NAMES[number % 8]} {number}".strip() if NAMES[number % 8] else "",
            email=f"person{number}@mail.example",
            phone=f"+86138001{number:05}",
            source=("app store", "search", "referral")[number % 3],
            joined_at=NOW - timedelta(days=400 + number),
            recorded_at=NOW,
            updated_at=NOW,
        )
        for back in range(number % 6):
            _order(customer, product, number * 3 + 7 + back * 25, Decimal(20 + number), f"o-{number}-{back}")
        for back in range(number % 5):
            _event(f"e-{number}-{back}", "Signed In", number * 2 + back * 3, customer=customer)
            _event(f"v-{number}-{back}", "Product Viewed", number * 2 + back * 3, customer=customer)
        if number % 3 == 2:
            _relate(customer, number)


def fill_campaigns() -> None:
    """A draft of the ready win-back, and one that runs: a message sent, one in doubt, one withheld, and a switch."""
    max_ = User.objects.get(email="max@example.com")
    create_win_back(name="Graded win-back", name_zh="分级召回", band_by="r", actor=max_, now=NOW)
    live = create_win_back(name="Spring letters", name_zh="春天的信", band_by="login_gap", actor=max_, now=NOW)
    Campaign.objects.filter(pk=live.pk).update(status="running", launched_at=NOW)
    assert live.current is not None
    step = live.current.steps.get(ordinal=1)
    told = {"delivered": ["checked"], "unknown": ["checked"], "withheld": ["no_consent"], "planned": ["quiet_hours"]}
    for customer, (state, reasons) in zip(Customer.objects.order_by("id")[11:], told.items(), strict=False):
        enrollment = Enrollment.objects.create(
            campaign=live, version=live.current, customer=customer, measure=5, enrolled_at=NOW
        )
        message = Message.objects.create(
            enrollment=enrollment,
            campaign=live,
            step=step,
            customer=customer,
            channel="email",
            purpose="marketing",
            state=state,
            reason="" if reasons == ["checked"] else reasons[0],
            needs_person=state == "unknown",
            planned_at=NOW,
            due_at=NOW,
            not_after=NOW + timedelta(days=1),
            accepted_at=NOW if state == "delivered" else None,
        )
        verdict = {"withheld": "no", "planned": "later"}.get(state, "yes")
        Decision.objects.create(
            campaign=live,
            customer=customer,
            step=step,
            message=message,
            verdict=verdict,
            reasons=reasons,
            decided_at=NOW,
        )
    StopSwitch.objects.create(channel="wecom", why="Wrong picture", on_at=NOW, on_by=max_)


def fill_imports() -> None:
    """One uploaded file that was tried out, and one that waits for its mapping."""
    person = User.objects.get(email="max@example.com")
    text = "order,customer,date,amount\nx1,c-001,2024-02-28,5\n"
    for tried in (True, False):
        job = keep_upload(kind="orders", name="orders.csv", chunks=[text.encode()], actor=person, now=NOW)
        if tried:
            ImportJob.objects.filter(pk=job.pk).update(status=ImportStatus.QUEUED, dry_run=True)
            run_queued(job.pk, now=NOW)


def fill_experiment() -> None:
    """A trial of two arms with two metrics, a second arm and an early outcome; one readout is kept."""
    experiment = Experiment.objects.create(
        name=TRIAL, salt="s", source=ExperimentSource.IMPORTED, started_at=NOW - timedelta(days=30), created_at=NOW
    )
    nothing, letter = (
        Arm.objects.create(experiment=experiment, name=name, position=place, is_control=place == 0)
        for place, name in enumerate(("No letter", "Letter"))
    )
    for place, customer in enumerate(Customer.objects.order_by("pk")):
        given = {"experiment": experiment, "customer": customer, "recorded_at": NOW}
        exposed = NOW - timedelta(days=30)
        Exposure.objects.create(arm=(nothing, letter)[place % 2], exposed_at=exposed, **given)
        if place == 1:
            ExposureConflict.objects.create(arm=nothing, exposed_at=NOW, **given)
        if place % 4 == 1 or place % 10 == 0:
            for metric, value in (("visit", 1), ("spend", 20 + place)):
                name = f"{metric}-{place}"
                occurred = exposed + timedelta(days=place - 1)
                Outcome.objects.create(outcome_id=name, metric=metric, value=value, occurred_at=occurred, **given)
    keep_readout(
        experiment=experiment,
        control=nothing,
        as_of=NOW.date(),
        zone=current_tenant().timezone,
        actor=User.objects.get(email="max@example.com"),
        now=NOW,
    )


def fill_membership() -> None:
    """A ladder, a rule that earns, and terms that ended: some were renewed."""
    max_ = User.objects.get(email="max@example.com")
    rungs = [
        Rung("V1", 0, "Bronze", "青铜", benefits="Free delivery from 50", benefits_zh="满 50 包邮"),
        Rung("V2", 100, "Silver", "白银", multiplier=Decimal("1.2")),
        Rung("V3", 400, "Gold", "黄金"),
    ]
    save_ladder(rungs=rungs, actor=max_, now=NOW)
    spend = RuleDraft("spend", "Every unit spent", EarnKind.SPEND, Decimal(1), "每消费一元", expires_months=12)
    save_rule(draft=spend, from_day=NOW.date() - timedelta(days=365), actor=max_, now=NOW)
    refresh_all_points()
    people = Customer.objects.order_by("pk")
    for number, customer in enumerate(people[:40]):
        began = NOW.date() - timedelta(days=430 + number % 90)
        again = began + timedelta(days=365)
        common = {"customer": customer, "level": "Plus", "recorded_at": NOW}
        Membership.objects.create(since=began, ends_on=again - timedelta(days=1), **common)
        if number % 3:
            Membership.objects.create(since=again, ends_on=again + timedelta(days=364), auto_renew=True, **common)
    change_tags(customer=people[0], source="wecom", add=["VIP", "宝妈"], actor=max_, now=NOW)


def _relate(customer: Customer, number: int) -> None:
    """A level, points, a yes, a no and a call."""
    then = NOW - timedelta(days=number + 5)
    common = {"customer": customer, "occurred_at": then, "recorded_at": NOW}
    Membership.objects.create(customer=customer, level=f"V{number % 5 + 1}", since=then.date(), recorded_at=NOW)
    make_points(customer, 120, then, reason="Welcome")
    make_points(customer, -20, then, reason="Coupon")
    ConsentEntry.objects.create(channel="email", purpose="marketing", granted=True, source="sign-up form", **common)
    ConsentEntry.objects.create(channel="sms", purpose="marketing", granted=False, source="reply", **common)
    Touch.objects.create(channel="call", purpose="service", made_by="sue@example.com", two_way=True,
                         summary="Asked about delivery", **common)  # fmt: skip


def fill_accounts() -> None:
    """A parent with two children and an account without anybody."""
    parent = _account("a-0", "Northwind Group", csm="carl@example.com")
    for number in range(1, 12):
        account = _account(f"a-{number}", f"Northwind {number}" if number % 4 else "", csm="carl@example.com"
                           if number % 2 else "other@example.com", parent=parent if number < 3 else None)  # fmt: skip
        if number < 9:
            for place, customer in enumerate(Customer.objects.all()[number * 3 : number * 3 + 3]):
                Contact.objects.create(
                    account=account,
                    customer=customer,
                    role=("decision_maker", "champion", "user")[place],
                    recorded_at=NOW,
                )
            _event(f"use-{number}", "core_use", number * 4, account=account)


def _account(external_id: str, name: str, csm: str, parent: Account | None = None) -> Account:
    return Account.objects.create(
        external_id=external_id,
        name=name,
        csm=csm,
        consultant="Iris Imple",
        consultant_since=NOW.date() - timedelta(days=100),
        parent=parent,
        joined_at=NOW - timedelta(days=500),
        recorded_at=NOW,
        updated_at=NOW,
    )


def _order(customer: Customer, product: Product, days_back: int, amount: Decimal, external_id: str) -> None:
    moment = NOW - timedelta(days=days_back)
    order = Order.objects.create(
        external_id=external_id,
        customer=customer,
        ordered_at=moment,
        ordered_on=moment.date(),
        amount=amount,
        digest=md5(external_id.encode(), usedforsecurity=False).digest(),
        recorded_at=NOW,
    )
    OrderLine.objects.create(
        order=order, ordinal=1, product=product, category=product.category, quantity=2, amount=amount
    )


def _event(event_id: str, name: str, days_back: int, **owner: Customer | Account) -> None:
    moment = NOW - timedelta(days=days_back)
    Event.objects.create(
        event_id=event_id,
        name=name,
        occurred_at=moment,
        occurred_on=moment.date(),
        digest=md5(event_id.encode(), usedforsecurity=False).digest(),
        recorded_at=NOW,
        **owner,
    )
