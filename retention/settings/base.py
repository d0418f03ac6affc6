"""Settings that hold everywhere; what a machine sets is in the environment."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from csp.constants import NONCE
from kombu import Queue

from retention.common.environment import Environment
from retention.common.logs import log_settings
from retention.settings.email import email_from_url
from retention.settings.signin import *
from tenants.logs import add_tenant

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = BASE_DIR / "var"

SECRET_KEY = os.environ.get("STAY_SECRET_KEY", "")
DEBUG = False
ALLOWED_HOSTS: list[str] = []
TESTING = "pytest" in sys.modules

BOTH_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.admin",
    "django.contrib.messages",
    "tenants.people",
    "tenants.governance",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
# `tenants` comes first: its commands replace those of django-tenants and Django.
SHARED_APPS = ["tenants", "django_tenants", "django_structlog", "django.contrib.staticfiles", *BOTH_APPS]
TENANT_APPS = [
    *BOTH_APPS,
    "retention.customers",
    "retention.scoring",
    "retention.segments",
    "retention.alerts",
    "retention.success",
    "feedback",
    "campaigns",
    "retention.demo",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_htmx",
]
INSTALLED_APPS = [*SHARED_APPS, *(app for app in TENANT_APPS if app not in SHARED_APPS)]

TENANT_MODEL = "tenants.Tenant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
DATABASE_ROUTERS = ["tenants.routers.TenantRouter"]
TENANT_SYNC_ROUTER = DATABASE_ROUTERS[0]
PUBLIC_SCHEMA_URLCONF = "retention.urls_public"
ROOT_URLCONF = "retention.urls"
PLATFORM_HOSTS: list[str] = []
"""Hosts of the operators' own doors."""
ANY_HOST_PATHS = ("/livez", "/readyz", "/metrics", "/v1/")
"""Doors that answer on unknown hosts too: probes, and ingest, whose key names its tenant."""
HOST_SECONDS = 2.0
"""How long a process remembers whose a host is: a suspension is felt after it."""
AUTH_USER_MODEL = "people.User"
WSGI_APPLICATION = "retention.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "retention.common.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tenants.middleware.TenantMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "retention.common.middleware.ReaderMiddleware",
    "tenants.people.middleware.SecondFactorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "retention.common.middleware.RefusalMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "retention.common.chrome.chrome",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "retention.common.templatetags.stay",
            ],
        },
    }
]

SESSION_ENGINE = "tenants.sessions"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

NODE_MODULES = BASE_DIR / "node_modules"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-built"
STATICFILES_DIRS: list[Path | tuple[str, Path]] = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "retention.common.frontend.PackageFinder",
]
WHITENOISE_USE_FINDERS = True  # production serves the collected, hashed files instead
CSRF_FAILURE_VIEW = "retention.common.error_pages.csrf_failure"

# Nothing inline, nothing from elsewhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", NONCE],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# Tasks: the row decides, the queue only wakes. JSON only; one message at a time; a lost worker's message comes again.
TASK_APP = "retention.celery"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_POOL = "prefork"
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_QUEUES = [Queue("celery"), Queue("transactional")]  # a worker of the second alone: celery worker -Q
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

LOGGING = log_settings(as_json=False, processors=[add_tenant])
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = ""  # asking who it is would query outside the tenant
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
METRICS_TOKEN = Environment.of_process().text("STAY_METRICS_TOKEN", "", at_least=32)

STAY_FILES_ROOT = VAR_DIR / "files"

STAY_CLOCK = os.environ.get("STAY_CLOCK", "")

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

STAY_REAL_PROVIDERS = False
"""Production alone reaches the world: elsewhere messages go to the sandbox and to mail servers on this machine."""
STAY_SANDBOX_URL = Environment.of_process().text("STAY_SANDBOX_URL", "http://127.0.0.1:8090")

DEFAULT_FROM_EMAIL = "Stay <stay@localhost>"
globals().update(email_from_url(os.environ.get("EMAIL_URL", "console:")))

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tenants.people.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["tenants.people.throttling.KeyRate"],
    "EXCEPTION_HANDLER": "retention.common.api_errors.problem_response",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Stay API",
    "VERSION": "1",
    "DESCRIPTION": "Customers, what they bought and did, and who is leaving. Keys are made under Settings → Keys.",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "retention.common.api_schema.add_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "CustomerKind": "retention.customers.enums.CustomerKind",
        "OrderStatus": "retention.customers.enums.OrderStatus",
        "ImportStatus": "retention.customers.enums.ImportStatus",
        "ContactRole": "retention.customers.enums.ContactRole",
        "Behaviour": "retention.customers.enums.Behaviour",
        "ThresholdSource": "retention.scoring.enums.ThresholdSource",
        "AlertLevel": "retention.alerts.enums.Level",
        "CampaignKind": "campaigns.enums.CampaignKind",
        "CampaignStatus": "campaigns.enums.CampaignStatus",
        "OfferKind": "campaigns.enums.OfferKind",
        "OfferAudience": "campaigns.enums.OfferAudience",
        "Role": "tenants.people.enums.RoleName",
    },
}
