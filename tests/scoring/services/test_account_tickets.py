"""What health reads of an account's tickets: a severe one is open until it is closed, and again when it comes back."""

from __future__ import annotations

from retention.common.copying import NO_DAY
from retention.customers.models import Account
from retention.scoring.frames.frame import Frame
from retention.scoring.moment import day_number
from tests.scoring.services.test_account_delivery import DAY, account, found, said

__all__ = ["account"]


def severe_for(frame: Frame) -> int | None:
    """Days since the oldest open severe ticket came."""
    came = int(frame["severe_on"][0])
    return None if came == NO_DAY else day_number(DAY) - came


def test_a_severe_ticket_stays_open_until_it_is_closed(account: Account) -> None:
    assert severe_for(found(said(account, "complaint_opened", 500, complaint_id="t-1", severe=True))) == 500
    assert severe_for(found(said(account, "complaint_closed", 490, complaint_id="t-1"))) is None


def test_what_is_opened_again_is_open(account: Account) -> None:
    frame = found(
        said(account, "complaint_opened", 50, complaint_id="t-1", severe=True),
        said(account, "complaint_answered", 49, complaint_id="t-1", in_sla=True),
        said(account, "complaint_closed", 40, complaint_id="t-1"),
        said(account, "complaint_opened", 12, complaint_id="t-1", severe=True),
    )
    assert severe_for(frame) == 12
    assert (frame["tickets"][0], frame["in_sla"][0]) == (2, 1)
    assert severe_for(found(said(account, "complaint_closed", 3, complaint_id="t-1"))) is None


def test_a_ticket_without_a_name_goes_by_its_event(account: Account) -> None:
    opened = said(account, "complaint_opened", 20, severe="yes")
    assert severe_for(found(opened, said(account, "complaint_closed", 15, complaint_id="another"))) == 20
    assert severe_for(found(said(account, "complaint_closed", 14, complaint_id=opened.event_id))) is None


def test_old_tickets_that_are_not_severe_are_not_counted(account: Account) -> None:
    frame = found(said(account, "complaint_opened", 500), said(account, "complaint_opened", 10))
    assert (frame["tickets"][0], severe_for(frame)) == (1, None)
