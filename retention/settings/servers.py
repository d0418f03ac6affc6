"""Where the servers are. Doors set the three addresses before settings are read; without them every connection
is refused, so that a command that needs no server runs without one.
"""

from retention.common.broker_transport import TASK_LIMIT_SECONDS, TASK_SOFT_LIMIT_SECONDS, transport_options
from retention.common.embedded.servers import BROKER_SCHEMES, POSTGRES_SCHEMES, REDIS_SCHEMES
from retention.common.environment import Environment
from retention.settings.database import database_from_url

_environment = Environment.of_process()
_NOWHERE = "127.0.0.1:1"
_database_url = _environment.url("DATABASE_URL", f"postgresql://stay_login@{_NOWHERE}/stay", schemes=POSTGRES_SCHEMES)

DATABASES = {"default": database_from_url(_database_url)}
CACHE_URL = _environment.url("CACHE_URL", f"redis://{_NOWHERE}/1", schemes=REDIS_SCHEMES)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_FUNCTION": "tenants.cache.make_key",  # every key carries the tenant, whoever uses the cache
    }
}
CELERY_BROKER_URL = _environment.url("BROKER_URL", f"redis://{_NOWHERE}/0", schemes=BROKER_SCHEMES)
CELERY_BROKER_TRANSPORT_OPTIONS = transport_options(CELERY_BROKER_URL)
CELERY_TASK_TIME_LIMIT = TASK_LIMIT_SECONDS
CELERY_TASK_SOFT_TIME_LIMIT = TASK_SOFT_LIMIT_SECONDS
