"""What an admin decides about people's work."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.policies import PolicyGroup, PolicySpec, groups, register

groups.register(PolicyGroup("success", _("People at work")))
register(
    PolicySpec(
        "success.renewal_days",
        "days",
        120,
        _("Days before the end of a term at which its SOP starts by itself"),
        help=_("0 starts none. A term that is nearer than the SOP’s first step is left to you: start it by hand."),
        group="success",
        minimum=0,
        maximum=365,
    )
)
