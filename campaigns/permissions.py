"""What campaigns and experiments ask for."""

from django.utils.translation import gettext_lazy as _

from tenants.people.permissions import EVERYONE, register

VIEW_EXPERIMENTS = register("experiments.view", _("See experiments and what they proved"), EVERYONE - {"support"})
EDIT_EXPERIMENTS = register("experiments.edit", _("Plan, change and read out experiments"), {"marketer"})
VIEW_CAMPAIGNS = register("campaigns.view", _("See campaigns, texts and what was sent"), EVERYONE)
EDIT_CAMPAIGNS = register("campaigns.edit", _("Write campaigns and texts"), {"marketer"})
LAUNCH_CAMPAIGNS = register("campaigns.launch", _("Launch, pause and resume campaigns"), {"marketer"})
APPROVE_CAMPAIGNS = register("campaigns.approve", _("Approve what somebody else wants to launch"), {"csm"})
STOP_CAMPAIGNS = register(
    "campaigns.stop", _("Stop sending, and decide about unknown outcomes"), {"marketer", "support"}
)
