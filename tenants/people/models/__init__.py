"""Who may come in: people with roles, invitations, keys."""

from tenants.people.models.invitations import Invitation
from tenants.people.models.keys import ApiKey
from tenants.people.models.users import Role, User, UserManager

__all__ = ["ApiKey", "Invitation", "Role", "User", "UserManager"]
