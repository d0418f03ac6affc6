from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ExperimentSource(TextChoices):
    """Where an experiment comes from."""

    CAMPAIGN = "campaign", _("Campaign")
    IMPORTED = "imported", _("Imported trial")
    HUMAN_WORK = "human_work", _("Human work")
    GLOBAL_HOLDOUT = "global_holdout", _("Global holdout")


class ExperimentUnit(TextChoices):
    """What is drawn into arms."""

    CUSTOMER = "customer", _("customer")
