"""Rows as nobody but the owner of the database could corrupt them, and the laws that find them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connections, transaction

from billing_site.kernel.invariants import Law, laws


def laws_of(*modules: str) -> set[str]:
    """Return the names of the laws that *modules* hold."""
    return {law.name for law in laws() if law.check.__module__ in modules}


def silent_laws(corrupted: Mapping[str, str]) -> list[str]:
    """Run each statement with the triggers off, and undo it; return the laws that saw nothing.

    *corrupted* is by the name of a law. It wants a test that commits, and both connections.
    """
    by_name = {law.name: law for law in laws()}
    return [name for name, sql in corrupted.items() if not _sees(by_name[name], sql)]


def _sees(law: Law, statement: str) -> bool:
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount, f"{statement} touched nothing, so it proves nothing."
        ours, connections["default"] = connections["default"], connections["owner"]
        try:
            return bool(law.check())
        finally:
            connections["default"] = ours
            transaction.set_rollback(True, using="owner")
