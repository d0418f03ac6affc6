from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    name = "retention.alerts"
    label = "alerts"
    verbose_name = _("Warnings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what this app plugs into the floors below, and the detectors that come with Stay."""
        from retention.alerts import actions, merging, permissions, policies, privacy  # noqa: F401
        from retention.alerts.detectors import builtin  # noqa: F401
