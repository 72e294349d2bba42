"""What a worker in a test is started with: the test's own database, and shorter waits."""

import os

from billing_site.settings import *  # noqa: F403 - settings are names, all of them
from billing_site.settings import DATABASES, Q_CLUSTER

DATABASES["default"]["NAME"] = os.environ["WORKER_DATABASE"]
Q_CLUSTER = {**Q_CLUSTER, "poll": 0.05}
TICKS = ["tests.platform.tasks.sweep"]
ROOT_URLCONF = "billing_site.platform.urls"  # a worker serves no pages, and starts sooner without
