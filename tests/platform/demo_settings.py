"""What a demo in a test is started with: the test's own database and folders."""

import os
from pathlib import Path

from billing_site.settings import *  # noqa: F403 - settings are names, all of them
from billing_site.settings import DATABASES

for database in DATABASES.values():
    database["NAME"] = os.environ["DEMO_DATABASE"]
VAR = Path(os.environ["DEMO_VAR"])
PRIVATE_FILES, EMAIL_FILE_PATH = VAR / "files", VAR / "mail"
