"""What must be true after every step, beside the laws: documents, states and books agree.

Each is computed from the documents by arithmetic of its own, in whole minor units.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import F, Model, Q, QuerySet, Sum

from billing_site.kernel.invariants import run_laws
from billing_site.kernel.money import Money
from billing_site.platform.models import Job, Series
from invoices.models import Invoice, Milestone
from ledger.models import Account
from payments.gateways.sandbox.models import SandboxBalanceLine, SandboxTransfer
from payments.models import Charge, GatewayEvent, Payout, Refund, StrayPayment
from tests.machine.world import history_of, machines, state_of

EXPONENT = {"EUR": 2, "JPY": 0}
PUT_BACK = [Payout.State.FAILED, Payout.State.CANCELLED]
LIABILITIES = (
    "escrow:",
    "deferred:",
    "freelancer:",
    "payout:",
    "refund:",
    "suspense",
    "income:",
    "tax:",
)


class Books:
    """All balances at one moment, credits less debits, summed by how a code begins."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        found = Account.objects.filter(currency=currency).exclude(balance=0)
        self._balances = list(found.values_list("code", "balance"))

    def on(self, *prefixes: str) -> int:
        return sum(balance for code, balance in self._balances if code.startswith(prefixes))


def all_is_well() -> None:
    for belief in ALWAYS:
        belief()
    for currency in EXPONENT:
        books = Books(currency)
        for money in OF_MONEY:
            money(books)


def laws_hold() -> None:
    broken = [f"{v.law.name}: {v.offenders[:3]}" for v in run_laws() if not v.holds]
    assert not broken, broken


def held_is_what_funded_milestones_cost(books: Books) -> None:
    funded = Milestone.objects.filter(state=Milestone.State.FUNDED, currency=books.currency)
    held = [_minor(each.price) + _vat(each) for each in funded.select_related("contract")]
    assert books.on("escrow:") == sum(held)


def earned_is_approved_work_less_our_fee(books: Books) -> None:
    """Pending and available: what was approved, less the fees and what was withdrawn."""
    paid = Invoice.objects.filter(state=Invoice.State.PAID, currency=books.currency)
    earned = sum(_minor(each.gross) - _fee(each) for each in paid.select_related("issuer"))
    withdrawn = Payout.objects.filter(currency=books.currency).exclude(state__in=PUT_BACK)
    assert books.on("freelancer:") == earned - _sum(withdrawn, books)


def the_provider_has_what_the_books_say(books: Books) -> None:
    """Its balance lines and our asset account are two records of the same money.

    It may be ahead by transfers whose answer was lost: we ask again, and have not booked them.
    """
    lines = SandboxBalanceLine.objects.filter(account=None, currency=books.currency)
    theirs = lines.aggregate(total=Sum(F("amount") - F("fee")))["total"] or 0
    sending = Payout.objects.filter(state=Payout.State.SENDING, currency=books.currency)
    unheard = SandboxTransfer.objects.filter(reference__in=sending.values("ref"))
    lost = unheard.aggregate(total=Sum("amount"))["total"] or 0
    assert -books.on("provider:balance") == theirs + lost


def what_came_in_is_somewhere(books: Books) -> None:
    """All that was paid: held, deferred, earned, taxed, ours, paid out, going or gone back."""
    ours = {"currency": books.currency}
    came = _sum(Charge.objects.filter(state=Charge.State.SUCCEEDED, **ours), books)
    strays = _sum(StrayPayment.objects.filter(**ours), books)
    gone = Payout.objects.filter(state=Payout.State.PAID, **ours)
    back = _sum(Refund.objects.filter(state=Refund.State.SUCCEEDED, **ours), books)
    out = sum(_minor(payout.net) for payout in gone) + back
    assert came + strays - out == books.on(*LIABILITIES)


def states_are_what_history_says() -> None:
    """Each state was reached by a recorded step, and each step begins where the last one ended."""
    for model in machines():
        for pk, state, steps in _lives(model):
            at = state_of(model).get_default()
            for was, became in steps:
                assert was == at, f"{model.__name__} {pk} was {at}, not {was}"
                at = became
            assert state == at, f"{model.__name__} {pk} is {state}, its history says {at}"


def _lives(model: type[Model]) -> list[tuple[int, str, list[tuple[str, str]]]]:
    steps: dict[int, list[tuple[str, str]]] = {}
    about = f"{model.changes.field.name}_id"  # type: ignore[attr-defined] # each has a history
    history = history_of(model)._default_manager.order_by("pk")
    for pk, was, became in history.values_list(about, "was", "became"):
        steps.setdefault(pk, []).append((was, became))
    now = model._default_manager.values_list("pk", "state")
    return [(pk, state, steps.get(pk, [])) for pk, state in now]


def numbers_have_no_gap() -> None:
    issued: dict[tuple[str, int], list[int]] = {}
    numbered = Invoice.objects.exclude(number=None)
    for number, place in numbered.values_list("number", "place"):
        issuer, year, written = str(number).rsplit("-", 2)
        assert int(written) == place
        issued.setdefault((f"invoice/{issuer}", int(year)), []).append(int(written))
    for (name, of_year), places in issued.items():
        last = Series.objects.get(name=name, year=of_year).last
        assert sorted(places) == list(range(1, last + 1))


def letters_of_the_provider_are_read_once() -> None:
    events = GatewayEvent.objects.values("gateway", "event_id")
    assert events.distinct().count() == events.count()
    assert not GatewayEvent.objects.filter(attempts__gt=1, handled_at=None).exists()


def no_job_was_given_up() -> None:
    assert not Job.objects.filter(Q(state=Job.State.DEAD) | ~Q(last_error="")).exists()


ALWAYS: list[Callable[[], None]] = [
    laws_hold,
    states_are_what_history_says,
    numbers_have_no_gap,
    letters_of_the_provider_are_read_once,
    no_job_was_given_up,
]
OF_MONEY: list[Callable[[Books], None]] = [
    held_is_what_funded_milestones_cost,
    earned_is_approved_work_less_our_fee,
    the_provider_has_what_the_books_say,
    what_came_in_is_somewhere,
]


def _minor(money: Money) -> int:
    return int(money.amount * 10 ** EXPONENT[str(money.currency)])


def _part(amount: int, percent: int) -> int:
    """Half a cent goes up, as the terms say."""
    return (amount * percent * 2 + 100) // 200


def _vat(milestone: Milestone) -> int:
    return _part(_minor(milestone.price), milestone.contract.tax_bps // 100)


def _fee(invoice: Invoice) -> int:
    """10 % of the net; with 20 % VAT for who lives where the platform does."""
    fee = _part(_minor(invoice.net), 10)
    return fee + (_part(fee, 20) if invoice.issuer.country == "AT" else 0)


def _sum(rows: QuerySet[Model], books: Books) -> int:
    total = rows.aggregate(total=Sum("amount"))["total"] or 0
    return int(total * 10 ** EXPONENT[books.currency])
