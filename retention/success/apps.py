from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SuccessConfig(AppConfig):
    name = "retention.success"
    label = "success"
    verbose_name = _("Success")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what this app plugs into the floors below."""
        from retention.success import (  # noqa: F401
            actions,
            chores,
            ends,
            fields,
            merging,
            navigation,
            panels,
            permissions,
            policies,
            privacy,
            responses,
            stakes,
            terms_in_a_row,
            terms_of_accounts,
        )
        from retention.success.importers import kinds  # noqa: F401
