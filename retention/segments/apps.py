from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SegmentsConfig(AppConfig):
    name = "retention.segments"
    label = "segments"
    verbose_name = _("Segments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what this app plugs into the floors below, and the fields that rules may ask about."""
        from retention.scoring.services import after_run
        from retention.segments import (  # noqa: F401
            actions,
            card_audience,
            chores,
            list_part,
            merging,
            navigation,
            own_uses,
            panels,
            permissions,
            policies,
            privacy,
        )
        from retention.segments.fields.builtin import register_builtin
        from retention.segments.services.refresh import refresh_after_run

        register_builtin()
        after_run.register("segments", refresh_after_run)
