"""Codes of the second factor work once.

allauth remembers a used code for one step of 30 seconds, but with a tolerance of one step to either side a code is
good for three: here it is remembered for longer than it is good.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms

from tenants.limits import hit

REMEMBERED = 180


class UsedOnce(forms.Form):
    """Refuses a code that this person used a moment ago."""

    user: Any

    def clean_code(self) -> str:
        code = super().clean_code()  # type: ignore[misc]
        if not hit("second-factor", f"{self.user.pk}:{code}", at_most=1, seconds=REMEMBERED):
            raise get_adapter().validation_error("incorrect_code")
        return str(code)


class OnceAuthenticateForm(UsedOnce, AuthenticateForm):
    """The code at sign-in."""


class OnceReauthenticateForm(UsedOnce, ReauthenticateForm):
    """The code before a weighty step."""
