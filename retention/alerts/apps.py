from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    name = "retention.alerts"
    label = "alerts"
    verbose_name = _("Warnings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what this app plugs into the floors below, and the detectors that come with Stay."""
        from retention.alerts import (  # noqa: F401
            actions,
            chores,
            merging,
            navigation,
            overview,
            panels,
            permissions,
            policies,
            privacy,
        )
        from retention.alerts.detectors import builtin  # noqa: F401
        from retention.alerts.services.daily import detect_after_run
        from retention.scoring.services import after_run

        after_run.register("alerts", detect_after_run)
