"""Charts of segments tell days as far apart as they are."""

from __future__ import annotations

from datetime import date

from django.utils import translation

from retention.segments.selectors.charts import sizes_chart


def test_days_on_which_nobody_counted_take_their_room() -> None:
    with translation.override("en"):
        chart = sizes_chart([(date(2024, 1, 1), 5), (date(2024, 1, 2), 6), (date(2024, 1, 5), 9)])
        assert chart is not None
        assert chart.option["xAxis"]["data"] == [f"2024-01-0{n}" for n in range(1, 6)]
        (line,) = chart.option["series"]
        assert (line["data"], line["connectNulls"]) == ([5, 6, None, None, 9], True)
        assert [size for _day, size in chart.rows] == ["5", "6", "9"]
        assert sizes_chart([(date(2024, 1, 1), 5)]) is None
