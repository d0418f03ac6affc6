"""The walk, from an event to the readout: ten steps through ten rooms, and back to the next score by facts alone."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from campaigns.models import Campaign, Decision, Message
from campaigns.sandbox.server import Sandbox
from campaigns.selectors.readout import read_out
from campaigns.services.launching import approve, finish_done, launch, request_approval
from campaigns.services.outcomes import count_outcomes
from campaigns.services.planning import plan_campaign
from campaigns.services.receipts import keep_receipt, process_receipts
from campaigns.services.sending import send_due
from feedback.models import FeedbackItem
from feedback.selectors.leads import staked_leads
from feedback.selectors.nps import answers, nps_of
from feedback.services.leads import create_lead
from feedback.services.triage import close_item, tag_item
from retention.alerts.models import Alert
from retention.alerts.services.detection import watch
from retention.alerts.services.responding import start_response
from retention.customers.models import Customer, CustomerState, Event
from retention.scoring.models import CustomerScore
from retention.scoring.services.runs import advance, request_run
from retention.segments.selectors.members import rule_members
from retention.success.models import Task
from retention.success.services.tasks import complete_task
from tenants.governance.models import Policy
from tenants.people.models import User
from tests.campaigns.sending.conftest import sandbox  # noqa: F401
from tests.campaigns.sending.world import consent, make_campaign
from tests.customers.ingest.conftest import Send, send, write_key  # noqa: F401
from tests.feedback.test_imports import bring

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
"""A Tuesday morning."""
DAY = date(2026, 3, 2)
PEOPLE = [f"p-{number}" for number in range(40)]
ANN = PEOPLE[0]
AWAY = {"all": [{"field": "login_gap", "op": "ge", "value": 7}]}


def score(as_of: date, now: datetime) -> CustomerScore:
    """Ann's, of a whole run."""
    advance(request_run(as_of=as_of, now=now).pk, clock=lambda: now)
    return CustomerScore.current.get(customer__external_id=ANN)


def orders(days_back: int, people: list[str]) -> pd.DataFrame:
    at = (NOW - timedelta(days=days_back)).isoformat()
    rows = [(f"o-{one}-{days_back}", one, at, "30") for one in people]
    return pd.DataFrame(rows, columns=["order_id", "customer", "ordered_at", "amount"])


@pytest.mark.usefixtures("tenant")
def test_the_walk(
    send: Send,  # noqa: F811
    sandbox: Sandbox,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
    ada: User,
    sue: User,
    carl: User,
    max_: User,
) -> None:
    folder = tmp_path_factory.mktemp("walk")
    Policy.objects.create(name="campaigns.global_holdout", value=0)

    # 1 An event comes in over HTTP, orders from a file.
    for person in PEOPLE:
        seen = {"userId": person, "event": "Signed In", "messageId": person, "timestamp": "2026-02-20T09:00:00Z"}
        assert send("track", seen)[0] == 200
    for days in (90, 60, 30):
        orders(days, PEOPLE).to_csv(folder / "orders.csv", index=False)
        assert bring("orders", folder / "orders.csv", NOW) == (40, 40, 0, 0)

    # 2 Each customer has a profile, kept as the facts came.
    for place, one in enumerate(Customer.objects.order_by("pk")):
        Customer.objects.filter(pk=one.pk).update(phone=f"+861390000{place:04}", timezone="UTC")
    consent(list(Customer.objects.all()), at=NOW - timedelta(days=100))
    ann = Customer.objects.get(external_id=ANN)
    assert (CustomerState.objects.get(customer=ann).order_days, CustomerState.objects.count()) == (3, 40)

    # 3, 4 Features and scores as of a day, with the day's own reasons.
    before = score(DAY, NOW)
    assert (before.as_of, before.pool != "") == (DAY, True)

    # 5 A rule finds who has stayed away.
    assert ann in rule_members(AWAY, as_of=DAY)

    # 6 Ann complains and answers the survey; support tags it, and the product team has a lead.
    said = [{"feedback_id": "f-1", "customer": ANN, "text": "No refund yet", "received_at": "2026-03-02T08:00:00Z"}]
    pd.DataFrame(said).to_csv(folder / "feedback.csv", index=False)
    bring("feedback", folder / "feedback.csv", NOW)
    answered = [{"response_id": "r-1", "customer": ANN, "score": "2", "answered_at": "2026-03-03T09:00:00Z"}]
    pd.DataFrame(answered).to_csv(folder / "surveys.csv", index=False)
    bring("surveys", folder / "surveys.csv", NOW)
    known = {"topics": ["service.refund"], "intent": "complaint", "severe": False}
    item = tag_item(item=FeedbackItem.objects.get(), actor=sue, now=NOW, **known)  # type: ignore[arg-type]
    create_lead(title="Refunds in a day", item=item, actor=sue, now=NOW)
    assert (nps_of(answers()).score, staked_leads(NOW.date()).get().customers) == (-100, 1)

    # 7 Away and unhappy: an alert, with a task as its response.
    assert watch(now=NOW) == 1
    alert = Alert.objects.get(customer=ann)
    assert start_response(alert=alert, choice="open_task", actor=carl, now=NOW)

    # 8 A person does it, and the complaint is over.
    task = Task.objects.get(customer=ann)
    complete_task(task=task, person=carl, actor=carl, now=NOW, note="Refunded")
    close_item(item=item, resolved=True, actor=sue, now=NOW)

    # 9 A campaign, approved by a second person, half of it held out.
    campaign = make_campaign(holdout=0.5, audience=AWAY)
    request = request_approval(version=campaign.current, actor=max_, now=NOW, as_of=DAY)
    launch(request=approve(request=request, actor=ada, now=NOW), actor=max_, now=NOW)
    plan = plan_campaign(campaign.pk, clock=lambda: NOW)
    assert plan.enrolled + plan.held_out == 40
    assert send_due(clock=lambda: NOW).handed_over == plan.enrolled == len(sandbox.ledger.all())
    assert Decision.objects.filter(campaign=campaign, message=None).count() == 40  # every yes and no has its reasons
    for message in Message.objects.all():
        body = {"type": "message.clicked", "timestamp": NOW.isoformat(), "data": {"id": str(message.public_id)}}
        keep_receipt(provider="sandbox", event_id=str(message.public_id), raw=json.dumps(body), now=NOW)
    process_receipts(now=NOW)
    assert finish_done(now=NOW) == 1

    # 10 Those who were asked buy again; the readout says what asking added.
    asked = list(Message.objects.values_list("customer__external_id", flat=True))
    orders(-2, asked).to_csv(folder / "orders.csv", index=False)
    later = NOW + timedelta(days=5)
    bring("orders", folder / "orders.csv", later)
    campaign = Campaign.objects.get(pk=campaign.pk)
    count_outcomes(experiment=campaign.experiment, as_of=later.date(), zone="UTC", now=later)
    control = campaign.experiment.arms.get(is_control=True)
    arms = read_out(campaign.experiment, control=control, until=later).as_json()["metrics"]["returned"]["arms"]
    assert arms["campaign"]["difference"] == 1.0

    # The circle closes: complaint, answer and click are facts now, and the next score knows them.
    names = set(Event.objects.filter(superseded_at=None).values_list("name", flat=True))
    assert names >= {"complaint_opened", "complaint_closed", "nps_answered", "message_clicked"}
    after = score(later.date() - timedelta(days=1), later)
    assert after.run_id != before.run_id
    assert (after.purchase_r < before.purchase_r) == (ANN in asked)
