"""Every account of the chart has words, for who holds it and for everybody else."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from ledger import chart
from ledger.chart import AccountSpec
from payments.queries.account_words import AccountWords

US, THEM = 7, 8
WORDS = AccountWords(reader=US, holders={US: "We", THEM: "Bob & Co"}, works={"E1": "“Logo”"})
INCOME = ("client_fee", "freelancer_fee", "payout_fee", "fx_margin")
COSTS = ("provider", "payout", "chargeback", "protection", "goodwill", "rounding")
SPECS = [
    (chart.client_credit(US), "Your credit"),
    (chart.client_credit(THEM), "Credit of Bob & Co"),
    (chart.client_receivable(THEM), "What Bob & Co owes us"),
    (chart.pending(US), "Your pending money"),
    (chart.available(US), "Your available money"),
    (chart.available(THEM), "Available money of Bob & Co"),
    (chart.available(9), "Available money of the freelancer"),
    (chart.freelancer_debt(US), "What you owe us"),
    (chart.payee(THEM), "At the provider, in the name of Bob & Co"),
    (chart.payout("P1", THEM), "Withdrawal of Bob & Co, set apart"),
    (chart.refund("R1", US), "On its way back to you"),
    (chart.refund("R1"), "On its way back to the client"),
    (chart.escrow("E1", US), "Held for “Logo”"),
    (chart.deferred_client_fee("E1", US), "Our fee for “Logo”, not earned yet"),
    (chart.chargeback("C1"), "Taken by a bank that still decides"),
    (chart.arbitration("D1"), "Shares of an arbitration"),
    (chart.fx("USD"), "Being converted, USD"),
    (chart.tax("vat", "DE"), "VAT for Germany"),
    (chart.suspense(), "Arrived, not matched yet"),
    (chart.unclaimed(), "Claimed by nobody"),
    (chart.provider_clearing(), "Charged, on its way to us"),
    (chart.provider_balance(), "At the payment provider"),
    (chart.bank_operating(), "Our bank"),
    (chart.income("client_fee"), "Our fee, from the client"),
    (AccountSpec("cost:goodwill#03", "expense"), "Credit that we give"),
]


@pytest.mark.parametrize(("spec", "words"), SPECS, ids=[spec.code for spec, _ in SPECS])
def test_an_account_is_called_by_words(spec: AccountSpec, words: str) -> None:
    assert WORDS.of(spec.code, spec.holder) == words


def test_no_account_of_the_chart_is_called_by_its_code() -> None:
    makers = {
        name: make
        for name, make in vars(chart).items()
        if not name.startswith("_") and _returns(make) == "AccountSpec"
    }
    specs = [chart.income(what) for what in INCOME] + [chart.cost(what) for what in COSTS]
    for name in makers.keys() - {"income", "cost"}:
        taken = inspect.signature(makers[name]).parameters.values()
        specs.append(makers[name](*[US if "int" in each.annotation else "E1" for each in taken]))
    assert len(makers) > 15
    assert [spec.code for spec in specs if WORDS.of(spec.code, spec.holder) == spec.code] == []


def _returns(make: Any) -> Any:
    return getattr(make, "__annotations__", {}).get("return")
