"""What this app's acts are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from tenants.governance.actions import register_actions

register_actions(
    {
        "segment.create": _("Segment made"),
        "segment.change": _("Segment changed"),
        "segment.archive": _("Segment archived"),
        "segment.export": _("Segment exported"),
        "segment.audience": _("Segment exported as an audience"),
        "segment.freeze": _("Segment frozen"),
        "segment.unfreeze": _("Frozen segment deleted"),
    }
)
