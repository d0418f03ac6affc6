"""django-tenants' name for it: the same as ``migrate``."""

from tenants.management.commands.migrate import Command

__all__ = ["Command"]
