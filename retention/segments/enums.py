from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FieldType(TextChoices):
    """What kind of value a field has: it decides which questions may be asked."""

    NUMBER = "number", _("number")
    TEXT = "text", _("text")
    DATE = "date", _("date")
    CHOICE = "choice", _("choice")
    BOOLEAN = "boolean", _("yes or no")
    LIST = "list", _("list")


class CountProblem(TextChoices):
    """Why a segment was not counted: the code is kept, the words are the reader's."""

    BAD_RULE = "bad_rule", _("Its rule can’t be used as it stands. Open the segment to see why.")
    AHEAD = "segment_is_ahead", _("A count of a later day stands already.")
    DATABASE = "database", _("The database could not answer the rule: it took too long, or a value did not fit.")


class FieldGroup(TextChoices):
    """Where a field stands in the rule builder."""

    CUSTOMER = "customer", _("Customer")
    SCORE = "score", _("Scores and pools")
    ORDER = "order", _("Orders")
    BEHAVIOUR = "behaviour", _("Behaviour")
    SERVICE = "service", _("Service and voice")
    RELATION = "relation", _("Membership, consent, account")
    CAMPAIGN = "campaign", _("Campaigns and contacts")
