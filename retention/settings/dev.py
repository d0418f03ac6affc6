"""A developer's machine and the demo: embedded servers, any local host."""

from retention.settings.base import *
from retention.settings.servers import *

DEBUG = False
SECRET_KEY = SECRET_KEY or "development-only"
ALLOWED_HOSTS = ["localhost", ".localhost", "127.0.0.1"]
PLATFORM_HOSTS = ["localhost", "127.0.0.1"]
