"""Forms of people, roles and keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.translation import gettext_lazy as _

from tenants.people.enums import RoleName
from tenants.people.models import Role, User
from tenants.people.permissions import permissions
from tenants.people.services.keys import UNGRANTED

READY_ROLES = [(value, label) for value, label in RoleName.choices if value != RoleName.OPERATOR]


class RoleForm(forms.Form):
    """Which role, ready or custom, and how far it sees."""

    role = forms.ChoiceField(label=_("Role"), choices=READY_ROLES)
    custom_role = forms.ModelChoiceField(
        label=_("Custom role"),
        queryset=Role.objects.none(),
        required=False,
        to_field_name="public_id",
        empty_label=_("None: the ready role holds"),
        help_text=_("Holds instead of the ready role."),
    )
    own_accounts_only = forms.BooleanField(
        label=_("Sees own accounts only"),
        required=False,
        help_text=_("Only accounts that name this person as CSM or consultant, and their people."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["custom_role"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Role.objects.all()


class InviteForm(RoleForm):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    field_order = ("email", "name")


class AcceptForm(forms.Form):
    """The invited person's name and password."""

    name = forms.CharField(label=_("Name"), max_length=120)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
    )


class CustomRoleForm(forms.Form):
    """A role's name and its permissions."""

    name = forms.CharField(label=_("Name"), max_length=60)
    codes = forms.MultipleChoiceField(
        label=_("Permissions"), widget=forms.CheckboxSelectMultiple, choices=[], required=False
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = _choices(person.permission_codes())  # type: ignore[attr-defined]


class KeyForm(forms.Form):
    """A new key: what for, what it may do, for how long."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What uses it, for example “web shop”."))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("write", _("Write key: brings events in, reads nothing")), ("api", _("API key: with permissions"))],
        widget=forms.RadioSelect,
        initial="write",
    )
    scopes = forms.MultipleChoiceField(
        label=_("Permissions"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[],
        help_text=_("For an API key."),
    )
    days = forms.IntegerField(label=_("Lives for (days)"), min_value=1, max_value=1095)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = _choices(person.permission_codes() - UNGRANTED)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == "api" and not cleaned.get("scopes"):
            self.add_error("scopes", _("Choose what the key may do."))
        return cleaned


class MeForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """What a person sets for themselves."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("As the browser")), *settings.LANGUAGES], required=False
    )
    theme = forms.ChoiceField(
        label=_("Theme"),
        choices=[("", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
        required=False,
    )

    class Meta:
        model = User
        fields = ("name", "language", "theme")


def _choices(codes: frozenset[str]) -> list[tuple[str, str]]:
    return [(permission.code, str(permission.label)) for permission in permissions if permission.code in codes]
