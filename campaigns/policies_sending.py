"""What an admin may set about sending."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.common.errors import DomainError
from tenants.policies import JSONValue, PolicyGroup, PolicySpec, groups, register

EARLIEST, LATEST = 9, 20
CALL_WINDOWS = ((9, 12), (14, 19))


def check_window(value: JSONValue) -> None:
    """Inside the hours that hold everywhere, and not empty."""
    _check([(EARLIEST, LATEST)], value, "from", "to")


def check_call_windows(value: JSONValue) -> None:
    """The same for calls, which have a morning and an afternoon."""
    _check([CALL_WINDOWS[0]], value, "morning_from", "morning_to")
    _check([CALL_WINDOWS[1]], value, "afternoon_from", "afternoon_to")


def _check(allowed: list[tuple[int, int]], value: JSONValue, begin: str, end: str) -> None:
    assert isinstance(value, dict)
    first, last = value.get(begin), value.get(end)
    assert isinstance(first, int | float)
    assert isinstance(last, int | float)
    (low, high) = allowed[0]
    if not low <= first < last <= high:
        raise DomainError(
            "window_widened",
            str(_("Hours may only be narrowed within %(low)s–%(high)s.") % {"low": low, "high": high}),
            mend=str(_("Choose hours inside, the first before the last.")),
        )


GROUP = "sending"
SPECS = (
    PolicySpec(
        "sending.window",
        "numbers",
        {"from": EARLIEST, "to": LATEST},
        _("Hours in which messages are sent, where the customer is"),
        _("Everything else is quiet. The hours can only be narrowed. Service is not held."),
        group=GROUP,
        check=check_window,
    ),
    PolicySpec(
        "sending.call_window",
        "numbers",
        {"morning_from": 9, "morning_to": 12, "afternoon_from": 14, "afternoon_to": 19},
        _("Hours in which customers are called, where they are"),
        group=GROUP,
        check=check_call_windows,
    ),
    PolicySpec(
        "sending.useful_hours",
        "numbers",
        {"campaign": 24, "trigger": 2},
        _("Hours after which a message is of no use any more"),
        _("It is withheld then. A campaign can say otherwise for itself."),
        group=GROUP,
        minimum=0,
    ),
    PolicySpec(
        "sending.lease_minutes",
        "integer",
        5,
        _("Minutes for which a worker holds its messages"),
        _("If it dies, others take them up after that."),
        group=GROUP,
        minimum=1,
        maximum=60,
    ),
    PolicySpec(
        "sending.messages_at_a_turn",
        "integer",
        2000,
        _("Messages that a worker sends before others have their turn"),
        group=GROUP,
        minimum=1,
        maximum=100_000,
    ),
    PolicySpec("sending.tries", "integer", 4, _("How often a message is tried"), group=GROUP, minimum=1, maximum=20),
    PolicySpec(
        "sending.retry_minutes",
        "integer",
        2,
        _("Minutes until a message is tried again, doubled each time"),
        group=GROUP,
        minimum=1,
        maximum=240,
    ),
    PolicySpec(
        "launch.approval_size",
        "integer",
        500,
        _("A launch to more customers than this needs a second person"),
        group="launch",
        minimum=0,
    ),
    PolicySpec(
        "launch.approval_share",
        "share",
        0.05,
        _("A launch to more than this share of all customers needs a second person"),
        group="launch",
        minimum=0,
        maximum=1,
    ),
    PolicySpec(
        "launch.moved",
        "share",
        0.2,
        _("A launch pauses when its size moved by more than this since the preview"),
        group="launch",
        minimum=0,
        maximum=1,
    ),
    PolicySpec(
        "launch.canary",
        "numbers",
        {"share": 0.01, "minutes": 10, "ramp": 10, "from_size": 500},
        _("The first few: share, minutes until the next, times as many each time, from how many customers on"),
        group="launch",
        minimum=0,
    ),
    PolicySpec(
        "launch.pause_at",
        "numbers",
        {"bounces": 0.05, "complaints": 0.001, "from_sent": 20},
        _("A campaign pauses by itself at this share of bounces or complaints, from so many sent on"),
        group="launch",
        minimum=0,
    ),
    PolicySpec(
        "costs.message",
        "numbers",
        {"email": 0.002, "sms": 0.05, "push": 0.0, "wecom": 0.0, "call": 3.0, "letter": 5.0},
        _("What one message costs, by channel"),
        group="costs",
        minimum=0,
    ),
)

groups.register(PolicyGroup(GROUP, _("Sending")))
groups.register(PolicyGroup("launch", _("Launching a campaign")))
groups.register(PolicyGroup("costs", _("Costs")))
register(*SPECS)
