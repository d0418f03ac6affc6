"""What a channel needs is in what was rendered: escaped HTML with a text beside it, signatures, words that stop."""

from __future__ import annotations

import pytest

from campaigns.templating.compose import Wording, check_wording, compose
from campaigns.templating.html import clean, to_html, to_text
from campaigns.templating.refused import TemplateRefused
from tenants.models import Tenant

LINKS = {
    "preferences_link": "https://a.example/p/1/",
    "unsubscribe_link": "https://a.example/u/1/",
    "why_link": "https://a.example/why/1/",
}


def mail(body: str, subject: str = "Hello {{ nickname }}", language: str = "en") -> Wording:
    return Wording("email", "marketing", language, body, subject)


def test_a_mail_has_escaped_html_a_text_and_its_links(tenant: Tenant) -> None:
    made = compose(mail("Dear {{ nickname }},\n\nsee https://a.example/x."), {"nickname": "<b>Al</b>", **LINKS})
    assert made.subject == "Hello <b>Al</b>"
    assert "<p>Dear &lt;b&gt;Al&lt;/b&gt;,</p>" in made.html
    assert '<a href="https://a.example/x" rel="noopener noreferrer">https://a.example/x</a>.' in made.html
    assert made.text.startswith("Dear <b>Al</b>,\n\nsee https://a.example/x.\n")
    for link in LINKS.values():
        assert (link in made.html, link in made.text) == (True, True)


def test_a_mail_in_chinese_has_a_chinese_footer(tenant: Tenant) -> None:
    made = compose(mail("您好", "您好", "zh-hans"), LINKS)
    assert ("我为什么收到这条消息" in made.html, "Unsubscribe" in made.html) == (True, False)


def test_a_subject_can_hold_no_second_line(tenant: Tenant) -> None:
    made = compose(mail("x"), {"nickname": "A\r\nBcc: all@example.com", **LINKS})
    assert made.subject == "Hello A Bcc: all@example.com"


@pytest.mark.parametrize(
    ("dirty", "kept"),
    [
        ("<p>a<script>b()</script></p>", "<p>a</p>"),
        ('<p onclick="x()">a</p>', "<p>a</p>"),
        ('<a href="javascript:x()">a</a>', '<a rel="noopener noreferrer">a</a>'),
        ('<img src="https://t.example/pixel.gif">a', "a"),
        ("<style>p{}</style><iframe src=x></iframe><form></form>a", "a"),
        ("<!-- x -->a", "a"),
    ],
)
def test_html_is_cleaned(dirty: str, kept: str) -> None:
    assert clean(dirty) == kept


def test_html_and_text_say_the_same() -> None:
    html = to_html('<h2>Hi</h2><ul><li>one</li><li><a href="https://a.example">two</a></li></ul>')
    assert to_text(html) == "Hi\n\n- one\n- two (https://a.example)\n"
    assert to_html("a\nb\n\nc") == "<p>a<br>b</p><p>c</p>"


@pytest.mark.parametrize(
    ("language", "text"),
    [("zh-hans", "【Acme】小林，回来看看 拒收请回复R"), ("en", "【Acme】小林，回来看看 Reply STOP to opt out")],
)
def test_an_sms_carries_its_signature_and_how_to_stop(tenant: Tenant, language: str, text: str) -> None:
    made = compose(Wording("sms", "marketing", language, "{{ nickname }}，回来看看"), {"nickname": "小林"})
    assert (made.text, made.html) == (text, "")


def test_a_service_sms_needs_no_word_to_stop(tenant: Tenant) -> None:
    assert compose(Wording("sms", "service", "zh-hans", "已收到"), {}).text == "【Acme】已收到"


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        (Wording("email", "marketing", "en", "x"), "subject_empty"),
        (Wording("sms", "marketing", "en", "  "), "template_empty"),
        (mail("{{ secret }}"), "unknown_variable"),
        (mail("x", "{{ secret }}"), "unknown_variable"),
    ],
)
def test_what_cannot_be_saved(wording: Wording, code: str) -> None:
    with pytest.raises(TemplateRefused) as refused:
        check_wording(wording)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        (Wording("sms", "marketing", "en", "x" * 600), "text_too_long"),
        (Wording("push", "marketing", "en", "{{ coupon_code }}"), "text_empty"),
        (mail("{{ coupon_code }}"), "text_empty"),
    ],
)
def test_what_cannot_be_sent(tenant: Tenant, wording: Wording, code: str) -> None:
    with pytest.raises(TemplateRefused) as refused:
        compose(wording, LINKS)
    assert refused.value.code == code
