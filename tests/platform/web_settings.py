"""What a web server in a test is started with: the test's own database, at any port."""

import os

from billing_site.settings import *  # noqa: F403 - settings are names, all of them
from billing_site.settings import DATABASES, STORAGES

DATABASES["default"]["NAME"] = os.environ["WORKER_DATABASE"]
ALLOWED_HOSTS = ["127.0.0.1"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
