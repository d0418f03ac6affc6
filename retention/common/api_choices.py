"""A query parameter that is one of a few words."""

from __future__ import annotations

from collections.abc import Iterable

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request


def choice_in(request: Request, name: str, allowed: Iterable[str]) -> str:
    """The word that ``?name=`` says, "" where it is left out; ValidationError names the words there are.

    A slip that were passed over would answer another question than the one asked.
    """
    asked = request.query_params.get(name, "")
    words = list(allowed)
    if asked and asked not in words:
        raise ValidationError({name: [f"“{asked}” is none of {', '.join(words)}."]})
    return asked
