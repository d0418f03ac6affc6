"""What this app's acts are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from tenants.governance.actions import register_actions

register_actions(
    {
        "monitor.change": _("Monitor changed"),
        "alert.acknowledge": _("Alert taken"),
        "alert.snooze": _("Alert put off"),
        "alert.resolve": _("Alert resolved"),
        "alert.reopen": _("Alert opened again"),
        "alert.response_started": _("Response to an alert started"),
        "alert.response_retried": _("Response to an alert tried again"),
    }
)
