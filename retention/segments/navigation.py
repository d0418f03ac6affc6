"""This app's lines in the side bar."""

from django.utils.translation import gettext_lazy as _

from retention.common.navigation import NavItem, register

register(NavItem("dashboard", _("Overview"), "dashboard", "layout-dashboard", "scores.view", 0))
register(NavItem("segments", _("Segments"), "segments", "users-group", "segments.view", 30))
register(NavItem("pool-flows", _("Flows between pools"), "pool-flows", "route", "scores.view", 35))
register(NavItem("tier-moves", _("Moves between tiers"), "tier-moves", "chart-dots", "scores.view", 36))
register(NavItem("trends", _("Trends"), "trends", "trending-up", "scores.view", 34))
register(NavItem("false-churn", _("False churn"), "false-churn", "heart", "scores.view", 37))
