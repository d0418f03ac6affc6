"""The WSGI door, for gunicorn's synchronous workers."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from retention.common.embedded.servers import provide_servers_in_development
from retention.settings.refusals import refuse_uncollected_files, refuse_unsafe_servers_in_production

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "retention.settings.production")
provide_servers_in_development(Path(__file__).parents[1])
refuse_unsafe_servers_in_production()

application = get_wsgi_application()
if not settings.DEBUG and settings.STORAGES["staticfiles"]["BACKEND"].endswith("FrontendStorage"):
    refuse_uncollected_files(Path(settings.STATIC_ROOT))
