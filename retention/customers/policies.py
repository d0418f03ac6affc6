"""What an admin may set about data coming in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.policies import PolicyGroup, PolicySpec, groups, register

groups.register(PolicyGroup("data", _("Data in")))
groups.register(PolicyGroup("points", _("Levels and growth points")))
groups.register(PolicyGroup("caps", _("Frequency caps")))
register(
    PolicySpec(
        "ingest.requests_per_second",
        "integer",
        200,
        _("Requests per second and write key"),
        help=_("Averaged over ten seconds; whoever sends more is asked to wait."),
        group="data",
        minimum=1,
        maximum=10_000,
    ),
    PolicySpec(
        "imports.upload_megabytes",
        "integer",
        200,
        _("Largest file that can be uploaded, in megabytes"),
        help=_("Larger files are brought in on the command line."),
        group="data",
        minimum=1,
        maximum=2_000,
    ),
)
register(
    PolicySpec(
        "caps.promotions",
        "numbers",
        {"most": 2, "days": 7},
        _("Promotions: how many in how many days"),
        help=_(
            "A rolling window over all campaigns. Every contact counts, also a manager’s call; only promotions wait."
        ),
        group="caps",
        minimum=0,
    ),
    PolicySpec(
        "caps.calls",
        "numbers",
        {"most": 1, "days": 30},
        _("Calls: how many in how many days"),
        help=_("A rolling window. Answers to a complaint and other service are never held back."),
        group="caps",
        minimum=0,
    ),
    PolicySpec(
        "caps.surveys",
        "numbers",
        {"most": 1, "days": 90},
        _("Surveys: how many in how many days"),
        help=_("A rolling window over all surveys."),
        group="caps",
        minimum=0,
    ),
)
register(
    PolicySpec(
        "levels.window_days",
        "days",
        365,
        _("Levels: days over which points add up"),
        help=_("A level is reached by the points earned or given in so many days. Spending takes nothing off it."),
        group="points",
        minimum=1,
        maximum=3650,
    ),
    PolicySpec(
        "levels.keep_days",
        "days",
        90,
        _("Levels: days for which a level is kept once it was reached"),
        help=_("With 1 it follows the points day by day."),
        group="points",
        minimum=1,
        maximum=3650,
    ),
    PolicySpec(
        "points.cost",
        "number",
        0.01,
        _("What one growth point costs, in the currency of the organisation"),
        help=_("What points that are given, spent and outstanding cost on the membership page."),
        group="points",
        minimum=0,
        maximum=1000,
    ),
)
register(
    PolicySpec(
        "memberships.renewal_days",
        "days",
        30,
        _("Memberships: days after the end within which a new term counts as renewal"),
        help=_("A term is judged when these days are over."),
        group="points",
        minimum=0,
        maximum=365,
    ),
    PolicySpec(
        "memberships.renewal_minimum",
        "integer",
        20,
        _("Memberships: ended terms under which no renewal rate is told"),
        group="points",
        minimum=1,
        maximum=10_000,
    ),
)
