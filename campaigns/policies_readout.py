"""The windows of win-back rates, as policies of the tenant. DEFINITIONS §6 gives the defaults."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.policies import PolicySpec, register


def _days(name: str, default: int, label: Promise | str, help_: Promise | str = "") -> PolicySpec:
    return PolicySpec(f"campaigns.{name}", "days", default, label, help_, group="experiments", minimum=1, maximum=730)


register(
    _days(
        "return_days",
        14,
        _("Win-back: a return counts within days of being drawn"),
        _("An order, on the visit clock a log-in. The same for those who were held out."),
    ),
    _days("kept_from_days", 8, _("Kept: seen again from this day after the return")),
    _days("kept_to_days", 30, _("Kept: seen again up to this day after the return")),
    _days("second_churn_days", 180, _("Second churn: hibernating again within days of the return")),
)
