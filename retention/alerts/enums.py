from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """How urgent a finding is, and what priority comes of it."""

    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class Reach(TextChoices):
    """How many customers a finding touches."""

    MANY = "many", _("Many")
    SOME = "some", _("Some")
    FEW = "few", _("Few")


class Status(TextChoices):
    """Where an alert stands."""

    OPEN = "open", _("Open")
    ACKNOWLEDGED = "acknowledged", _("Taken")
    SNOOZED = "snoozed", _("Snoozed")
    RESOLVED = "resolved", _("Resolved")


LIVING = (Status.OPEN, Status.ACKNOWLEDGED, Status.SNOOZED)
"""At most one alert of a subject and cause is in these."""

TRANSITIONS: dict[str, tuple[Status, ...]] = {
    "acknowledge": (Status.OPEN, Status.ACKNOWLEDGED),
    "snooze": (Status.OPEN, Status.ACKNOWLEDGED),
    "wake": (Status.SNOOZED,),
    "resolve": LIVING,
    "reopen": (Status.RESOLVED, Status.SNOOZED),
}
"""From which states an act may start."""


class SubjectKind(TextChoices):
    """What an alert is about."""

    TENANT = "tenant", _("The whole business")
    CUSTOMER = "customer", _("Customer")
    ACCOUNT = "account", _("Account")
    CATEGORY = "category", _("Category")


class EntryKind(TextChoices):
    """What happened to an alert."""

    OPENED = "opened", _("Opened")
    ACKNOWLEDGED = "acknowledged", _("Taken")
    SNOOZED = "snoozed", _("Snoozed")
    WOKE = "woke", _("Woke up")
    RESOLVED = "resolved", _("Resolved")
    REOPENED = "reopened", _("Reopened")
    BREACHED = "breached", _("Clock ran out")
    ESCALATED = "escalated", _("Escalated to the admins")
    RESPONDED = "responded", _("Response done")
    FAILED = "failed", _("Response failed")
    RETRIED = "retried", _("Response tried again")


class ClockKind(TextChoices):
    """What a clock waits for."""

    TAKE = "take", _("To be taken by a person")


class ResponseStatus(TextChoices):
    """Where a response stands."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class NoticeKind(TextChoices):
    """Why a colleague is written to."""

    OPENED = "opened", _("An alert opened")
    ESCALATED = "escalated", _("Nobody took an alert in time")


class NoticeStatus(TextChoices):
    """Where a mail to a colleague stands. `unknown`: begun, and nobody knows whether it left."""

    DUE = "due", _("Due")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Unknown")


class Quiet(TextChoices):
    """Why a monitor says nothing."""

    TOO_FEW = "too_few", _("Too few")
    MISSING = "data_missing", _("Data missing")
    UNSCORED = "not_scored", _("Not scored")
