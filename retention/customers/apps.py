from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "retention.customers"
    label = "customers"
    verbose_name = _("Customers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what this app plugs into the floors below."""
        from retention.customers import actions, chores, navigation, permissions, policies  # noqa: F401
        from retention.customers.importers import kinds  # noqa: F401
        from retention.customers.panels import account, customer, membership, privacy, tags  # noqa: F401
        from retention.customers.privacy import facts as privacy_facts  # noqa: F401
        from retention.customers.privacy import files, record  # noqa: F401
        from retention.customers.services.points import earned  # noqa: F401
        from retention.customers.timeline import facts  # noqa: F401
