"""Which life of the books this is, and whether they live where they began it."""

from __future__ import annotations

from django.db.models import Max

from ledger.models import Incarnation
from ledger.queries.rows import rows


class Restored(Exception):
    """The books came from another server: their transaction ids mean nothing here."""


def current() -> int:
    """Return the number that new entries carry."""
    return int(Incarnation.objects.aggregate(newest=Max("number"))["newest"])


def is_at_home() -> bool:
    """Whether the ids of this incarnation are this server's own.

    Another server has another name, and its ids may lie above all that were given here.
    """
    newest = Incarnation.objects.order_by("-number").values_list("number", "server").first()
    assert newest, "The first one is made by the migration."
    found = rows(
        "SELECT ledger_server() AS server, EXISTS (SELECT FROM ledger_entry WHERE incarnation = %s"
        " AND transaction_id >= pg_snapshot_xmax(pg_current_snapshot())"
        " AND transaction_id IS DISTINCT FROM pg_current_xact_id_if_assigned()) AS is_ahead",
        [newest[0]],
    )
    return bool(found[0]["server"] == newest[1] and not found[0]["is_ahead"])
