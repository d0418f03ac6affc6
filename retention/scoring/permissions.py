"""What scores ask for."""

from django.utils.translation import gettext_lazy as _

from tenants.people.permissions import EVERYONE, register

VIEW_SCORES = register("scores.view", _("See scores"), EVERYONE)
RUN_SCORES = register("scores.run", _("Start a scoring run"), {"marketer"})
