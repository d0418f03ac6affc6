"""What each role may do: apps declare permissions, doors check exactly one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from retention.common.registry import Registry

P = ParamSpec("P")
EVERYONE = frozenset({"admin", "csm", "support", "marketer", "viewer"})


@dataclass(frozen=True)
class Permission:
    """A right by `code` ("customers.view"), its words on screen and the ready roles that have it."""

    code: str
    label: Promise | str
    roles: frozenset[str]


permissions: Registry[Permission] = Registry("permission", key=lambda p: p.code)


def register(code: str, label: Promise | str, roles: frozenset[str] | set[str]) -> Permission:
    """Declare a permission; the admin role always has it."""
    return permissions.register(Permission(code, label, frozenset(roles) | {"admin"}))


def may(user: Any, code: str) -> bool:
    """Whether `user` (a User or an API key's principal) holds `code`."""
    granted = getattr(user, "permission_codes", None)
    return bool(getattr(user, "is_authenticated", False) and granted is not None and code in granted())


View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def require(code: str) -> Callable[[View[P]], View[P]]:
    """Decorate an HTML door: log in first, then hold `code`, else 403."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not may(request.user, code):
                raise PermissionDenied(code)
            return view(request, *args, **kwargs)

        guarded.permission = code  # type: ignore[attr-defined]
        return login_required(guarded)  # type: ignore[return-value]

    return decorate


def api_permission(code: str) -> type[BasePermission]:
    """A DRF permission class that asks for `code`."""

    class HasPermission(BasePermission):
        permission = code

        def has_permission(self, request: Request, view: Any) -> bool:
            return may(request.user, code)

    return HasPermission


MANAGE_PEOPLE = register("people.manage", _("Invite people and set their roles"), set())
MANAGE_KEYS = register("keys.manage", _("Make and revoke keys"), set())
