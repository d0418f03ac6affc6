"""What segments ask for."""

from django.utils.translation import gettext_lazy as _

from tenants.people.permissions import EVERYONE, register

VIEW_SEGMENTS = register("segments.view", _("See segments"), EVERYONE)
EDIT_SEGMENTS = register("segments.edit", _("Make and change segments"), {"csm", "marketer"})
EXPORT_SEGMENTS = register("segments.export", _("Export the customers of a segment"), {"csm", "marketer"})
