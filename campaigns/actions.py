"""What the acts of campaigns and experiments are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from tenants.governance.actions import register_actions

register_actions(
    {
        "experiment.created": _("Experiment made"),
        "experiment.control": _("Control of an experiment chosen"),
        "experiment.shares": _("Shares of an experiment's arms set"),
        "experiment.read_out": _("Readout kept"),
        "campaign.created": _("Campaign made"),
        "campaign.changed": _("Campaign changed"),
        "offer.created": _("Offer made"),
        "offer.changed": _("Offer changed"),
        "offer.archived": _("Offer archived"),
        "template.saved": _("Text saved"),
        "template.tested": _("Test message sent"),
    }
)
