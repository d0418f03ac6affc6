"""What an alert is called and what it says, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from retention.alerts.detectors import detectors
from retention.alerts.detectors.base import sentence_of
from retention.alerts.enums import SubjectKind
from retention.alerts.models import Alert


def alert_title(alert: Alert) -> str:
    """The monitor, and whom it is about unless that is the whole business."""
    label = alert.monitor.title
    subject = subject_name(alert)
    return _("%(monitor)s: %(subject)s") % {"monitor": label, "subject": subject} if subject else label


def subject_name(alert: Alert) -> str:
    """The customer, account or category; "" for the whole business."""
    subject = {
        SubjectKind.CUSTOMER: alert.customer,
        SubjectKind.ACCOUNT: alert.account,
        SubjectKind.CATEGORY: alert.category,
    }.get(SubjectKind(alert.subject))
    return str(subject) if subject is not None else ""


def alert_sentence(alert: Alert) -> str:
    """What was found, in a sentence."""
    return sentence_of(alert.monitor.code, "", alert.evidence)


def affected_url(alert: Alert) -> str:
    """Where those affected are listed; "" where there is no such list."""
    detector = detectors.get(alert.monitor.code)
    return detector.affected_url(alert) if detector and detector.affected_url else ""
