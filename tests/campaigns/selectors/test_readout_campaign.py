"""A campaign's readout: from facts, by one clock for both sides, beside the holdout's."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.template.loader import render_to_string

from campaigns.enums import ExperimentSource
from campaigns.models import Attempt, Campaign, CostEntry, Experiment, Message, Outcome
from campaigns.selectors.readout_campaign import CampaignReadout, Funnel, Side, read_campaign
from campaigns.services.experiments import create_experiment
from campaigns.services.outcomes import count_outcomes
from campaigns.views.readout import campaign_readout_context
from retention.customers.models import Customer, Event, EventBehaviour, Order
from retention.scoring.models import PoolSpell
from tenants.governance.services.policies import set_policy
from tenants.models import Tenant
from tenants.people.models import User
from tests.campaigns.making import NOW, expose, make_customers
from tests.tenants.command_line import run_command

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AS_OF = date(2026, 5, 31)
"""NOW is 1 March 2026: every window is long over."""


def order(customer: Customer, days: float, amount: int = 100, refunded: int = 0, **given: object) -> Order:
    at = NOW + timedelta(days=days)
    return Order.objects.create(
        external_id=str(uuid4()),
        customer=customer,
        ordered_at=at,
        ordered_on=at.date(),
        amount=amount,
        refunded=refunded,
        digest=b"0" * 16,
        recorded_at=at,
        **given,
    )


def log_in(customer: Customer, days: float) -> None:
    EventBehaviour.objects.get_or_create(name="Signed In", defaults={"behaviour": "log_in"})
    at = NOW + timedelta(days=days)
    Event.objects.create(
        event_id=str(uuid4()),
        customer=customer,
        name="Signed In",
        occurred_at=at,
        occurred_on=at.date(),
        digest=b"0" * 16,
        recorded_at=at,
    )


@pytest.fixture
def campaign(tenant: Tenant) -> Campaign:
    """Ten held out, one of whom returned; twenty treated, eight of whom did. The last two were never attempted."""
    experiment = create_experiment(
        name="Win-back", holdout=1 / 3, arms={"message": 1}, source=ExperimentSource.CAMPAIGN, actor="test", now=NOW
    )
    campaign = Campaign.objects.create(name="Win-back", experiment=experiment, created_at=NOW, updated_at=NOW)
    customers = make_customers(30)
    for number, customer in enumerate(customers):
        expose(experiment, customer, "holdout" if number < 10 else "message")
        if 10 <= number < 28:
            _message(campaign, customer, delivered=number < 24, clicked=number < 15)
    for number in (0, *range(10, 18)):
        order(customers[number], 2)
    order(customers[10], 2.1, 50)  # the same day: one order day, two amounts
    order(customers[11], 14.5)  # outside the window; kept: day 12 after the return
    order(customers[20], -1)  # before the exposure
    order(customers[21], 3, refunded=100)  # wholly refunded
    order(customers[22], 3, withdrawn=True)
    order(customers[12], 12)  # kept: day 10 after the return; in the window
    log_in(customers[13], 25)  # kept: day 23
    log_in(customers[14], 40)  # too late
    log_in(customers[15], 5)  # too early
    spell = {"reason": "silence", "left_on": None}
    PoolSpell.objects.create(customer=customers[16], pool="hibernating", entered_on=(NOW + 60 * DAY).date(), **spell)
    PoolSpell.objects.create(customer=customers[17], pool="at_risk", entered_on=(NOW + 30 * DAY).date(), **spell)
    for number, (kind, amount) in enumerate((("message", "2.50"), ("benefit", "30"), ("minutes", "17.50"))):
        CostEntry.objects.create(
            campaign=campaign, kind=kind, amount=Decimal(amount), occurred_at=NOW, source_key=f"k{number}"
        )
    return campaign


def _message(campaign: Campaign, customer: Customer, *, delivered: bool, clicked: bool) -> None:
    message = Message.objects.create(
        campaign=campaign,
        customer=customer,
        channel="email",
        purpose="marketing",
        state="delivered" if delivered else "failed",
        planned_at=NOW,
        due_at=NOW,
        not_after=NOW + DAY,
        clicked_at=NOW + DAY if clicked else None,
    )
    Attempt.objects.create(message=message, number=1, claim=uuid4(), provider="sandbox", began_at=NOW)


def count(campaign: Campaign, as_of: date = AS_OF) -> int:
    assert campaign.experiment is not None
    return count_outcomes(experiment=campaign.experiment, as_of=as_of, zone="UTC", now=NOW)


def read(campaign: Campaign, as_of: date = AS_OF) -> CampaignReadout:
    found = read_campaign(campaign, as_of=as_of, zone="UTC")
    assert found is not None
    return found


def test_all_figures(campaign: Campaign) -> None:
    count(campaign)
    found = read(campaign)
    assert found.funnel == Funnel(assigned=20, attempted=18, delivered=14, clicked=5, returned=8)
    assert found.treated == Side(assigned=20, returned=8, kept=3, kept_of=8, lost_again=1)
    assert found.held_out == Side(assigned=10, returned=1, kept=0, kept_of=1, lost_again=0)
    assert (found.treated.rate, found.held_out.rate) == (0.4, 0.1)
    assert found.won_back and found.orders and found.net_revenue
    assert found.won_back.total == pytest.approx(8 - 0.1 * 20)
    assert found.orders.total == pytest.approx(9 - 0.1 * 20)
    assert found.net_revenue.total == pytest.approx(8 * 100 + 50 + 100 - 20 * 10)
    assert found.costs == {"benefit": 30.0, "message": 2.5, "minutes": 17.5}
    assert found.cost_per_win_back == pytest.approx(50 / 6)
    assert found.cost_per_returned == pytest.approx(50 / 8)
    assert found.roi == pytest.approx(750 * 0.3 / 50)
    assert found.full_windows == 30


def test_counting_again_changes_nothing_and_corrections_are_followed(campaign: Campaign) -> None:
    assert count(campaign) > 0
    assert count(campaign) == 0
    Order.objects.filter(customer__external_id="c-17").update(withdrawn=True)
    Order.objects.filter(customer__external_id="c-16").update(refunded=40)
    assert count(campaign) == 4  # returned, order day and revenue of one; revenue of the other
    found = read(campaign)
    assert (found.treated.returned, found.won_back and found.won_back.total) == (7, pytest.approx(5.0))


def test_as_of_an_earlier_day_leaves_the_later_rows(campaign: Campaign) -> None:
    count(campaign)
    assert count(campaign, NOW.date()) == 0
    assert Outcome.objects.filter(withdrawn=True).count() == 0
    assert read(campaign, NOW.date()).treated.returned == 0
    assert read(campaign, (NOW + 2 * DAY).date()).treated.returned == 8


def test_on_the_visit_clock_a_log_in_returns(campaign: Campaign, ada: User) -> None:
    set_policy(name="silence.clock", value="visit", actor=ada, now=NOW)
    count(campaign)
    found = read(campaign)
    assert (found.treated.returned, found.held_out and found.held_out.returned) == (1, 0)


def test_the_command_counts_first(campaign: Campaign) -> None:
    code, answer = run_command("readout", "acme", "Win-back", app="campaigns")
    assert (code, list(answer["metrics"])) == (0, ["net_revenue", "orders", "returned"])
    assert answer["metrics"]["returned"]["arms"]["message"]["difference"] == pytest.approx(0.3)


def test_imported_trials_count_nothing(tenant: Tenant) -> None:
    trial = Experiment.objects.create(name="t", salt="s", source="imported", created_at=NOW)
    assert count_outcomes(experiment=trial, as_of=AS_OF, zone="UTC", now=NOW) == 0


def test_the_fragment(campaign: Campaign) -> None:
    count(campaign)
    text = render_to_string("campaigns/_readout.html", campaign_readout_context(campaign, as_of=AS_OF, zone="UTC"))
    assert "40.0% of 20 customers came back, 10.0% of the holdout by themselves. The difference may be chance" in text
    assert "1:4.5" in text
    campaign.experiment = None
    context = campaign_readout_context(campaign, as_of=AS_OF, zone="UTC")
    assert "once customers have been drawn" in render_to_string("campaigns/_readout.html", context)
