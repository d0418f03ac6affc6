"""What governing a tenant asks for."""

from django.utils.translation import gettext_lazy as _

from tenants.people.permissions import EVERYONE, register

VIEW_POLICIES = register("policies.view", _("See policies"), EVERYONE)
EDIT_POLICIES = register("policies.edit", _("Change policies"), set())
VIEW_AUDIT = register("audit.view", _("See the audit log"), set())
EXPORT_PRIVACY = register("privacy.export", _("Export all that is held on a customer"), set())
ERASE_PRIVACY = register("privacy.erase", _("Erase a customer"), set())
