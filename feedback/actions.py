"""What the acts about feedback are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from tenants.governance.actions import register_actions

register_actions(
    {
        "feedback.tagged": _("Feedback tagged"),
        "feedback.answered": _("Feedback answered"),
        "feedback.closed": _("Feedback closed"),
        "feedback.open": _("Feedback opened again"),
        "feedback.taken": _("Feedback taken"),
        "feedback.put_back": _("Feedback put back"),
        "feedback.given": _("Feedback given to somebody"),
        "feedback.undone": _("Last act on feedback undone"),
        "survey.created": _("Survey made"),
        "lead.created": _("Product lead made"),
        "lead.linked": _("Voice put to a product lead"),
        "lead.planned": _("Product lead changed"),
    }
)
