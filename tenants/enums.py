from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Business(TextChoices):
    """What a tenant does: sets thresholds, scorecard, taxonomy, segments and playbooks at the start."""

    SHOP = "shop", _("Shop")
    CONTENT = "content", _("Content or app")
    SUBSCRIPTION = "subscription", _("Subscription")
    SOFTWARE = "software", _("Business software")


class TenantStatus(TextChoices):
    """A tenant serves requests only while active."""

    PROVISIONING = "provisioning", _("Being set up")
    ACTIVE = "active", _("Active")
    FENCED = "fenced", _("Under repair")
    SUSPENDED = "suspended", _("Suspended")
    DELETING = "deleting", _("Being deleted")
