"""This app's lines in the side bar."""

from django.utils.translation import gettext_lazy as _

from retention.common.navigation import NavItem, register

register(NavItem("my-day", _("My day"), "my-day", "checklist", "success.view", 3))
register(NavItem("portfolio", _("Account portfolio"), "portfolio", "building-store", "success.view", 28))
register(NavItem("renewals", _("Renewals"), "renewals", "refresh", "success.view", 29))
register(NavItem("playbooks", _("SOPs"), "playbooks", "route", "success.view", 46))
