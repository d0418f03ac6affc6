"""Refusals as a person reads them."""

from __future__ import annotations

import pytest

from retention.common.errors import DomainError, sentences


@pytest.mark.parametrize(
    ("message", "mend", "words"),
    [
        ("The file is empty.", "Choose another.", "The file is empty. Choose another."),
        ("文件为空。", "请另选一个。", "文件为空。请另选一个。"),
        ("The file is empty.", "", "The file is empty."),
    ],
)
def test_message_and_mend_are_one_text(message: str, mend: str, words: str) -> None:
    assert DomainError("empty", message, mend=mend).words == words


def test_nothing_stands_where_a_sentence_is_missing() -> None:
    assert sentences("", "One.", "", "Two.") == "One. Two."
    assert sentences() == ""
