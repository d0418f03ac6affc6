"""What health reads of delivery: a hand-over is a change of the consultant, not of the CSM."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from retention.common.copying import NO_DAY
from retention.customers.models import Account
from retention.customers.services.own_facts import OwnFact, record_facts
from retention.scoring.moment import Moment
from retention.scoring.rules import rules_in_force
from retention.scoring.services.accounts import account_frame
from tenants.models import Tenant

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = date(2026, 3, 1)


def said(account: Account, name: str, day: int, **properties: object) -> OwnFact:
    at = NOW.replace(month=2, day=day)
    return OwnFact(f"{name}-{account.pk}-{day}", name, at, account=account.pk, properties=properties)


@pytest.mark.parametrize(("role", "is_open"), [(None, True), ("consultant", True), ("csm", False)])
def test_only_a_change_of_the_consultant_opens_a_handover(tenant: Tenant, role: str | None, is_open: bool) -> None:
    account = Account.objects.create(external_id="a", name="A", recorded_at=NOW, updated_at=NOW)
    given = {} if role is None else {"role": role}
    facts = [
        said(account, "consultant_changed", 1),
        said(account, "handover_closed", 10),
        said(account, "consultant_changed", 20, **given),
    ]
    record_facts(facts, now=NOW)
    frame = account_frame(Moment(DAY, "UTC"), rules_in_force())
    assert (frame["handover_open_on"][0] != NO_DAY) == is_open
