"""How a process that serves for long keeps house: one rule for web, worker and benchmarks."""

from __future__ import annotations

import gc

# New objects until the collector looks at them. A page or a batch makes about as many, few of
# them in circles; by Python's own 700 they would be looked through a hundred times.
LOOK_AFTER = 50_000


def settle() -> None:
    """Keep all that was loaded out of the collector's way. Call it when there is no more to load.

    A quarter of a million objects live as long as the process: code, models, addresses,
    templates. To look through them once more takes a tenth of a second and more, in the middle
    of somebody's page.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(LOOK_AFTER, 10, 10)
