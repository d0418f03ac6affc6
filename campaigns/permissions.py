"""What campaigns and experiments ask for."""

from django.utils.translation import gettext_lazy as _

from tenants.people.permissions import EVERYONE, register

VIEW_EXPERIMENTS = register("experiments.view", _("See experiments and what they proved"), EVERYONE - {"support"})
EDIT_EXPERIMENTS = register("experiments.edit", _("Plan, change and read out experiments"), {"marketer"})
