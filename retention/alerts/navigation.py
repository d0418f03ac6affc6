"""This app's lines in the side bar."""

from django.utils.translation import gettext_lazy as _

from retention.common.navigation import NavItem, register

register(NavItem("alerts", _("Alerts"), "alerts", "bell", "alerts.view", 5))
register(NavItem("monitors", _("Monitors"), "monitors", "activity", "alerts.view", 45))
