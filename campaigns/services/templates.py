"""Write texts: a change is a new version in all its languages; what was sent keeps the version it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from campaigns.models import MessageTemplate, TemplateVersion
from retention.common.errors import Conflict, DomainError
from tenants.governance.services.audit import record_act
from tenants.people.models import User

LANGUAGES = ("en", "zh-hans")


class Text(Protocol):
    """A subject and a body."""

    @property
    def subject(self) -> str: ...
    @property
    def body(self) -> str: ...


class TextsRefused(DomainError):
    """At least one text can't be saved: what is wrong, by language."""

    def __init__(self, faults: Mapping[str, DomainError]) -> None:
        first = next(iter(faults.values()))
        super().__init__(first.code, first.message, mend=first.mend)
        self.faults = dict(faults)


def check_texts(*, channel: str, purpose: str, texts: Mapping[str, Text]) -> None:
    """Raises TextsRefused when a text can't be saved, TemplateRefused with its line for each language."""
    from campaigns.templating.compose import Wording, check_wording  # the template library loads when it is needed

    faults: dict[str, DomainError] = {}
    for language, text in texts.items():
        try:
            check_wording(Wording(channel, purpose, language, text.body, text.subject))
        except DomainError as error:
            faults[language] = error
    if faults:
        raise TextsRefused(faults)


@transaction.atomic
def save_texts(
    *,
    template: MessageTemplate,
    texts: Mapping[str, Text],
    actor: object,
    now: datetime,
    seen: int | None = None,
) -> MessageTemplate:
    """A new version of `template` with `texts` by language; `seen` is the version that the form showed."""
    check_texts(channel=template.channel, purpose=template.purpose, texts=texts)
    held = MessageTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)
    if seen is not None and held.number != seen:
        raise Conflict(
            "template_changed",
            _("Somebody else changed this text meanwhile."),
            mend=_("Open it again and repeat your change."),
        )
    number = held.number + 1
    TemplateVersion.objects.bulk_create(
        TemplateVersion(
            template=held,
            number=number,
            language=language,
            subject=text.subject,
            body=text.body,
            created_by=actor if isinstance(actor, User) else None,
            created_at=now,
        )
        for language, text in texts.items()
    )
    MessageTemplate.objects.filter(pk=held.pk).update(number=number, updated_at=now)
    record_act(actor=actor, action="template.saved", target=f"template:{held.public_id}", at=now,
               detail={"version": number})  # fmt: skip
    template.number = number
    return template


@transaction.atomic
def create_template(
    *, name: str, name_zh: str, channel: str, purpose: str, texts: Mapping[str, Text], actor: User, now: datetime
) -> MessageTemplate:
    """A template with its first version."""
    template = MessageTemplate.objects.create(
        code=_free_code(name),
        name=name,
        name_zh=name_zh,
        channel=channel,
        purpose=purpose,
        created_at=now,
        updated_at=now,
    )
    return save_texts(template=template, texts=texts, actor=actor, now=now)


def _free_code(name: str) -> str:
    stem = slugify(name)[:60] or "text"
    taken = set(MessageTemplate.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := stem if n == 1 else f"{stem}-{n}") not in taken)
