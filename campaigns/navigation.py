"""Lines in the side bar."""

from django.utils.translation import gettext_lazy as _

from retention.common.navigation import NavItem, register

register(NavItem("experiments", _("Experiments"), "experiments", "flask", "experiments.view", 62))
