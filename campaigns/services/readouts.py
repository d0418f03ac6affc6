"""Readouts that are kept: what was said as of a day stays, whatever is learned later."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from campaigns.models import Arm, Experiment, Readout
from campaigns.selectors.readout import read_out
from campaigns.services.outcomes import count_outcomes
from retention.common.clock import end_of_day
from tenants.governance.services.audit import record_act
from tenants.people.models import User


def keep_readout(
    *, experiment: Experiment, control: Arm, as_of: date, zone: str, actor: object, now: datetime
) -> Readout:
    """Read the experiment out as of the end of `as_of`, and keep the result."""
    count_outcomes(experiment=experiment, as_of=as_of, zone=zone, now=now)
    result = read_out(experiment, control=control, until=end_of_day(as_of, zone)).as_json()
    with transaction.atomic():
        readout = Readout.objects.create(
            experiment=experiment,
            control=control,
            as_of=as_of,
            result=result,
            made_by=actor if isinstance(actor, User) else None,
            made_at=now,
        )
        record_act(
            actor=actor, action="experiment.read_out", target=f"experiment:{experiment.public_id}",
            detail={"as_of": as_of.isoformat(), "control": control.name}, at=now,
        )  # fmt: skip
    return readout
