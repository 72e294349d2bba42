"""All that is to be the same, whether a process died on the way or not."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Model

from billing_site.kernel.invariants import run_laws
from billing_site.kernel.references import ALPHABET, REF_LENGTH
from billing_site.platform.models import Job, Letter, Notice
from disputes.models import Dispute
from invoices.models import Contract, FeeInvoice, Invoice, Milestone, RefundRequest, Week
from ledger.models import Entry
from payments.gateways.sandbox.models import (
    SandboxBalanceLine,
    SandboxDispute,
    SandboxPayment,
    SandboxPayout,
    SandboxRefund,
    SandboxTransfer,
)
from payments.models import (
    Charge,
    ChargeAttempt,
    Chargeback,
    Escrow,
    GatewayCommand,
    GatewayEvent,
    Lot,
    OpenItem,
    PaymentMethod,
    Payout,
    ReconciliationDifference,
    Refund,
    Settlement,
)
from payments.services import matching

A_REF = re.compile(rf"[{ALPHABET}]{{{REF_LENGTH}}}")
A_ROW = re.compile(r"(?<=/)\d+(?=/)")  # a key of a row: who was undone has used up one
A_SHARD = re.compile(r"#\d\d")  # of a hot account, drawn with the key
NOUNS: list[type[Model]] = [
    Charge, Escrow, Refund, Payout, Chargeback,
    Contract, Milestone, Week, Invoice, RefundRequest, Dispute,
    SandboxPayment, SandboxRefund, SandboxPayout, SandboxDispute,
]  # fmt: skip
COUNTED: list[type[Model]] = [
    Lot, Settlement, OpenItem, ChargeAttempt, PaymentMethod, SandboxTransfer, FeeInvoice,
]  # fmt: skip
Outcome = dict[str, Any]


def outcome(*, at: datetime) -> Outcome:
    """The journal without its dates and what is drawn, and what became of every noun."""
    found: Outcome = {model.__name__: dict(Counter(_states(model))) for model in NOUNS}
    found |= {model.__name__: model._default_manager.count() for model in COUNTED}
    # How often a balance was too short depends on when one asks: what counts is how that ended.
    calls = GatewayCommand.objects.order_by("generation").values_list("key", "state")
    ended = {key.rpartition(":")[0]: state for key, state in calls}
    found["GatewayCommand"] = dict(Counter(ended.values()))
    found["GatewayEvent"] = GatewayEvent.objects.exclude(type="balance.available").count()
    # Whoever had to wait for a page because a process died is told that it is there.
    found["Notice"] = Notice.objects.exclude(key__contains="/page/").count()
    found["journal"] = sorted(map(_words, Entry.objects.prefetch_related("postings__account")))
    found["unread"] = GatewayEvent.objects.filter(handled_at=None).count()
    stuck = Job.objects.filter(state__in=["running", "dead"])
    found["unfinished"] = sorted(stuck.values_list("key", flat=True))
    letters = Letter.objects.values_list("key", flat=True)
    found["letters"] = sorted(A_ROW.sub("…", A_REF.sub("…", key)) for key in letters)
    lines = SandboxBalanceLine.objects.values_list("kind", "amount", "fee")
    found["at the provider"] = sorted(lines)
    matching.compare(at=at, everything=True)
    differences = ReconciliationDifference.objects.filter(finished_at=None)
    found["differences"] = list(differences.values_list("sort", "amount_minor"))
    found["broken laws"] = [verdict.law.name for verdict in run_laws() if not verdict.holds]
    return found


def assert_sound(found: Outcome) -> None:
    """What is to hold of the undisturbed run already."""
    assert found["journal"], "Money moved."
    for name in ("unread", "unfinished", "differences", "broken laws"):
        assert not found[name], (name, found[name])


def _states(model: type[Model]) -> list[str]:
    fields = {field.name for field in model._meta.get_fields()}
    which = "state" if "state" in fields else "status"
    return list(model._default_manager.values_list(which, flat=True))


def _words(entry: Entry) -> str:
    lines = sorted(f"{each.account.code} {each.amount}" for each in entry.postings.all())
    return A_SHARD.sub("", A_REF.sub("…", f"{entry.kind}: {', '.join(lines)}"))
