"""How often: counters in the cache, bound to the tenant and a purpose, or platform-wide. They fail closed.

A counter lives in a window that begins with its first hit. When the cache can't be reached its error goes up: the
request fails rather than passing uncounted.
"""

from __future__ import annotations

from contextlib import nullcontext

from django.core.cache import cache

from tenants.context import use_public


def hit(purpose: str, key: str, *, at_most: int, seconds: int, platform: bool = False) -> bool:
    """Count one more `key` for `purpose`; False when there were more than `at_most` in this window.

    `platform` counts over all tenants together.
    """
    name = f"limit:{purpose}:{key}"
    with use_public() if platform else nullcontext():
        if cache.add(name, 1, seconds):
            return at_most >= 1
        try:
            return cache.incr(name) <= at_most
        except ValueError:  # the window closed between the two calls
            cache.set(name, 1, seconds)
            return at_most >= 1
