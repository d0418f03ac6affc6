"""What the acts of sending are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from tenants.governance.actions import register_actions

register_actions(
    {
        "campaign.approval_requested": _("Approval of a launch asked for"),
        "campaign.approved": _("Launch approved"),
        "campaign.launched": _("Campaign launched"),
        "campaign.paused": _("Campaign paused"),
        "campaign.resumed": _("Campaign resumed"),
        "campaign.stopped": _("Campaign stopped"),
        "campaign.finished": _("Campaign finished"),
        "message.resolved": _("Doubt about a message resolved"),
        "sending.stopped": _("Sending stopped"),
        "sending.resumed": _("Sending resumed"),
        "suppression.lifted": _("Address taken off the suppression list"),
    }
)
