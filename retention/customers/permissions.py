"""What the customer record asks for."""

from django.utils.translation import gettext_lazy as _

from tenants.people.permissions import EVERYONE, register

VIEW_CUSTOMERS = register("customers.view", _("See customers"), EVERYONE)
IMPORT_CUSTOMERS = register("customers.import", _("Bring data in"), {"marketer"})
UNMASK_CUSTOMERS = register("customers.unmask", _("Unmask phone and mail"), {"csm", "support"})
VIEW_ACCOUNTS = register("accounts.view", _("See accounts"), EVERYONE)
EDIT_POINTS = register("points.edit", _("Spend and give growth points"), {"csm", "support", "marketer"})
EDIT_LEVELS = register("levels.edit", _("Change levels and what earns points"), {"marketer"})
EDIT_TAGS = register("tags.edit", _("Change a customer's external tags"), {"csm", "support", "marketer"})
EDIT_BEHAVIOURS = register("behaviours.edit", _("Change the behaviour map"), {"marketer"})
