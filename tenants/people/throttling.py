"""How often a program may call the REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from tenants.limits import hit
from tenants.people.authentication import KeyPrincipal
from tenants.policies import policy_number

if TYPE_CHECKING:  # the views read the settings that name this class
    from rest_framework.views import APIView

WINDOW = 10  # seconds


class KeyRate(BaseThrottle):
    """Counts the requests of each key of its tenant; people in browsers are not counted."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        caller: object = request.user
        if not isinstance(caller, KeyPrincipal):
            return True
        at_most = int(policy_number("api.requests_per_second") * WINDOW)
        return hit("api", str(caller.key.public_id), at_most=at_most, seconds=WINDOW)

    def wait(self) -> float:
        """The Retry-After of the 429."""
        return WINDOW
