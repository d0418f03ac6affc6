"""Keys of programs: list, make (shown once), revoke."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from retention.common import clock
from retention.common.errors import DomainError
from tenants.people.confirmation import confirm_first
from tenants.people.enums import KeyKind
from tenants.people.forms import KeyForm
from tenants.people.models import ApiKey
from tenants.people.permissions import require
from tenants.people.selectors.people import all_keys
from tenants.people.services.keys import create_api_key, create_write_key, revoke_key
from tenants.people.views.common import one_of, show_refusal, signed_in
from tenants.policies import policy_number


@require("keys.manage")
def key_list(request: HttpRequest) -> HttpResponse:
    """All keys, open and closed."""
    return render(request, "people/keys.html", {"keys": all_keys(), "now": clock.now()})


@never_cache
@require_http_methods(["GET", "POST"])
@require("keys.manage")
@confirm_first
def key_new(request: HttpRequest) -> HttpResponse:
    """Make a key; its text is on the answer's page and nowhere else."""
    person = signed_in(request)
    form = KeyForm(request.POST or None, initial={"days": int(policy_number("keys.lifetime_days"))}, person=person)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            if asked["kind"] == KeyKind.API:
                key, text = create_api_key(
                    name=asked["name"], scopes=asked["scopes"], days=asked["days"], actor=person, now=clock.now()
                )
            else:
                key, text = create_write_key(name=asked["name"], days=asked["days"], actor=person, now=clock.now())
        except DomainError as error:
            show_refusal(form, error)
        else:
            return render(request, "people/key_shown.html", {"key": key, "text": text})
    return render(request, "people/key_new.html", {"form": form})


@require_POST
@require("keys.manage")
@confirm_first
def key_revoke(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close a key at once."""
    key = one_of(ApiKey.objects.all(), public_id)
    revoke_key(key=key, actor=signed_in(request), now=clock.now())
    messages.success(request, _("The key “%(name)s” is revoked; programs that use it are refused.") % {"name": key})
    return redirect("keys")
