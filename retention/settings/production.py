"""Production: everything that differs between machines is in the environment, and nothing unsafe starts."""

from datetime import timedelta

from retention.common.environment import Environment
from retention.common.logs import log_settings
from retention.settings.base import *
from retention.settings.refusals import refuse_missing_servers, refuse_unsafe_settings
from tenants.logs import add_tenant

refuse_missing_servers(Environment.of_process())

from retention.settings.servers import *  # noqa: E402 — only with three addresses

DEBUG = False
LOGGING = log_settings(as_json=True, processors=[add_tenant])
SECRET_KEY = Environment.of_process().text("STAY_SECRET_KEY", at_least=50)
ALLOWED_HOSTS = Environment.of_process().items("STAY_ALLOWED_HOSTS")

STAY_REAL_PROVIDERS = True

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]  # asked from inside, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"  # the prefix binds a cookie to its host
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"

# The files that `collectstatic` gathered, under hashed names that browsers may keep for good.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "retention.common.frontend.FrontendStorage"},
}
WHITENOISE_USE_FINDERS = False

STAY_URL_SCHEME = ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
ALLAUTH_TRUSTED_PROXY_COUNT = Environment.of_process().integer("STAY_TRUSTED_PROXIES", 1, at_least=0)

refuse_unsafe_settings(globals())
