"""What stands on the page before a withdrawal: banks, the sum asked for, and its whole cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from billing_site.kernel.forms import AmountField
from billing_site.kernel.money import EXPONENTS, Money, currency_of, show
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import Organization, User
from ledger.queries.balances import spendable, spendable_in_each_currency
from payments.models import Payout, PayoutMethod
from payments.models.restriction_kinds import Scope
from payments.queries.at_once import why_not_at_once, why_not_converted
from payments.queries.conversion import Conversion, conversion_lines, conversion_of
from payments.queries.cost_lines import CostLine
from payments.queries.debts import debt_of, owed_words
from payments.queries.payout_cost import PayoutCost, at_most, at_once, cost_of, payout_fee
from payments.queries.restricted import why_restricted
from payments.queries.stopped import GO_ON, payee_of, what_is_wanted, why_not_paid


@dataclass(frozen=True, slots=True)
class NewPayout:
    organization: Organization
    currency: str
    available: Money
    balances: list[Money]  # if there is more than one to choose from
    methods: list[PayoutMethod]
    cooling: list[PayoutMethod]  # named lately; a thief would have to wait, so everybody does
    method: PayoutMethod | None
    amount: Money | None
    cost: PayoutCost | None
    conversion: Conversion | None  # what it would become, where the bank has another currency
    refusal: str
    stopped: str = ""  # why nothing can be withdrawn now, if so: what is to be paid does not matter
    wanted: str = ""  # what the provider asks for while it pays them, and until when
    owes: str = ""  # what they owe us, and how it is paid back
    instant: PayoutCost | None = None  # what it costs to be paid at once, where it can be
    why_not_instant: str = ""

    @property
    def speeds(self) -> list[tuple[str, str]]:
        """Those to choose from, as a form says them."""
        if self.instant is None:
            return []
        words = {"standard": "In some days", "instant": f"At once, for {show(self.instant.fee)}"}
        return [(speed.value, words[speed.value]) for speed in Payout.Speed]

    @property
    def within(self) -> int:
        """In how many minutes it arrives that is paid at once."""
        return int(settings.INSTANT_MINUTES)

    @property
    def lines(self) -> list[CostLine]:
        if self.conversion:
            fee = payout_fee(currency_of(self.conversion.into))
            made = conversion_lines(self.conversion, self.conversion.mid.rate)
            return [*made, CostLine("Our fee", -fee)]
        if self.cost is None:
            return []
        return [CostLine("You withdraw", self.cost.amount), CostLine("Our fee", -self.cost.fee)]

    @property
    def total(self) -> CostLine | None:
        net = self.cost.net if self.cost else None
        if self.conversion:
            net = self.conversion.into - payout_fee(currency_of(self.conversion.into))
        return CostLine("Reaches your bank", net, note=str(self.method or "")) if net else None

    @property
    def others(self) -> list[CostLine]:
        return [CostLine("Stays available", self.cost.left)] if self.cost else []

    @property
    def stopped_url(self) -> str:
        """Where they can do something about it, if that is where banks are named."""
        return self.banks_url if self.stopped.endswith(GO_ON) else ""

    @property
    def banks_url(self) -> str:
        return reverse("payout-methods")

    @property
    def may_consent(self) -> bool:
        return bool(self.cost and self.method and not (self.refusal or self.stopped))

    @property
    def may_lock(self) -> bool:
        return bool(self.conversion and not (self.refusal or self.stopped))

    @property
    def minutes(self) -> int:
        """How long a quote stands."""
        return int(settings.QUOTE_MINUTES)

    @property
    def asked(self) -> dict[str, str]:
        """What a quote is asked for, as a form says it."""
        if not (self.amount and self.method):
            return {}
        return {
            "currency": self.currency,
            "amount": f"{self.amount.amount:.{EXPONENTS[self.currency]}f}",
            "method": self.method.ref,
        }

    @property
    def verb(self) -> str:
        return f"Withdraw {show(self.amount)}" if self.amount else "Withdraw"

    @property
    def seen(self) -> dict[str, str]:
        """What the consent is to, besides the sum and the bank that it names itself."""
        if self.cost is None:
            return {}
        seen = {"fee": show(self.cost.fee), "arrives_on": self.cost.arrives_on.isoformat()}
        return seen | {"instant_fee": show(self.instant.fee)} if self.instant else seen


def new_payout(
    organization: Organization,
    method_ref: str,
    amount: str,
    *,
    source: str = "",
    by: User | None = None,
    at: datetime,
) -> NewPayout:
    """Without a sum, all that is available; without a bank, the first that needs no conversion.

    *source* is the currency it is taken from; without one, the bank's own if there is some.
    """
    present = list(PayoutMethod.objects.filter(organization=organization).present())
    usable = [method for method in present if method.is_active(at=at)]
    method = _bank(usable, method_ref, source)
    own = method.currency if method else organization.currency
    balances = spendable_in_each_currency(f"freelancer:{organization.pk}:available")
    currency = _source(source, own, [currency_of(each) for each in balances])
    available = spendable(f"freelancer:{organization.pk}:available", currency)
    sum_, refusal = _read(amount, currency, available)
    payee = payee_of(organization)
    asked = NewPayout(
        organization=organization,
        currency=currency,
        available=available,
        balances=balances if {own} != {currency_of(each) for each in balances} else [],
        methods=usable,
        cooling=[each for each in present if each not in usable],
        method=method,
        amount=sum_,
        cost=None,
        conversion=None,
        refusal=refusal,
        stopped=why_restricted(Scope.PAYOUTS, organization, by.pk if by else None)
        or why_not_paid(payee),
        wanted=what_is_wanted(payee),
        owes=" ".join(owed_words(debt_of(organization.pk, currency), ())),
    )
    if sum_ is None:
        return asked
    return _priced(asked, sum_, at=at) if own == currency else _converted(asked, sum_, own, at=at)


def _bank(usable: list[PayoutMethod], ref: str, source: str) -> PayoutMethod | None:
    if ref:
        return next((each for each in usable if each.ref == ref), None)
    fitting = [each for each in usable if each.currency == source]
    return next(iter([*fitting, *usable]), None)


def _source(wanted: str, own: str, there: list[str]) -> str:
    if wanted in EXPONENTS:
        return wanted
    return own if own in there or not there else there[0]


def _priced(asked: NewPayout, amount: Money, *, at: datetime) -> NewPayout:
    cost, refusal = cost_of(asked.organization, amount, at=at), asked.refusal
    if cost.left.amount < 0:
        refusal = at_most(asked.organization, asked.currency)
    elif cost.net.amount <= 0:
        refusal = f"A withdrawal has to be more than its fee of {show(cost.fee)}."
    asked = replace(asked, cost=cost, refusal=refusal)
    if refusal or asked.method is None:
        return asked
    if why_not := why_not_at_once(asked.method, amount, at=at):
        return replace(asked, why_not_instant=why_not)
    return replace(asked, instant=at_once(cost, asked.organization, at=at))


def _converted(asked: NewPayout, amount: Money, into: str, *, at: datetime) -> NewPayout:
    """What it would become now. A quote makes it certain."""
    if amount > asked.available:
        return replace(asked, refusal=at_most(asked.organization, asked.currency))
    try:
        conversion = conversion_of(amount, into, at=at)
    except NotAllowed as problem:
        return replace(asked, refusal=str(problem))
    fee = payout_fee(into)
    if conversion.into <= fee:
        return replace(asked, refusal=f"A withdrawal has to be more than its fee of {show(fee)}.")
    assert asked.method, "Without a bank there is nothing to convert to."
    why_not = why_not_converted(asked.method)
    return replace(asked, conversion=conversion, why_not_instant=why_not)


def _read(amount: str, currency: str, available: Money) -> tuple[Money | None, str]:
    if not amount:
        return (available, "") if available.amount > 0 else (None, "")
    try:
        read: Money | None = AmountField(currency=currency).clean(amount)
    except ValidationError as problem:
        return None, problem.messages[0]
    return read, ""
