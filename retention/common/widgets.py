"""What people type into, where Django's own would not do."""

from __future__ import annotations

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """A day from the browser's calendar. It knows days as 2017-12-03 alone: written as its language writes them, the
    field would stand empty, and saving the form would lose the day.
    """

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
