"""A day stands in its field in every language."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.utils import translation

from campaigns import forms as campaign_forms
from feedback import forms as feedback_forms
from retention.alerts import forms as alert_forms
from retention.common.widgets import DayInput
from retention.scoring import forms as scoring_forms
from retention.success import forms as success_forms

MODULES = (alert_forms, campaign_forms, feedback_forms, scoring_forms, success_forms)


class Due(forms.Form):
    on = forms.DateField(widget=DayInput())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_day_is_written_as_browsers_read_it_and_comes_back(language: str) -> None:
    with translation.override(language):
        assert 'type="date" name="on" value="2017-12-03"' in str(Due(initial={"on": date(2017, 12, 3)})["on"])
        back = Due({"on": "2017-12-03"})
        assert back.is_valid()
        assert back.cleaned_data["on"] == date(2017, 12, 3)


def test_every_field_for_a_day_has_it() -> None:
    fields = [
        (form.__name__, name, field)
        for module in MODULES
        for form in vars(module).values()
        if isinstance(form, type) and issubclass(form, forms.Form)
        for name, field in form.base_fields.items()
        if isinstance(field, forms.DateField)
    ]
    assert len(fields) >= 4
    assert [(form, name) for form, name, field in fields if not isinstance(field.widget, DayInput)] == []
