"""People of a tenant, or operators in the public schema, and their roles."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from retention.common.ids import uuid7
from tenants.people.enums import RoleName
from tenants.people.permissions import permissions


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address, lower-cased."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A new person; without a password they can't sign in until they set one."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A platform operator; belongs into the public schema only."""
        return self.create_user(email, password, role=RoleName.OPERATOR, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Sign-in does not care about upper and lower case."""
        return self.get(email=(username or "").lower())


class Role(models.Model):
    """A custom role: a name and the permission codes it holds."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60, unique=True)
    codes = models.JSONField(_("permissions"), default=list)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. In a tenant schema one of its colleagues, in public an operator."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=16, choices=RoleName.choices, default=RoleName.VIEWER)
    custom_role = models.ForeignKey(
        Role, verbose_name=_("custom role"), null=True, blank=True, on_delete=models.PROTECT
    )
    own_accounts_only = models.BooleanField(_("sees own accounts only"), default=False)
    language = models.CharField(_("language"), max_length=10, blank=True)
    theme = models.CharField(_("theme"), max_length=8, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("operator"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="people_user_email_lower_unique")]

    def __str__(self) -> str:
        return self.name or self.email

    def audit_identity(self) -> tuple[str, str]:
        """How the audit log names this person: no mail address, no name."""
        return "person", str(self.public_id)

    def permission_codes(self) -> frozenset[str]:
        """The codes this person holds: those of the custom role, else of the ready role."""
        if not self.is_active:
            return frozenset()
        if self.custom_role is not None:
            return frozenset(self.custom_role.codes)
        return frozenset(p.code for p in permissions if self.role in p.roles)
