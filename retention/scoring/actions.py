"""What this app's acts are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from tenants.governance.actions import register_actions

register_actions(
    {
        "run.stopped": _("Score run stopped"),
        "threshold.set": _("Silence threshold set by hand"),
        "threshold.removed": _("Silence threshold learned again"),
    }
)
