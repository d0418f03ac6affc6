"""What an operator types: to sign in, to order a tenant, to delete one."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tenants.enums import Business
from tenants.limits import hit
from tenants.people.enums import RoleName
from tenants.people.models import User
from tenants.services.provisioning import TenantPlan

TRIES, SECONDS = 10, 600


class OperatorSignInForm(AdminAuthenticationForm):
    """E-mail, password and the code of the second factor, all at once: a wrong one isn't told from another."""

    code = forms.CharField(label=_("Code from your authenticator app"), max_length=12, strip=True)

    def clean(self) -> dict[str, Any]:
        """Sign in; refuse after too many tries for one address."""
        name = str(self.data.get("username", "")).lower()
        if not hit("operator-sign-in", name, at_most=TRIES, seconds=SECONDS):
            raise ValidationError(_("Too many tries. Wait ten minutes."), code="too_many")
        return super().clean()

    def confirm_login_allowed(self, user: Any) -> None:
        """Operators alone, and only with the right code."""
        factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
        is_operator = isinstance(user, User) and user.role == RoleName.OPERATOR
        if not is_operator or factor is None or not TOTP(factor).validate_code(self.cleaned_data.get("code", "")):
            raise self.get_invalid_login_error()
        super().confirm_login_allowed(user)


class SendingForm(forms.Form):
    """Stop all sending, or let it go on; after a restore with a word on what is due."""

    turn = forms.ChoiceField(choices=[("off", "off"), ("on", "on")], widget=forms.HiddenInput)
    why = forms.CharField(label=_("why"), max_length=300, required=False)
    due = forms.ChoiceField(
        label=_("What is due"),
        choices=[
            ("", "—"),
            ("hold", _("Hold it for good and pause what runs: it may have been sent before")),
            ("send", _("Send it: nothing went out since the backup")),
        ],
        required=False,
    )


class TenantForm(forms.Form):
    """A new tenant."""

    slug = forms.SlugField(label=_("short name"), max_length=40)
    name = forms.CharField(label=_("name"), max_length=120)
    domain = forms.CharField(label=_("domain"), max_length=253)
    admin_email = forms.EmailField(label=_("e-mail of the admin"))
    business = forms.ChoiceField(label=_("business"), choices=Business.choices)
    timezone = forms.ChoiceField(
        label=_("time zone"),
        choices=[(zone, zone) for zone in sorted(available_timezones())],
        initial="UTC",
        widget=forms.Select(attrs={"translate": "no"}),
    )
    currency = forms.CharField(label=_("currency"), max_length=3, initial="USD")
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES)

    def plan(self) -> TenantPlan:
        """What was typed, without the admin."""
        return TenantPlan(**{name: value for name, value in self.cleaned_data.items() if name != "admin_email"})


class DeleteForm(forms.Form):
    """The short name, typed by hand."""

    typed_slug = forms.CharField(label=_("Type the short name to delete it for good"), max_length=40)
