"""What alerts ask for."""

from django.utils.translation import gettext_lazy as _

from tenants.people.permissions import EVERYONE, register

VIEW_ALERTS = register("alerts.view", _("See alerts and monitors"), EVERYONE)
WORK_ALERTS = register("alerts.work", _("Take, snooze and resolve alerts"), {"csm", "support", "marketer"})
EDIT_ALERTS = register("alerts.edit", _("Change monitors"), {"marketer"})
