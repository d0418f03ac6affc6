from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RoleName(TextChoices):
    """The ready roles. `operator` exists in the public schema only."""

    OPERATOR = "operator", _("Operator")
    ADMIN = "admin", _("Admin")
    CSM = "csm", _("CSM")
    SUPPORT = "support", _("Support agent")
    MARKETER = "marketer", _("Marketer")
    VIEWER = "viewer", _("Viewer")


class KeyKind(TextChoices):
    """What a key opens: the REST API, or ingest only."""

    API = "api", _("API key")
    WRITE = "write", _("Write key")
