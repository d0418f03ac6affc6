"""No cell that we write is a formula to a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from retention.common.tabular import defuse, write_csv


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_get_a_quote_in_front(text: str) -> None:
    assert defuse(text) == "'" + text


@pytest.mark.parametrize("value", ["plain", "-5", "+3.50", "-12 %"[:-2] + "%", 7, None, "a=1"])
def test_numbers_and_plain_text_stay(value: object) -> None:
    assert defuse(value) == value


def test_write_csv_quotes_and_counts() -> None:
    stream = io.StringIO()
    assert write_csv(stream, ["a", "=b"], [["x,y", "=1"], ["张", 2]]) == 2
    assert list(csv.reader(io.StringIO(stream.getvalue().lstrip("\ufeff")))) == [
        ["a", "'=b"], ["x,y", "'=1"], ["张", "2"]
    ]  # fmt: skip
