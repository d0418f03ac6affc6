"""The taxonomy that a new tenant begins with."""

from feedback.taxonomy import TOPICS


def seed_topics(apps, schema_editor):
    model = apps.get_model("feedback", "Topic")
    held = {}
    for position, (code, parent, zh, en, examples_zh, examples_en) in enumerate(TOPICS):
        held[code], _made = model.objects.get_or_create(
            code=code,
            defaults={
                "parent": held.get(parent),
                "zh": zh,
                "en": en,
                "examples_zh": examples_zh,
                "examples_en": examples_en,
                "position": position,
            },
        )
