"""Charts as data: when there is nothing to draw, and what the script in the page is told of their values."""

from __future__ import annotations

from django.template.loader import render_to_string

from retention.common.charts import Chart, bars, in_percent, lines, sankey


def test_a_chart_of_unknown_values_alone_is_a_sentence() -> None:
    nothing = Chart("none", "Silence", "Too few.", lines(["2026-01-01", "2026-01-02"], {"Silent": [None, None]}))
    shown = Chart("some", "Silence", "Rises.", lines(["2026-01-01", "2026-01-02"], {"Silent": [None, 0]}))
    assert (nothing.is_empty, shown.is_empty) == (True, False)
    page = render_to_string("components/_chart.html", {"chart": nothing})
    assert "Too few." in page
    assert "stay-canvas" not in page
    assert "data-chart" not in page
    assert 'data-chart="some"' in render_to_string("components/_chart.html", {"chart": shown})


def test_flows_without_a_node_are_empty() -> None:
    assert Chart("flows", "Flows", "None.", sankey([], [])).is_empty


def test_shares_say_their_unit_and_leave_the_rest_alone() -> None:
    option = bars(["a"], [12.5])
    assert in_percent(option) == {**option, "unit": "%"}
    assert "unit" not in option
