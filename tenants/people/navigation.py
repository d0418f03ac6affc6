"""The lines of people and keys in the side bar."""

from django.utils.translation import gettext_lazy as _

from retention.common.navigation import NavItem, register

register(NavItem("people", _("People"), "people", "users", "people.manage", 910, section="settings"))
register(NavItem("keys", _("Keys"), "keys", "key", "keys.manage", 930, section="settings"))
