"""What this app's acts are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from tenants.governance.actions import register_actions

register_actions(
    {
        "behaviour.changed": _("Meaning of an event changed"),
        "import.uploaded": _("File uploaded"),
        "earn_rule.set": _("Rule of points set"),
        "earn_rule.ended": _("Rule of points ended"),
        "levels.set": _("Membership levels set"),
        "tags.changed": _("Tags changed"),
    }
)
