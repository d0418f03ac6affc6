from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoringConfig(AppConfig):
    name = "retention.scoring"
    label = "scoring"
    verbose_name = _("Scores")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what this app plugs into the floors below."""
        from retention.scoring import (  # noqa: F401
            account_audiences,
            actions,
            chores,
            health_previews,
            navigation,
            panels,
            permissions,
            policies,
            previews,
            privacy,
            threshold_previews,
        )
        from retention.scoring.features import benefits, contact, events, renewal_terms, service  # noqa: F401
        from retention.scoring.services import after_run, false_churn_returns

        policies.register_policies()
        after_run.register("false churn", false_churn_returns.keep_returns)
