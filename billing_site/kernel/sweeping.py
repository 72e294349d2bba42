"""Sweeps: every row by itself, so that one which cannot be done keeps no other waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import transaction

from billing_site.kernel.transitions import NotAllowed

K = TypeVar("K")
R = TypeVar("R")
logger = logging.getLogger(__name__)


def one_by_one(keys: Iterable[K], do: Callable[[K], R | None], *, to: str) -> list[R]:
    """Do it for each of *keys* in a transaction of its own; return what came of those that went.

    A refusal means that somebody was faster. Anything else is ours to look into: it is in the
    log with what was *to* be done, and the next sweep tries again.
    """
    done = []
    for key in list(keys):
        try:
            with transaction.atomic():
                result = do(key)
        except NotAllowed as refusal:
            logger.info("Did not %s %s: %s", to, key, refusal)
        except Exception:
            logger.exception("Could not %s %s", to, key)
        else:
            done += [] if result is None else [result]
    return done
