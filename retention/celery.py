"""The Celery application: the queue only wakes, the row decides."""

import logging.config
import os
from pathlib import Path

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

from retention.common.embedded.servers import provide_servers_in_development
from retention.settings.refusals import refuse_unsafe_servers_in_production

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "retention.settings.dev")
provide_servers_in_development(Path(__file__).parents[1])
refuse_unsafe_servers_in_production()

app = Celery("stay")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["tenants"], related_name="chore_tasks")  # `tenants.tasks` holds the bases of all tasks
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_own_logs(**given: object) -> None:
    """A listener here keeps Celery from putting its own handlers in place of Django's LOGGING."""
    logging.config.dictConfig(settings.LOGGING)
