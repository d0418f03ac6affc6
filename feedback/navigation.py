"""This app's line in the side bar."""

from django.utils.translation import gettext_lazy as _

from retention.common.navigation import NavItem, register

register(NavItem("feedback", _("Feedback"), "feedback", "inbox", "feedback.view", 25))
register(NavItem("surveys", _("Surveys"), "surveys", "mood-smile", "feedback.view", 26))
register(NavItem("leads", _("Product leads"), "leads", "wand", "leads.view", 27))
