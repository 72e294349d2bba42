"""The table of the cache, which all processes share: what is over leaves it each minute.

Django would delete it only once there is more than MAX_ENTRIES, and with it what is valid:
limits of sign-in and codes that were used already. It also counts the table at each write.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone


@transaction.atomic
def forget_expired(*, at: datetime) -> int:
    """Delete what has expired by the wall's clock, by which it was written; return how much."""
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [timezone.now()])  # noqa: S608 - the name is a setting
        return cursor.rowcount
