"""The two languages that customers are written to in, and hear us in."""

from __future__ import annotations

import re

from tenants.context import current_tenant

CHINESE = "zh"
HAN = "[一-鿿]"
"""A Chinese letter, for Python and for PostgreSQL."""


def is_chinese(language: str) -> bool:
    """Whether `language` (a customer's, a template's, "" for none) reads Chinese."""
    return language.lower().startswith(CHINESE)


def language_of(language: str) -> str:
    """In which of our two languages a customer with `language` is written to; the tenant's for who never said."""
    return "zh-hans" if is_chinese(language or current_tenant().language) else "en"


def language_of_text(text: str) -> str:
    """The language that somebody wrote `text` in: Chinese where there is one letter of it."""
    return "zh-hans" if re.search(HAN, text) else "en"
