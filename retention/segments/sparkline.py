"""A line small enough for a table cell."""

from __future__ import annotations

WIDTH, HEIGHT = 96, 24


def spark_points(values: list[int]) -> str:
    """`values` as the points of an SVG polyline of 96 by 24; "" below two of them."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    step, span = WIDTH / (len(values) - 1), (high - low) or 1
    return " ".join(
        f"{n * step:.1f},{HEIGHT - 2 - (value - low) / span * (HEIGHT - 4):.1f}" for n, value in enumerate(values)
    )
