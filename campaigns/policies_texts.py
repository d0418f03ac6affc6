"""What the texts of messages take from the tenant."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.common.errors import DomainError
from tenants.policies import JSONValue, PolicyGroup, PolicySpec, groups, register

GROUP = "texts"


def check_link(value: JSONValue) -> None:
    """An address that begins with https:// or nothing."""
    if value and not str(value).startswith(("https://", "http://")):
        raise DomainError("bad_link", str(_("This is no web address.")), mend=str(_("Begin it with https://.")))


groups.register(PolicyGroup(GROUP, _("Texts of messages")))
register(
    PolicySpec(
        "campaigns.shop_link",
        "text",
        "",
        _("Address of your shop or app"),
        _("What the variable shop_link prints."),
        group=GROUP,
        check=check_link,
    ),
    PolicySpec(
        "campaigns.sms_signature",
        "text",
        "",
        _("Signature of an SMS"),
        _("Printed in 【】 at its beginning; empty: the name of your organisation."),
        group=GROUP,
    ),
    PolicySpec(
        "campaigns.stage_trait",
        "text",
        "baby_birthday",
        _("Trait with the date from which the stage is counted"),
        _("A trait of the customer with a date, such as a baby’s day of birth."),
        group=GROUP,
    ),
    PolicySpec(
        "campaigns.win_back_coupon",
        "money",
        5,
        _("Worth of the win-back coupon"),
        _("What the first tier of a graded win-back offers, with no minimum spend."),
        group=GROUP,
        minimum=0,
    ),
    PolicySpec(
        "campaigns.holdout_history",
        "integer",
        100,
        _("Held-out customers needed to say how many return by themselves"),
        _("With fewer, the launch page takes the scores."),
        group="experiments",
        minimum=10,
    ),
)
