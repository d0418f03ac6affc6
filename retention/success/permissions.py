"""What work for customers asks for."""

from django.utils.translation import gettext_lazy as _

from tenants.people.permissions import EVERYONE, register

VIEW_SUCCESS = register("success.view", _("See the account portfolio, contracts, tasks and SOPs"), EVERYONE)
WORK_TASKS = register("tasks.work", _("Work on tasks, renewals and SOPs"), {"csm", "support", "marketer"})
HAND_OVER = register("portfolio.hand_over", _("Hand accounts over to somebody else"), set())
EDIT_PLAYBOOKS = register("playbooks.edit", _("Change SOPs"), {"csm"})
