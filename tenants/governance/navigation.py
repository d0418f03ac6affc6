"""The lines of policies and the audit log in the side bar."""

from django.utils.translation import gettext_lazy as _

from retention.common.navigation import NavItem, register

register(NavItem("policies", _("Policies"), "policies", "adjustments", "policies.view", 900, section="settings"))
register(NavItem("audit", _("Audit log"), "audit", "history", "audit.view", 940, section="settings"))
