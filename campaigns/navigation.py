"""This app's lines in the side bar."""

from django.utils.translation import gettext_lazy as _

from retention.common.navigation import NavItem, register

register(NavItem("campaigns", _("Campaigns"), "campaigns", "send", "campaigns.view", 60))
register(NavItem("texts", _("Texts"), "texts", "file-text", "campaigns.edit", 61))
register(NavItem("offers", _("Offers"), "offers", "tag", "campaigns.edit", 61))
register(NavItem("stop", _("Stop sending"), "stop", "alert-triangle", "campaigns.stop", 64))
register(NavItem("experiments", _("Experiments"), "experiments", "flask", "experiments.view", 62))
