"""Launch a campaign: look first, have a second person approve where many are reached, then plan and send.

A launch whose size moved since it was looked at pauses instead; an empty rule is an error, never everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from campaigns.enums import (
    ATTEMPTABLE,
    ENDED,
    CampaignKind,
    CampaignStatus,
    ExperimentSource,
    MessageState,
    PauseReason,
    Reason,
)
from campaigns.models import Campaign, CampaignPlan, CampaignVersion, Experiment, LaunchRequest, Message
from campaigns.services.experiments import create_experiment
from campaigns.services.planning import Audience, count_audience
from campaigns.services.settling import release
from retention.common.errors import Conflict, DomainError, Forbidden
from retention.customers.selectors.lists import counted_customers
from tenants.governance.services.audit import record_act
from tenants.people.models import User
from tenants.policies import policy_number


def preview(*, version: CampaignVersion, as_of: date) -> Audience:
    """How many, by step, and who is left out and why; nothing is kept. Raises RuleError for an empty rule."""
    return count_audience(version, as_of=as_of)


@transaction.atomic
def request_approval(*, version: CampaignVersion, actor: User, now: datetime, as_of: date) -> LaunchRequest:
    """Keep what the preview says now; from here the version is not changed any more."""
    found = preview(version=version, as_of=as_of)
    if not version.steps.exists():
        raise DomainError("no_steps", _("This campaign has no step."), mend=_("Add what is sent, and to whom."))
    if not found.size:
        raise DomainError(
            "nobody", _("Nobody can be reached by this campaign."), mend=_("See who is left out and why.")
        )
    of_all = counted_customers().count()
    request = LaunchRequest.objects.create(
        version=version,
        size=found.size,
        left_out=found.left_out,
        by_step=found.by_step,
        of_all=of_all,
        as_of=as_of,
        needs_approval=needs_approval(found.size, of_all),
        requested_by=actor,
        requested_at=now,
    )
    CampaignVersion.objects.filter(pk=version.pk, frozen_at=None).update(frozen_at=now)
    _record(
        actor, "campaign.approval_requested", version.campaign, now, {"size": found.size, "version": version.number}
    )
    return request


def needs_approval(size: int, of_all: int) -> bool:
    """Whether so many of all need a second person."""
    share = policy_number("launch.approval_share")
    return size > policy_number("launch.approval_size") or (bool(of_all) and size > share * of_all)


@transaction.atomic
def approve(*, request: LaunchRequest, actor: User, now: datetime) -> LaunchRequest:
    """A second person says yes; a constraint refuses the same one."""
    if actor.pk == request.requested_by_id:
        raise Forbidden(
            "same_person", _("Who asked for a launch can’t approve it."), mend=_("Ask a colleague to look at it.")
        )
    approved = LaunchRequest.objects.filter(pk=request.pk, approved_at=None, launched_at=None)
    if not approved.update(approved_by=actor, approved_at=now):
        raise Conflict("already_approved", _("This launch was approved before."))
    _record(actor, "campaign.approved", request.version.campaign, now, {"size": request.size})
    request.refresh_from_db()
    return request


@transaction.atomic
def launch(*, request: LaunchRequest, actor: User, now: datetime, as_of: date | None = None) -> Campaign:
    """Begin: make the experiment, wake the planner. It pauses instead when the size moved since the preview."""
    from campaigns.tasks import plan

    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=request.version.campaign_id)
    if request.needs_approval and request.approved_at is None:
        raise Forbidden("not_approved", _("A second person has to approve this launch first."))
    if campaign.status not in (CampaignStatus.DRAFT, CampaignStatus.PAUSED) or request.launched_at is not None:
        raise Conflict(
            "not_launchable", _("This campaign was launched before."), mend=_("Open it to see how it goes.")
        )
    version = request.version
    as_of = as_of or request.as_of
    size = count_audience(version, as_of=as_of).size
    if abs(size - request.size) > policy_number("launch.moved") * request.size:
        _pause(campaign, PauseReason.SIZE_MOVED, now)
        _record(actor, "campaign.paused", campaign, now, {"why": "size_moved", "was": request.size, "is": size})
        campaign.refresh_from_db()
        return campaign
    experiment = campaign.experiment or create_experiment(
        name=f"{campaign.name[:150]} · {campaign.public_id}",
        holdout=version.holdout,
        arms={"campaign": 1},
        source=ExperimentSource.CAMPAIGN,
        actor=actor,
        now=now,
    )
    LaunchRequest.objects.filter(pk=request.pk).update(launched_at=now)
    Campaign.objects.filter(pk=campaign.pk).update(
        status=CampaignStatus.RUNNING,
        pause_reason="",
        current=version,
        experiment=experiment,
        launched_at=now,
        updated_at=now,
    )
    CampaignPlan.objects.update_or_create(
        campaign=campaign,
        defaults={"version": version, "as_of": as_of, "cursor": 0, "planned_at": now, "done_at": None},
    )
    _record(actor, "campaign.launched", campaign, now, {"size": size, "version": version.number})
    plan.wake(campaign=campaign.pk)
    campaign.refresh_from_db()
    return campaign


@transaction.atomic
def pause(*, campaign: Campaign, actor: object, now: datetime, reason: PauseReason = PauseReason.BY_HAND) -> bool:
    """Nothing new goes out until it is resumed; False when it did not run."""
    if not _pause(campaign, reason, now):
        return False
    _record(actor, "campaign.paused", campaign, now, {"why": reason.value})
    return True


@transaction.atomic
def resume(*, campaign: Campaign, actor: User, now: datetime) -> None:
    """Go on with what is still of use; Conflict when it is not paused, or waits for a new look at its size."""
    from campaigns.tasks import plan, send

    paused = Campaign.objects.filter(pk=campaign.pk, status=CampaignStatus.PAUSED, launched_at__isnull=False)
    if not paused.exclude(pause_reason=PauseReason.SIZE_MOVED).update(
        status=CampaignStatus.RUNNING, pause_reason="", updated_at=now
    ):
        raise Conflict(
            "not_paused", _("This campaign can’t be resumed."), mend=_("Look at its size and launch it again.")
        )
    _record(actor, "campaign.resumed", campaign, now, {})
    plan.wake(campaign=campaign.pk)
    send.wake()


def stop(*, campaign: Campaign, actor: object, now: datetime) -> int:
    """End it for good: what was not handed over is withheld; how many messages that were. Acts at once."""
    with transaction.atomic():
        running = Campaign.objects.filter(pk=campaign.pk, launched_at__isnull=False)
        if not running.exclude(status__in=[CampaignStatus.STOPPED, CampaignStatus.FINISHED]).update(
            status=CampaignStatus.STOPPED
        ):
            return 0
        _end([campaign.pk], CampaignStatus.STOPPED, now)
        _record(actor, "campaign.stopped", campaign, now, {})
    return withhold_rest(campaign.pk)


@transaction.atomic
def finish_done(*, now: datetime) -> int:
    """Running campaigns with nothing left to plan or to send are finished; how many. Triggered ones go on."""
    living = Message.objects.filter(campaign=OuterRef("pk")).exclude(state__in=ENDED)
    planned = CampaignPlan.objects.filter(campaign=OuterRef("pk"), version=OuterRef("current"), done_at__isnull=False)
    done = Campaign.objects.select_for_update(skip_locked=True, of=("self",)).filter(status=CampaignStatus.RUNNING)
    done = done.exclude(kind=CampaignKind.TRIGGERED).filter(Exists(planned), ~Exists(living)).order_by("pk")
    finished = list(done)
    for campaign in finished:
        _record(None, "campaign.finished", campaign, now, {})
    _end([campaign.pk for campaign in finished], CampaignStatus.FINISHED, now)
    return len(finished)


def _end(campaigns: Sequence[int], status: CampaignStatus, now: datetime) -> None:
    """They draw nobody any more, and their experiments neither."""
    Campaign.objects.filter(pk__in=campaigns).update(status=status, ended_at=now, updated_at=now)
    Experiment.objects.filter(campaign__in=campaigns, ended_at=None).update(ended_at=now)


@transaction.atomic
def withhold_rest(campaign_id: int) -> int:
    """What a stopped campaign still had to send goes out no more; who was claimed gives it back by itself."""
    rows = Message.objects.select_for_update(skip_locked=True, of=("self",))
    waiting = list(
        rows.filter(campaign=campaign_id, state__in=ATTEMPTABLE).order_by("pk").values_list("pk", flat=True)
    )
    release(waiting)
    return Message.objects.filter(pk__in=waiting).update(
        state=MessageState.WITHHELD, reason=Reason.CAMPAIGN_STOPPED, claim=None, lease_until=None
    )


def _pause(campaign: Campaign, reason: PauseReason, now: datetime) -> int:
    pausable = Campaign.objects.filter(pk=campaign.pk, status__in=[CampaignStatus.DRAFT, CampaignStatus.RUNNING])
    return pausable.update(status=CampaignStatus.PAUSED, pause_reason=reason, updated_at=now)


def _record(actor: object, action: str, campaign: Campaign, now: datetime, detail: dict[str, object]) -> None:
    record_act(actor=actor, action=action, target=f"campaign:{campaign.public_id}", detail=detail, at=now)
