"""This app's lines in the side bar."""

from django.utils.translation import gettext_lazy as _

from retention.common.navigation import NavItem, register

register(NavItem("scores", _("Scores"), "scores", "gauge", "scores.view", 40))
register(NavItem("thresholds", _("Silence thresholds"), "thresholds", "hourglass", "scores.view", 41))
