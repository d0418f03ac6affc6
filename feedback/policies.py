"""What an admin decides about feedback."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.policies import PolicyGroup, PolicySpec, groups, register

groups.register(PolicyGroup("feedback", _("Feedback")))
register(
    PolicySpec(
        "feedback.public_form",
        "boolean",
        True,
        _("Anybody may write to you on the public page"),
        help=_("Off, the page says that it is closed; links that were made for one customer still work."),
        group="feedback",
    ),
    PolicySpec(
        "feedback.duplicate_days",
        "integer",
        7,
        _("The same words of the same customer wait once, if they come within"),
        help=_("In days. Zero: every item waits by itself. A duplicate stays readable beside the first."),
        minimum=0,
        maximum=90,
        group="feedback",
    ),
    PolicySpec(
        "feedback.survey",
        "text",
        "NPS",
        _("The survey that messages ask"),
        help=_("The name of the survey behind the variable survey_link."),
        group="feedback",
    ),
)
