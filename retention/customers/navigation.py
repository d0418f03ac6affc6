"""This app's lines in the side bar."""

from django.utils.translation import gettext_lazy as _

from retention.common.navigation import NavItem, register

register(NavItem("customers", _("Customers"), "customers", "users", "customers.view", 20))
register(NavItem("membership", _("Membership"), "membership", "star", "customers.view", 25))
register(NavItem("imports", _("Imports"), "imports", "database-import", "customers.import", 80, section="data"))
register(NavItem("behaviours", _("Behaviour map"), "behaviours", "route", "customers.view", 82, section="data"))
register(NavItem("accounts", _("Accounts"), "accounts", "building", "accounts.view", 30))
