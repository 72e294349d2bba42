"""All laws of the product at once, for tests that move the money of an invoice."""

from __future__ import annotations

from billing_site.kernel.invariants import run_laws


def assert_every_law_holds() -> None:
    broken = {verdict.law.name: verdict.offenders for verdict in run_laws() if not verdict.holds}
    assert not broken, broken
