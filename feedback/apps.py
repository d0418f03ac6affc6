from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "feedback"
    label = "feedback"
    verbose_name = _("Feedback")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what this app plugs into the floors below."""
        from feedback import actions, fields, merging, navigation, panels, permissions, policies, privacy  # noqa: F401
        from feedback.importers import kinds  # noqa: F401
