"""What an admin may set about data coming in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.policies import PolicyGroup, PolicySpec, groups, register

groups.register(PolicyGroup("data", _("Data in")))
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
