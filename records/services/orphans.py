"""Files that no row names: a worker was killed while it wrote, or a form was refused after all."""

from __future__ import annotations

import logging
from datetime import timedelta

from billing_site.platform import files
from billing_site.platform.models import File
from records.models import Export

logger = logging.getLogger(__name__)
A_DAY = timedelta(days=1)  # by the disk's own dates: a file is written before its row is
FEW = 20


def discard() -> int:
    """Delete them, and return how many; none where so much is unnamed that rows must be missing.

    Who starts on an empty or an older database keeps what lies in the folder.
    """
    old = {path.name for path in files.older_than(A_DAY)}
    named = set(File.objects.filter(stored_as__in=old).values_list("stored_as", flat=True))
    named |= set(Export.objects.filter(stored_as__in=old).values_list("stored_as", flat=True))
    orphans = old - named
    if len(orphans) > max(FEW, len(named)):
        logger.error("%s of %s files are named by no row: none was deleted", len(orphans), len(old))
        return 0
    for stored_as in orphans:
        files.discard(stored_as)
    return len(orphans)
