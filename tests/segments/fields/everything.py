"""One customer to whom everything happened that rules may ask about, from `first` days before D on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from campaigns.models import Arm, Coupon, Enrollment, Experiment, Outcome
from campaigns.services.suppressing import suppress_addresses
from feedback.models import FeedbackItem, Survey, SurveyResponse, Tag, Topic
from retention.customers.models import ConsentEntry, Customer, Event, Membership, PointEntry, Product, Touch
from retention.scoring.models import CustomerScore, PoolSpell, ScoreHistory, ScoreRun
from retention.segments.fields import fields
from retention.segments.models import Segment, SegmentMembership
from retention.segments.selectors.why import why
from retention.success.models import Assignment, Contract, Renewal
from tests.campaigns.sending.world import make_campaign, make_message, make_offer
from tests.segments.world import D, World, at

AT_ONCE = 20
GIVEN = {
    "event": "Ride Ended", "property": "km", "value": "12", "product": "milk-1", "category": "milk", "key": "k",
    "tag": "t", "segment": "back_watch", "survey": "",
}  # fmt: skip
"""What a rule says of parameters that have no default."""


def clause(code: str, **params: Any) -> dict[str, Any]:
    """A question about the field `code` with all that it needs to know."""
    field = fields[code]
    needed = {p.code: GIVEN[p.code] for p in field.all_params if p.code in GIVEN and p.default is None}
    if "survey" in needed:
        needed["survey"] = str(Survey.objects.get_or_create(name="NPS", defaults={"created_at": at(400)})[0].public_id)
    op = "filled" if field.type == "list" else "known"
    return {"field": code, "op": op, "params": {**needed, **params}}


def ask(code: str, customer: Customer, as_of: date = D, **params: Any) -> Any:
    """The value of the field `code` for `customer`."""
    return why(clause(code, **params), customer, as_of=as_of).value


def ask_all(codes: Sequence[str], customer: Customer, as_of: date = D) -> dict[str, Any]:
    """The values of many fields, some of them in one statement."""
    found = {}
    for start in range(0, len(codes), AT_ONCE):
        some = codes[start : start + AT_ONCE]
        reason = why({"any": [clause(code) for code in some]}, customer, as_of=as_of)
        found.update(zip(some, (part.value for part in reason.parts), strict=True))
    return found


class Everything:
    """Writes the facts of `customer`, the first of them `first` days before D, so in the future where negative."""

    def __init__(self, world: World, customer: Customer, first: float, *, withdrawn: bool = False) -> None:
        self.world, self.customer, self.first, self.withdrawn = world, customer, first, withdrawn
        self.taken_back: dict[str, Any] = {"withdrawn": True} if withdrawn else {}

    def when(self, later: float = 0) -> datetime:
        return at(self.first - later)

    def day(self, later: int = 0) -> Any:
        return self.when(later).date()

    def write(self) -> None:
        self.purchases()
        self.events()
        self.voice()
        self.terms()
        self.relation()
        self.campaign()
        if not self.withdrawn:
            self.scores()

    def purchases(self) -> None:
        product = Product.objects.filter(code="milk-1").first() or self.world.product("milk-1", category="milk")
        when = self.when()
        self.world.order(
            self.customer, 0, "30", "milk", when=when, product=product, coupon="SPRING", **self.taken_back
        )
        self.world.order(self.customer, 0, "20", "milk", when=when, refunded="5", **self.taken_back)
        self.world.order(self.customer, 0, "9", "milk", when=self.when(1), status="unpaid", **self.taken_back)

    def events(self) -> None:
        for name, properties in [
            ("Ride Ended", {"km": "12"}),
            ("log_in", {}),
            ("Product Viewed", {"product_id": "milk-1"}),
            ("nps_answered", {"score": 9}),
            ("complaint_opened", {"complaint_id": "x", "severe": True, "topic": "service.refund"}),
            ("churn_reason_given", {"reason": "price.high", "how": "said"}),
            ("consultant_changed", {"role": "consultant"}),
        ]:
            self.world.event(self.customer, name, self.when(), **properties)
        self.world.event(self.customer, "nps_answered", self.when(1), score=3)
        if self.withdrawn:
            mine = Event.objects.filter(customer=self.customer)
            mine.filter(name="log_in").update(superseded_at=at(0))
            mine.exclude(name="log_in").update(withdrawn=True)

    def voice(self) -> None:
        topic = Topic.objects.get(code="service.refund")
        item = FeedbackItem.objects.create(
            feedback_id=f"f-{self.customer.pk}", customer=self.customer, text="Two weeks, no refund",
            intent="complaint", severe=True, sentiment=-0.5, received_at=self.when(), recorded_at=self.when(),
            updated_at=self.when(), **self.taken_back,
        )  # fmt: skip
        Tag.objects.create(item=item, topic=topic, place=0, how="imported", tagged_at=self.when())
        survey, _made = Survey.objects.get_or_create(name="NPS", defaults={"created_at": at(400)})
        SurveyResponse.objects.create(
            response_id=f"r-{self.customer.pk}", survey=survey, customer=self.customer, score=3, comment="no",
            answered_at=self.when(), recorded_at=self.when(), updated_at=self.when(), **self.taken_back,
        )  # fmt: skip

    def terms(self) -> None:
        """A contract that began `first` days before D, with one renewal that was lost."""
        contract = Contract.objects.create(
            contract_id=f"k-{self.customer.pk}", customer=self.customer, product="Suite", starts_on=self.day(),
            ends_on=D + timedelta(days=300), amount=1200, auto_renew=False, recorded_at=self.when(),
            updated_at=self.when(), **self.taken_back,
        )  # fmt: skip
        Renewal.objects.create(
            contract=contract, ends_on=D - timedelta(days=1), status="lost", decided_at=self.when(), **self.taken_back
        )
        Assignment.objects.create(
            key=f"a-{self.customer.pk}", customer=self.customer, staff="carl@example.com", role="cares",
            starts_on=self.day(), recorded_at=self.when(), **self.taken_back,
        )  # fmt: skip
        Membership.objects.create(
            customer=self.customer, level="V3", since=self.day(), ends_on=D + timedelta(days=200), auto_renew=False,
            recorded_at=self.when(), **self.taken_back,
        )  # fmt: skip

    def relation(self) -> None:
        """Points, consents and contacts are never withdrawn; a reserved contact is none."""
        Touch.objects.create(
            customer=self.customer, channel="email", purpose="marketing", two_way=True, occurred_at=self.when(),
            recorded_at=self.when(), reserved=self.withdrawn,
        )  # fmt: skip
        if self.withdrawn:
            return
        PointEntry.objects.create(
            customer=self.customer,
            points=5,
            reason="x",
            source_key=f"p-{self.customer.pk}",
            occurred_at=self.when(),
            occurred_on=self.day(),
            expires_on=D + timedelta(days=40),
            recorded_at=self.when(),
        )
        ConsentEntry.objects.create(
            customer=self.customer, channel="email", purpose="marketing", granted=True, source="form",
            occurred_at=self.when(), recorded_at=self.when(),
        )  # fmt: skip
        segment = Segment.objects.get(code="back_watch")
        SegmentMembership.objects.create(segment=segment, customer=self.customer, entered_on=self.day())

    def campaign(self) -> None:
        """Enrolled, sent, delivered, clicked; came back and redeemed."""
        campaign = make_campaign(f"Back {self.customer.pk}", launched=True)
        campaign.experiment = Experiment.objects.create(
            name=f"Back {self.customer.pk}", salt="s", source="campaign", created_at=at(400)
        )
        campaign.save()
        Arm.objects.create(experiment=campaign.experiment, name="mail")
        when = self.when()
        Outcome.objects.create(
            outcome_id=f"o-{self.customer.pk}", experiment=campaign.experiment, customer=self.customer,
            metric="returned", value=1, occurred_at=when, recorded_at=when, **self.taken_back,
        )  # fmt: skip
        if self.withdrawn:
            make_message(campaign, self.customer)
            return
        Enrollment.objects.create(
            campaign=campaign, version=campaign.current, customer=self.customer, enrolled_at=when
        )
        message = make_message(
            campaign, self.customer, state="delivered", accepted_at=when, ended_at=when, opened_at=when,
            clicked_at=when,
        )  # fmt: skip
        Coupon.objects.create(
            offer=make_offer(f"offer-{self.customer.pk}"), code=f"c-{self.customer.pk}", state="redeemed",
            message=message, given_at=when, redeemed_at=when,
        )  # fmt: skip
        suppress_addresses([self.customer.email], channel="email", reason="bounced", now=when)  # type: ignore[arg-type]

    def scores(self) -> None:
        """Two runs, the trail and stays in pools: lost and back, from Key to General, from healthy to risk."""
        for later, values in [
            (0, {"p_alive": 0.9, "churn_probability": 0.1, "clv": 100, "r": 0.2, "health": 80}),
            (29, {"p_alive": 0.4, "churn_probability": 0.6, "clv": 40, "r": 1.4, "health": 20,
                  "pool": "hibernating", "tier": "general_save", "health_band": "risk", "high_value": True}),
        ]:  # fmt: skip
            run, _made = ScoreRun.objects.get_or_create(
                as_of=self.day(later), status="done", defaults={"requested_at": at(0)}
            )
            CustomerScore.objects.create(
                customer=self.customer, run=run, as_of=run.as_of,
                **{"clock": "purchase", "health_x": [0.0] * 12, "pool": "active", "category": None,
                   "threshold_days": 30, "false_churn": "cart", **values},
            )  # fmt: skip
        for later, pool, tier, band, health in [
            (0, "active", "key_value", "healthy", 80.0),
            (20, "hibernating", "general_save", "risk", 20.0),
        ]:
            ScoreHistory.objects.create(
                customer=self.customer, as_of=self.day(later), pool=pool, stage="new", tier=tier, health=health,
                health_band=band,
            )  # fmt: skip
        for pool, entered, left, reason in [
            ("lost", 0, 5, "silence"), ("active", 5, 15, "order"), ("hibernating", 15, None, "silence"),
        ]:  # fmt: skip
            PoolSpell.objects.create(
                customer=self.customer, pool=pool, entered_on=self.day(entered), reason=reason, came_from="active",
                left_on=None if left is None else self.day(left),
            )  # fmt: skip
