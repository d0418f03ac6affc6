"""What the acts about product leads are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from tenants.governance.actions import register_actions

register_actions(
    {
        "lead.created": _("Product lead made"),
        "lead.linked": _("Voice put to a product lead"),
        "lead.planned": _("Product lead changed"),
    }
)
