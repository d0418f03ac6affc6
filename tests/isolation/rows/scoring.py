"""Doors of scores: runs, thresholds, the API."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

from retention.customers.models import Category, Customer
from retention.customers.services.state import refresh_states
from retention.scoring.models import CustomerScore, ScoreRun, SilenceThreshold
from retention.scoring.own_cards import POLICY, OwnCard
from retention.scoring.rules import rules_in_force
from tenants.governance.services.policies import set_policy
from tests.customers.facts import make_order
from tests.isolation.matrix import Row, World, thing

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
DAY = date(2026, 3, 31)
CLOCKS = {
    "purchase_days": [90.0],
    "sources": ["floor"],
    "visit_days": 90.0,
    "visit_source": "floor",
    "on_visits": [False],
}


@thing
def score_run(world: World) -> ScoreRun:
    """A run in force that failed and says so; its rules are today's."""
    return ScoreRun.objects.create(
        as_of=DAY,
        status="done",
        is_current=True,
        public_id=world.uuid("score-run"),
        plan={"rules": rules_in_force().values, "clocks": CLOCKS, "category_ids": [], "feeds": []},
        summary={"pools": {}},
        message=world.text("Message"),
        requested_at=NOW,
    )


@thing
def score_category(world: World) -> Category:
    """A category whose code every tenant may have, with a name of its own."""
    category = Category.objects.create(code="matrix-category", name=world.text("Category"))
    SilenceThreshold.objects.create(
        run=world["score_run"],
        category=category,
        clock="purchase",
        days=30,
        source="observed",
        gaps=100,
        open_gaps=10,
        customers=50,
    )
    return category


@thing
def scored_customer(world: World) -> Customer:
    """A customer with a score of the run in force, who bought in February."""
    customer = Customer.objects.create(
        external_id=world.text("scored"),
        name=world.text("Scored"),
        public_id=world.uuid("scored-customer"),
        recorded_at=NOW,
        updated_at=NOW,
    )
    CustomerScore.objects.create(
        customer=customer,
        run=world["score_run"],
        as_of=DAY,
        clock="purchase",
        category=world["score_category"],
        pool="lost",
        health_x=[float("nan")] * 12,
        health_absence="0" * 12,
    )
    make_order(customer, world.text("bought"), datetime(2026, 2, 1, 12, tzinfo=UTC), [("", "10")])
    refresh_states([customer.pk])
    return customer


@thing
def own_card(world: World) -> OwnCard:
    """A scorecard whose code every tenant may have, with a name of its own."""
    record = {"code": "matrix-card", "name": world.text("Card"), "card": "software", "priority": 1}
    value = [{**record, "audience": "trait", "key": "plan=pro"}]
    set_policy(name=POLICY, value=value, actor=None, now=NOW)
    return OwnCard(value[0])


@thing
def card_kind(world: World) -> SimpleNamespace:
    """A kind of cards."""
    return SimpleNamespace(code="software")


ROWS = (
    Row("scores", permission="scores.view"),
    Row("score-models", permission="scores.view"),
    Row("mean-health", permission="scores.view", query="first=2026-03-01&last=2026-03-29"),
    Row("score-progress", permission="scores.view"),
    Row("score-run-start", permission="scores.run", methods=("POST",), data={"as_of": "2026-03-30"}),
    Row("score-run-stop", permission="scores.run", kwargs={"public_id": "score_run.public_id"}, methods=("POST",)),
    Row("scorecards", permission="scores.view"),
    Row("scorecard-new", permission="policies.edit", kwargs={"kind": "card_kind.code"}, methods=("GET", "POST")),
    Row(
        "scorecard",
        permission="policies.edit",
        kwargs={"code": "own_card.code"},
        methods=("GET", "POST"),
        data={"name": "Written by a stranger", "save": "1"},
    ),
    Row("score-check-start", permission="scores.run", methods=("POST",)),
    Row("thresholds", permission="scores.view"),
    Row(
        "threshold-edit",
        permission="policies.edit",
        methods=("GET", "POST"),
        query="category=matrix-category",
        data={"days": "20", "reason": "Written by a stranger", "save": "1"},
    ),
    Row("customer-health", permission="scores.view", kwargs={"public_id": "scored_customer.public_id"}),
    Row("account-health", permission="scores.view", kwargs={"public_id": "account.public_id"}),
    Row("api-scores", permission="scores.view", api=True),
    Row("api-score", permission="scores.view", kwargs={"public_id": "scored_customer.public_id"}, api=True),
    Row(
        "api-score-history",
        permission="scores.view",
        kwargs={"public_id": "scored_customer.public_id"},
        api=True,
    ),
    Row("api-account-history", permission="scores.view", kwargs={"public_id": "account.public_id"}, api=True),
    Row(
        "api-score-why",
        permission="scores.view",
        kwargs={"public_id": "scored_customer.public_id"},
        query="from=2026-03-01&to=2026-03-31",
        api=True,
    ),
    Row(
        "api-account-why",
        permission="scores.view",
        kwargs={"public_id": "account.public_id"},
        query="from=2026-03-01&to=2026-03-31",
        api=True,
    ),
    Row("api-thresholds", permission="scores.view", api=True),
    Row("api-runs", permission="scores.view", methods=("GET", "POST"), data={"as_of": "2026-03-30"}, api=True),
    Row("api-run", permission="scores.view", kwargs={"public_id": "score_run.public_id"}, api=True),
)
