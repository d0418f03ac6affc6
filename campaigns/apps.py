from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    label = "campaigns"
    verbose_name = _("Campaigns")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what this app plugs into the floors below."""
        from campaigns import (  # noqa: F401
            actions,
            actions_sending,
            chores,
            chores_experiments,
            fields,
            merging,
            navigation,
            permissions,
            policies,
            policies_readout,
            policies_sending,
            policies_texts,
            privacy,
            privacy_of_sending,
            responses,
            segment_uses,
            senders,
        )
        from campaigns.channels import call, email, sandbox  # noqa: F401
        from campaigns.importers import kinds  # noqa: F401
        from campaigns.panels import decisions  # noqa: F401
        from campaigns.timeline import messages  # noqa: F401
