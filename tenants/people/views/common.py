"""What the pages of people share."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from retention.common.errors import DomainError, NotFound
from tenants.people.models import User

M = TypeVar("M", bound=Model)


def signed_in(request: HttpRequest) -> User:
    """The person behind the request; only for doors that ask for a permission."""
    assert isinstance(request.user, User)
    return request.user


def one_of(rows: QuerySet[M], public_id: UUID) -> M:
    """The row of this public id, or NotFound."""
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise NotFound("unknown", _("There is nothing at this address."), mend=_("Go back to the list."))
    return row


def show_refusal(form: forms.Form, error: DomainError) -> None:
    """A refusal becomes an error at the head of the form, with its mend."""
    form.add_error(None, error.words)
