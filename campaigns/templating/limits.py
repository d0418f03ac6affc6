"""What a template may cost. A text beyond these is refused when it is saved, and not sent when it is rendered."""

from __future__ import annotations

TEMPLATE_CHARS = 20_000
OUTPUT_BYTES = 100_000
VALUE_CHARS = 2_000
"""A longer value is cut before a template sees it."""
LOCALS_BYTES = 64_000
LOOPS = 200
NESTING = 20
SECONDS = 1.0
