"""How a process that serves for long keeps house: one rule for web, worker and benchmarks."""

from __future__ import annotations

import gc

# Objects that are left in circles, until the collector looks for them. A page leaves 300 to 1,500:
# it is looked for them once in a few pages, for a millisecond or two. By 50,000, one page in
# fifty waited 30 ms for all the others.
LOOK_AFTER = 2_000


def settle() -> None:
    """Keep all that was loaded out of the collector's way. Call it when there is no more to load.

    A quarter of a million objects live as long as the process: code, models, addresses,
    templates. To look through them once more takes a tenth of a second and more, in the middle
    of somebody's page.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(LOOK_AFTER, 10, 10)
