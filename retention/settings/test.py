"""The test suite: a cluster of its own, quick hashing of passwords."""

import os
import zlib

from retention.common.embedded.testing import provide_test_servers
from retention.settings.base import *

if TESTING:  # type checkers read these settings too, and need no servers
    provide_test_servers()

from retention.settings.servers import *  # the addresses are known only now

DEBUG = False
SECRET_KEY = "test-only"  # noqa: S105
ALLOWED_HOSTS = ["*"]
PLATFORM_HOSTS = ["localhost", "testserver", "127.0.0.1"]
HOST_SECONDS = 0.0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True  # static files are looked for when asked for, not by every new client of a test
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Two checkouts may run their suites against one cluster.
DATABASES["default"]["TEST"] = {"NAME": f"test_stay_{zlib.crc32(str(BASE_DIR).encode()):08x}"}
# A task runs where it is sent, through the same checks as in a worker.
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_BROKER_URL = "memory://"
# The workers of one run share a server; each has a cache of its own in it, since tests empty theirs.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
CACHES["default"]["LOCATION"] = f"{CACHE_URL.rpartition('/')[0]}/{2 + _worker % 14}"
