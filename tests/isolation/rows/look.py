"""The switches of language and theme: on tenants' hosts and on the platform's."""

from __future__ import annotations

from tests.isolation.matrix import OPEN, PUBLIC, Row

POST = ("POST",)
ROWS = (
    Row("set-language", permission=OPEN, methods=POST, data={"language": "zh-hans"}),
    Row("set-theme", permission=OPEN, methods=POST, data={"theme": "dark"}),
    Row("set-language", permission=OPEN, methods=POST, data={"language": "zh-hans"}, conf=PUBLIC),
    Row("set-theme", permission=OPEN, methods=POST, data={"theme": "dark"}, conf=PUBLIC),
)
