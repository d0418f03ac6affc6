"""Texts see names and strings: nothing to walk, nothing to blow up, nothing that a value could say is obeyed."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.templating import limits
from campaigns.templating.check import check_template, mentioned
from campaigns.templating.engine import FILTERS, TAGS, environment, render
from campaigns.templating.refused import TemplateRefused
from campaigns.templating.variables import fallback_of, samples, variables

HOSTILE = [
    "{{ nickname.__class__.__mro__ }}",
    "{{ nickname['__class__'] }}",
    "{{ nickname.format }}",
    "{{ nickname[0] }}",
    "{{ settings.SECRET_KEY }}",
    "{{ request.user }}",
    "{{ self }}",
    "{{ customer.delete }}",
    "{{ ''.__class__ }}",
    "{% include 'account/login.html' %}",
    "{% render 'account/login.html' %}",
    "{% capture x %}{% endcapture %}",
    "{% tablerow i in (1..9) %}x{% endtablerow %}",
    "{% liquid echo nickname %}",
    "{% load stay %}",
    "{{ nickname | replace: '', nickname }}",
    "{{ nickname | split: '' | join: nickname }}",
    "{{ 9 | times: 9 }}",
    "{{ nickname | base64_decode }}",
    "{{ nickname | safe }}",
    "{{ nickname | map: '__class__' }}",
    "{{ nickname | where: 'a', 'b' }}",
    "{{ nickname",
    "{% if nickname %}",
    "{% endif %}",
    "{% for i in (1..1000000000000) %}x{% endfor %}",
    "{% for i in (1..150) %}{% for j in (1..150) %}x{% endfor %}{% endfor %}",
    "{% assign a = 'xxxxxxxxxxxxxxxx' %}{% for i in (1..99) %}{% assign a = a | append: a %}{% endfor %}{{ a }}",
    "{% if tier %}" * 60 + "{% endif %}" * 60,
    "x" * (limits.TEMPLATE_CHARS + 1),
]


@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_hostile_is_refused_with_a_line_and_a_mend(source: str) -> None:
    with pytest.raises(TemplateRefused) as refused:
        check_template(source, language="en")
    assert (refused.value.line, bool(refused.value.message), bool(refused.value.mend)) == (1, True, True)


@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_what_slipped_past_the_check_still_gives_nothing_away(source: str) -> None:
    began = time.monotonic()
    try:
        text = render(source, samples("en"), language="en")
    except TemplateRefused:
        text = ""
    assert "class" not in text and "secret" not in text.lower() and "<function" not in text
    assert len(text.encode()) <= limits.OUTPUT_BYTES
    assert time.monotonic() - began < limits.SECONDS + 1


def test_a_giant_output_stops_at_its_limit_without_eating_the_memory() -> None:
    source = "{{ nickname }}" * 1200
    tracemalloc.start()
    with pytest.raises(TemplateRefused) as refused:
        render(source, {"nickname": "n" * 1_000_000}, language="en")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (refused.value.code, peak < 20_000_000) == ("template_too_much", True)


def test_a_loop_of_the_allowed_length_runs() -> None:
    assert render("{% for i in (1..5) %}*{% endfor %}", {}, language="en") == "*****"


@pytest.mark.parametrize(
    "name", ["{{ points }}", "{% assign x = 1 %}", "{{ ''.__class__ }}", "{% endif %}", "{#", "}}"]
)
@pytest.mark.parametrize("html", [True, False])
def test_a_name_is_printed_never_read(name: str, html: bool) -> None:
    text = render("Hi {{ nickname }}!", {"nickname": name, "points": "secret"}, language="en", html=html)
    assert text.replace("&#39;", "'") == f"Hi {name}!"


def test_values_are_escaped_in_html_and_the_text_itself_is_not() -> None:
    values = {"nickname": "<script>alert(1)</script>"}
    text = render("<p>{{ nickname }}{{ nickname | upcase }}</p>", values, language="en", html=True)
    escaped = "&lt;script&gt;alert(1)&lt;/script&gt;"
    assert text == f"<p>{escaped}&lt;SCRIPT&gt;ALERT(1)&lt;/SCRIPT&gt;</p>"


@pytest.mark.parametrize(
    ("source", "language", "text"),
    [
        ("Hi {{ nickname }}", "en", "Hi there"),
        ("{{ nickname }}，您好", "zh-hans", "亲爱的用户，您好"),
        ("{{ nickname | upcase }}", "en", "THERE"),
        ("{{ nickname | default: 'friend' }}", "en", "friend"),
        ("{% if cart_item %}{{ cart_item }}{% else %}nothing{% endif %}", "en", "nothing"),
        ("[{{ coupon_code }}]", "en", "[]"),
    ],
)
def test_what_is_missing_uses_its_stated_fall_back(source: str, language: str, text: str) -> None:
    assert render(source, {"nickname": ""}, language=language) == text


def test_a_fault_names_its_line_and_the_nearest_name() -> None:
    with pytest.raises(TemplateRefused) as refused:
        check_template("Hi\n\nDear {{ nikname }},", language="en")
    assert (refused.value.code, refused.value.line) == ("unknown_variable", 3)
    assert "nickname" in refused.value.mend


def test_only_listed_tags_and_filters_exist() -> None:
    for language in ("en", "zh-hans"):
        for html in (True, False):
            made = environment(language, html)
            assert set(made.filters) <= FILTERS
            assert set(made.tags) - TAGS <= {"content", "output", "illegal"}


def test_the_variables_of_a_text_are_known() -> None:
    assert mentioned("{{ nickname }}{% if points == '0' %}{{ tier }}{% endif %}") == {"nickname", "points", "tier"}


def test_every_variable_renders_and_states_its_fall_back_in_both_languages() -> None:
    for variable in variables:
        source = f"{{{{ {variable.name} }}}}"
        for language in ("en", "zh-hans"):
            assert check_template(source, language=language) == {variable.name}
            assert render(source, {}, language=language) == fallback_of(variable.name, language)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="{}%|.:'\"[]()# \nabinofrelsdpt_0123456789x", max_size=120))
def test_whatever_is_typed_renders_or_is_refused(source: str) -> None:
    try:
        text = render(source, {"nickname": "N"}, language="en")
    except TemplateRefused as refused:
        assert refused.line >= 1
    else:
        assert len(text.encode()) <= limits.OUTPUT_BYTES


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_whatever_a_customer_is_called_comes_out_as_it_is(name: str) -> None:
    expected = name if name else fallback_of("nickname", "en")
    assert render("{{ nickname }}", {"nickname": name}, language="en") == expected
