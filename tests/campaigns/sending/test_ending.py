"""A campaign ends: by itself when nothing is left to do, or stopped by a person; its experiment ends with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns.enums import CampaignKind, CampaignStatus, ExperimentSource, MessageState
from campaigns.models import Campaign, CampaignPlan, Experiment, Message
from campaigns.sandbox.server import Sandbox
from campaigns.services.experiments import create_experiment
from campaigns.services.launching import finish_done, stop
from campaigns.services.planning import plan_campaign
from campaigns.services.relay import mend
from campaigns.services.sending import send_due
from tenants.governance.models import AuditEntry, Policy
from tenants.people.models import User
from tests.campaigns.sending.world import AS_OF, NOW, clock, make_campaign, make_message, make_people, states

pytestmark = pytest.mark.usefixtures("tenant")
LATER = NOW + timedelta(hours=1)


def launched(people: int = 5) -> Campaign:
    """A launched campaign for `people`, not yet planned."""
    Policy.objects.create(name="campaigns.global_holdout", value=0)
    make_people(people)
    campaign = make_campaign(launched=True)
    experiment = create_experiment(
        name="x", holdout=0, arms={"campaign": 1}, source=ExperimentSource.CAMPAIGN, actor="test", now=NOW
    )
    Campaign.objects.update(experiment=experiment)
    CampaignPlan.objects.create(campaign=campaign, version=campaign.current, as_of=AS_OF, planned_at=NOW)
    campaign.refresh_from_db()
    return campaign


def test_a_campaign_is_finished_when_its_last_message_has_an_end(sandbox: Sandbox) -> None:
    campaign = launched()
    assert finish_done(now=NOW) == 0  # nothing planned yet
    plan_campaign(campaign.pk, clock=clock)
    assert finish_done(now=NOW) == 0  # planned, not sent
    assert send_due(clock=clock).handed_over == 5
    mend(now=LATER)
    campaign.refresh_from_db()
    assert (campaign.status, campaign.ended_at) == (CampaignStatus.FINISHED, LATER)
    assert Experiment.objects.filter(campaign=campaign).values_list("ended_at", flat=True).get() == LATER
    mend(now=LATER + timedelta(hours=1))
    campaign.refresh_from_db()
    assert campaign.ended_at == LATER
    assert AuditEntry.objects.filter(action="campaign.finished").count() == 1


@pytest.mark.parametrize("state", [MessageState.PLANNED, MessageState.NOT_SENT, MessageState.UNKNOWN])
def test_what_waits_or_is_in_doubt_keeps_it_open(sandbox: Sandbox, state: MessageState) -> None:
    campaign = launched(2)
    plan_campaign(campaign.pk, clock=clock)
    send_due(clock=clock)
    kept = Message.objects.order_by("pk").first()
    assert kept is not None
    Message.objects.filter(pk=kept.pk).update(state=state)
    assert finish_done(now=LATER) == 0
    Message.objects.filter(pk=kept.pk).update(state=MessageState.WITHHELD)
    assert finish_done(now=LATER) == 1


def test_a_triggered_campaign_waits_for_the_next_customer(sandbox: Sandbox) -> None:
    campaign = launched(2)
    Campaign.objects.update(kind=CampaignKind.TRIGGERED)
    plan_campaign(campaign.pk, clock=clock)
    send_due(clock=clock)
    assert finish_done(now=LATER) == 0


def test_a_stop_ends_campaign_and_experiment_and_withholds_the_rest(sandbox: Sandbox, ada: User) -> None:
    campaign = launched(3)
    plan_campaign(campaign.pk, clock=clock)
    late = make_message(make_campaign("Other", launched=True), make_people(1, "late")[0])
    assert stop(campaign=campaign, actor=ada, now=LATER) == 3
    campaign.refresh_from_db()
    assert (campaign.status, campaign.ended_at) == (CampaignStatus.STOPPED, LATER)
    assert Experiment.objects.filter(campaign=campaign).values_list("ended_at", flat=True).get() == LATER
    assert states() == {"withheld": 3, "planned": 1}
    assert Message.objects.get(pk=late.pk).state == "planned"
    assert stop(campaign=campaign, actor=ada, now=LATER + timedelta(hours=1)) == 0
    campaign.refresh_from_db()
    assert campaign.ended_at == LATER
