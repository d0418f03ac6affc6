from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ContractStatus(TextChoices):
    """Where a contract stands. Only an active or ended one has a term that can be renewed."""

    DRAFT = "draft", pgettext_lazy("contract", "Draft")
    ACTIVE = "active", _("In force")
    ENDED = "ended", pgettext_lazy("contract", "Ended")
    CANCELLED = "cancelled", pgettext_lazy("contract", "Cancelled")


class RenewalStatus(TextChoices):
    """What became of the end of a term. `contracted`: renewed for less."""

    OPEN = "open", pgettext_lazy("renewal", "Open")
    RENEWED = "renewed", _("Renewed")
    CONTRACTED = "contracted", _("Renewed for less")
    LOST = "lost", pgettext_lazy("renewal", "Lost")


class Forecast(TextChoices):
    """What a renewal is expected to be."""

    COMMIT = "commit", _("Commit")
    LIKELY = "likely", _("Likely")
    AT_RISK = "at_risk", pgettext_lazy("renewal", "At risk")


class AssignmentRole(TextChoices):
    """What somebody does for an account: delivers (consultant) or cares (CSM)."""

    DELIVERS = "delivers", _("Delivers")
    CARES = "cares", _("Cares")


class WorkRole(TextChoices):
    """Whose work a step or task is. CSM and consultant mean the account's own."""

    CSM = "csm", _("CSM")
    CONSULTANT = "consultant", _("Consultant")
    SUPPORT = "support", _("Support agent")
    MARKETER = "marketer", _("Marketer")
    ADMIN = "admin", _("Admin")


class EvidenceKind(TextChoices):
    """What a step asks for before it can be ticked."""

    NOTE = "note", _("A note")
    LINK = "link", _("A link")
    FILE = "file", _("The name of a file")
    CHECKLIST = "checklist", _("A checklist, all of it")
    CHOICE = "choice", _("One of several answers")


class DueFrom(TextChoices):
    """From what a step's due day is counted. A term's end counts calendar days back."""

    START = "start", _("working days after the start")
    STEP = "step", _("working days after another step is done")
    TERM = "term", _("days before the term ends")


class Trigger(TextChoices):
    """What starts a playbook."""

    HAND = "hand", _("By hand")
    CONSULTANT_CHANGED = "consultant_changed", _("When the consultant changes")
    RENEWAL = "renewal", _("Before a term ends")
    ALERT = "alert", _("By an alert")


class RunStatus(TextChoices):
    """Where a run of a playbook stands."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Called off")


class TaskKind(TextChoices):
    """What kind of work a task is."""

    CALL = "call", _("Phone call")
    TODO = "todo", _("To do")
    STEP = "step", _("Step of an SOP")


class TaskStatus(TextChoices):
    """Where a task stands."""

    OPEN = "open", pgettext_lazy("task", "Open")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Called off")


class CallOutcome(TextChoices):
    """How a call went. Only an answered one was two-way."""

    ANSWERED = "answered", pgettext_lazy("call", "Answered")
    NO_ANSWER = "no_answer", _("No answer")
    CALL_BACK = "call_back", _("Wants to be called back")
    REFUSED = "refused", pgettext_lazy("call", "Refused to talk")
    WRONG_NUMBER = "wrong_number", _("Wrong number")


SPOKEN = (CallOutcome.ANSWERED, CallOutcome.CALL_BACK)
"""We spoke: the contact was two-way."""
