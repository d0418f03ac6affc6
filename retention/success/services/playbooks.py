"""Playbooks: those that come with Stay, drafts, publishing. A published version never changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from retention.common.errors import Conflict
from retention.success.models import Playbook, PlaybookVersion
from retention.success.ready.playbooks import READY
from retention.success.services.content import read_steps
from tenants.governance.services.audit import record_act


def ensure_ready(*, now: datetime) -> None:
    """The playbooks that come with Stay are there, each with a published version. Again changes nothing."""
    known = set(Playbook.objects.filter(ready=True).values_list("code", flat=True))
    for code, name, name_zh, trigger, content in READY:
        if code in known:
            continue
        with transaction.atomic():
            playbook, made = Playbook.objects.get_or_create(
                code=code,
                defaults={"name": name, "name_zh": name_zh, "trigger": trigger, "ready": True, "created_at": now},
            )
            if made:
                draft = save_draft(playbook=playbook, content=content, actor=None, now=now)
                publish(version=draft, actor=None, now=now)


def published(playbook: Playbook) -> PlaybookVersion | None:
    """The version that runs start with."""
    return playbook.versions.filter(published_at__isnull=False).order_by("-number").first()


@transaction.atomic
def save_draft(*, playbook: Playbook, content: Any, actor: object, now: datetime) -> PlaybookVersion:
    """Keep `content` as the draft of the next version; a DomainError says what can't be read."""
    read_steps(content)
    Playbook.objects.select_for_update(of=("self",)).get(pk=playbook.pk)
    draft = playbook.versions.filter(published_at=None).first()
    if draft is None:
        number = (playbook.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        draft = PlaybookVersion(playbook=playbook, number=number, created_at=now)
    draft.content = content
    draft.save()
    _record(actor, "playbook.draft_saved", playbook, now, {"version": draft.number})
    return draft


@transaction.atomic
def publish(*, version: PlaybookVersion, actor: object, now: datetime) -> PlaybookVersion:
    """From now on runs start with it. What runs already keeps its own version."""
    read_steps(version.content)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE success_playbookversion SET published_at = %s, digest = md5(content::text)"
            " WHERE id = %s AND published_at IS NULL",
            [now, version.pk],
        )
        if not cursor.rowcount:
            raise Conflict("published_already", _("This version is published already."), mend=_("Reload the page."))
    _record(actor, "playbook.published", version.playbook, now, {"version": version.number})
    version.refresh_from_db()
    return version


def _record(actor: object, action: str, playbook: Playbook, now: datetime, detail: dict[str, object]) -> None:
    record_act(actor=actor, action=action, target=f"playbook:{playbook.public_id}", detail=detail, at=now)
