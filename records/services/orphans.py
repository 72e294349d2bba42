"""Files that no row names: a worker was killed while it wrote, or a form was refused after all."""

from __future__ import annotations

import logging
from datetime import timedelta

from billing_site.platform import files
from billing_site.platform.models import File
from billing_site.platform.queue import still_at_it
from records.models import Export

logger = logging.getLogger(__name__)
A_DAY = timedelta(days=1)  # by the disk's own dates: a file is written before its row is
FEW, IN_ALL = 20, 1_000  # so many go, or one of so many, whichever is more
AT_ONCE = 5_000  # names in one query


def discard() -> int:
    """Delete them, and return how many; none where so much is unnamed that rows must be missing.

    Twenty or fewer go, of a large folder one file in a thousand. Who starts on an empty or an
    older database keeps what lies in the folder. Restore the folder and the dump of the same
    day: of what came in between, as few as that would go.
    """
    old = [path.name for path in files.older_than(A_DAY)]
    orphans: list[str] = []
    for start in range(0, len(old), AT_ONCE):
        still_at_it()
        orphans += _unnamed(set(old[start : start + AT_ONCE]))
    if len(orphans) > max(FEW, len(old) // IN_ALL):
        logger.error("%s of %s files are named by no row: none was deleted", len(orphans), len(old))
        return 0
    for stored_as in orphans:
        files.discard(stored_as)
    return len(orphans)


def _unnamed(names: set[str]) -> set[str]:
    uploads = File.objects.filter(stored_as__in=names).values_list("stored_as", flat=True)
    exports = Export.objects.filter(stored_as__in=names).values_list("stored_as", flat=True)
    return names.difference(uploads, exports)
