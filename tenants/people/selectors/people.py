"""Reads of people, invitations, keys."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, QuerySet

from tenants.people.models import ApiKey, Invitation, Role, User
from tenants.people.permissions import may
from tenants.people.services.invitations import open_invitations


def everybody() -> QuerySet[User]:
    """All people, with whether they have a second factor."""
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    return User.objects.select_related("custom_role").annotate(has_second_factor=Exists(factor))


def people_to_choose(permission: str = "") -> list[tuple[str, str]]:
    """Public id and name of everybody who is active and holds `permission`, as a form offers them."""
    people = User.objects.filter(is_active=True).select_related("custom_role").order_by("name", "email")
    return [(str(one.public_id), str(one)) for one in people if not permission or may(one, permission)]


def open_invitations_now(now: datetime) -> QuerySet[Invitation]:
    """Invitations that can still be used, newest first."""
    return open_invitations().filter(expires_at__gt=now).select_related("custom_role", "invited_by").order_by("-id")


def all_roles() -> QuerySet[Role]:
    """Custom roles by name, with how many people have each."""
    return Role.objects.annotate(holders=Count("user")).order_by("name")


def all_keys() -> QuerySet[ApiKey]:
    """Keys, newest first."""
    return ApiKey.objects.select_related("created_by").order_by("-id")
