"""The numbers of experiments, as policies of the tenant."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from campaigns.science.always_valid import TUNED_AT
from tenants.policies import PolicyGroup, PolicySpec, groups, register

EXPERIMENT_SPECS = (
    PolicySpec(
        "experiments.sample_ratio_p",
        "share",
        0.001,
        _("Sample ratio: warn when chance alone explains it with less than"),
        _("If the arms' sizes are this unlikely, customers were lost on one side and no figure can be trusted."),
        group="experiments",
        minimum=0,
        maximum=1,
    ),
    PolicySpec(
        "experiments.tuned_at",
        "integer",
        TUNED_AT,
        _("Always-valid intervals are narrowest at so many customers"),
        _("Choose it before an experiment starts: about as many as you expect when you decide."),
        group="experiments",
        minimum=100,
        maximum=10_000_000,
    ),
    PolicySpec(
        "campaigns.global_holdout",
        "share",
        0.05,
        _("Global holdout: share of customers whom no campaign reaches"),
        _("They show what all campaigns together achieve. A customer's draw never changes; the share may grow."),
        group="experiments",
        minimum=0,
        maximum=0.5,
    ),
    PolicySpec(
        "campaigns.holdout",
        "share",
        0.1,
        _("Holdout of a campaign: share unless the campaign says otherwise"),
        group="experiments",
        minimum=0,
        maximum=0.9,
    ),
)

groups.register(PolicyGroup("experiments", _("Experiments")))
register(*EXPERIMENT_SPECS)
