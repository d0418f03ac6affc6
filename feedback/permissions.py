"""What feedback asks for."""

from django.utils.translation import gettext_lazy as _

from tenants.people.permissions import EVERYONE, register

VIEW_FEEDBACK = register("feedback.view", _("See feedback"), EVERYONE)
TAG_FEEDBACK = register("feedback.tag", _("Tag feedback and answer it"), {"csm", "support"})
EDIT_SURVEYS = register("surveys.edit", _("Make surveys"), {"csm", "marketer"})
VIEW_LEADS = register("leads.view", _("See product leads"), EVERYONE)
EDIT_LEADS = register("leads.edit", _("Make and move product leads"), {"csm", "support", "marketer"})
