"""Every text of the screens has its Chinese, with the same places to fill in, and the glossary's words."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
PLACES = re.compile(r'%\(\w+\)[sd]|%[sd]|(?<!")\{\w+\}')
WORDS = {
    "Customer": "用户",
    "Account": "客户",
    "Tenant": "租户",
    "Operator": "平台管理员",
    "Marketer": "运营",
    "CSM": "客户成功经理",
    "Support agent": "客服",
    "Consultant": "实施顾问",
    "Event": "行为",
    "Growth points": "成长值",
    "log-in gap": "登录间隔",
    "Silence threshold": "沉默阈值",
    "At risk": "濒危",
    "Hibernating": "冬眠",
    "Lost": "流失",
    "Gone for good": "彻底流失",
    "false churn": "假性流失",
    "value tier": "价值分层",
    "lifetime value": "生命周期价值",
    "churn probability": "流失概率",
    "Health": "健康度",
    "Segment": "用户分群",
    "Consent": "授权同意",
}
"""DEFINITIONS: one word per thing, in both languages."""


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """``tools/translations.py``."""
    spec = importlib.util.spec_from_file_location("translations", ROOT / "tools" / "translations.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def catalog(tool: ModuleType) -> Catalog:
    """What the catalogue would be after ``make messages``."""
    return tool.updated(ROOT / "locale/zh_Hans/LC_MESSAGES/django.po", tool.source_messages())


def texts(message: Message) -> tuple[str, str]:
    """The last form of the text and of its translation."""
    last = [part if isinstance(part, str) else part[-1] for part in (message.id, message.string)]
    return last[0], last[1]


def test_nothing_is_untranslated(tool: ModuleType, catalog: Catalog) -> None:
    assert [message.id for message in catalog if tool.is_untranslated(message)] == []


def test_a_translation_fills_in_the_same_places(catalog: Catalog) -> None:
    pairs = [texts(message) for message in catalog if message.id and message.string]
    wrong = [pair for pair in pairs if sorted(set(PLACES.findall(pair[0]))) != sorted(set(PLACES.findall(pair[1])))]
    assert wrong == []


def test_the_glossary_holds(catalog: Catalog) -> None:
    found = {word: message.string for word in WORDS if (message := catalog.get(word)) is not None}
    assert found == {word: WORDS[word] for word in found}
    assert len(found) == len(WORDS)


def test_a_customer_is_never_called_an_account(catalog: Catalog) -> None:
    """用户 is the customer, 客户 the account (whoever signs in has an 账号); 客户成功 is the department."""
    wrong = []
    for text, translation in (texts(message) for message in catalog if message.id and message.string):
        words = translation.replace("客户成功", "")
        if "客户" in words and not re.search(r"account|parent|scope|csm", text, re.IGNORECASE):
            wrong.append(text)
        if re.search(r"\bcustomers?\b", text, re.IGNORECASE) and "用户" not in words and "客户" in words:
            wrong.append(text)
    assert wrong == []


def test_the_extractor_reads_templates_and_python(tool: ModuleType) -> None:
    catalog = Catalog()
    source = (
        '{% load i18n %}{% translate "One" %}{% translate "Two" context "pager" %}{{ x|default:_("Three") }}'
        "{% blocktranslate count n=n %}{{ n }} four{% plural %}{{ n }} fours{% endblocktranslate %}"
    )
    from django.utils.translation.template import templatize

    tool._gather(catalog, "javascript", templatize(source).encode())
    tool._gather(catalog, "python", b'_("Five"); ngettext("six", "sixes", n); pgettext_lazy("c", "Seven")')
    assert [(message.id, message.context) for message in catalog if message.id] == [
        ("One", None), ("Two", "pager"), ("Three", None), (("%(n)s four", "%(n)s fours"), None), ("Five", None),
        (("six", "sixes"), None), ("Seven", "c"),
    ]  # fmt: skip


def test_the_tracked_catalogue_holds_nothing_that_is_gone(catalog: Catalog) -> None:
    with (ROOT / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        tracked = read_po(file, locale="zh_Hans")
    wanted = {(str(message.id), message.context) for message in catalog if message.id}
    assert {(str(message.id), message.context) for message in tracked if message.id} - wanted == set()
