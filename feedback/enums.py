from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Intent(TextChoices):
    """What somebody wants by speaking, apart from what it is about."""

    COMPLAINT = "complaint", _("Complaint")
    SUGGESTION = "suggestion", _("Suggestion")
    QUESTION = "question", _("Question")
    PRAISE = "praise", _("Praise")
    LEAVING = "leaving", _("Leaving")
    ESCALATION = "escalation", _("Escalation")


COMPLAINTS = (Intent.COMPLAINT, Intent.LEAVING, Intent.ESCALATION)
"""What waits for an answer and counts as a complaint."""


class ItemStatus(TextChoices):
    """An item is new until a person took it up; a complaint is open until it is answered, then closed."""

    NEW = "new", pgettext_lazy("feedback", "New")
    OPEN = "open", pgettext_lazy("feedback", "Open")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")
    DUPLICATE = "duplicate", _("Said before")


class TagSource(TextChoices):
    """Who put an item under a topic."""

    IMPORTED = "imported", _("Imported")
    PERSON = "person", _("By a person")


class LeadStatus(TextChoices):
    """Where a product lead stands, from idea to shipped."""

    IDEA = "idea", pgettext_lazy("lead", "Idea")
    PLANNED = "planned", pgettext_lazy("lead", "Planned")
    BUILDING = "building", _("Being built")
    SHIPPED = "shipped", _("Shipped")
    DECLINED = "declined", pgettext_lazy("lead", "Declined")
