"""T48: whatever is asked of the provider, its first answer is lost: each is done, and once.

It is silent or busy, before it has done what was asked, or after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from ledger.models import Entry
from payments.gateways.base import Busy, GatewayError, OutcomeUnknown
from payments.gateways.sandbox import gateway as provider
from payments.gateways.sandbox import onboarding, paying, saving, wires
from payments.gateways.sandbox.keys import once
from payments.gateways.sandbox.models import (
    SandboxAccount,
    SandboxDispute,
    SandboxEvent,
    SandboxFile,
    SandboxLogin,
    SandboxOnboarding,
    SandboxPayment,
    SandboxPayout,
    SandboxRefund,
    SandboxSession,
    SandboxTransfer,
)
from payments.models import BankDetails, Charge, Escrow, GatewayCommand, PaymentMethod, PayoutMethod
from payments.services import (
    answering,
    bank_details,
    charging,
    earnings,
    escrow,
    methods,
    outbox,
    payee_pages,
)
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.collected import collected
from tests.payments.given_chargebacks import wanted
from tests.payments.test_answering_banks import answers

pytestmark = pytest.mark.usefixtures("named_by_refs")
MINUTE = timedelta(minutes=1)
WHY = "It was delivered and approved."
Once = Callable[..., str]


def loses_first_answers(when: str, trouble: GatewayError) -> Once:
    """Of each key, before the sandbox acts or after it has."""
    seen = set[str]()

    def lost(key: str, *asked: Any) -> str:
        is_first = key not in seen
        seen.add(key)
        if is_first and when == "before":
            raise trouble
        answer = once(key, *asked)
        if is_first:
            raise trouble
        return answer

    return lost


class World:
    """What the two do, one after the other; after each the provider is there again."""

    def __init__(self, alice: User, bob: User) -> None:
        self.alice, self.bob, self.at = alice, bob, NOON
        self.two = [
            answers(UserFactory.create(name=name, is_staff=True, roles=["finance"]))
            for name in ("Finn", "Fay")
        ]

    def after(self, deed: Callable[[datetime], object]) -> None:
        """Do it, and let ten minutes pass, after which all that it asked for is done."""
        self.at += SOON
        with clock.pinned(self.at):
            deed(self.at)
        given.settle(at=self.at)
        for minute in range(1, 11):
            moment = self.at + minute * MINUTE
            with clock.pinned(moment):
                outbox.run_stuck(at=moment)
            given.settle(at=moment)
        waiting = GatewayCommand.objects.filter(state__in=GatewayCommand.OPEN)
        assert not waiting.exists(), [(str(each), each.last_error) for each in waiting]

    def names_a_bank(self) -> None:
        bob = given.organization(self.bob)
        for _ in range(2):  # the account, then the page of it
            self.after(lambda at: outbox.open_onboarding(bob, by=self.bob, at=at))
        link = SandboxOnboarding.objects.latest("created_at")
        onboarding.complete(link.pk, bank_name="Example", last4="4471", behavior="pays", at=self.at)
        self.after(lambda at: payee_pages.open_dashboard(bob, by=self.bob, at=at))

    def saves_two_cards(self) -> None:
        alice = given.organization(self.alice)
        for code in ("4242", "4444"):
            self.after(lambda at: outbox.open_method_setup(alice, by=self.alice, at=at))
            page = SandboxSession.objects.latest("created_at")
            saving.keep(page.pk, code, at=self.at)
            given.settle(at=self.at + SOON / 2)
        last = PaymentMethod.objects.get(last4="4444").pk
        self.after(lambda at: methods.remove(last, by=self.alice, at=at))

    def pays(self, document: str) -> Escrow:
        charge = self.begins(document)
        paying.pay(charge.session_id, "4242", at=self.at)
        given.settle(at=self.at + SOON / 2)
        return given.escrow_of(charge)

    def begins(self, document: str) -> Charge:
        charge = charging.begin(
            payer=given.organization(self.alice),
            escrows=[given.terms(self.bob, document=document)],
            by=self.alice,
            at=self.at,
        )
        self.after(lambda at: outbox.open_page(charge.pk, at=at))
        charge.refresh_from_db()
        return charge

    def sends_a_bank_transfer(self) -> None:
        alice = given.organization(self.alice)
        self.after(lambda at: bank_details.learn(alice, by=self.alice, at=at))
        customer = BankDetails.objects.get().customer
        given.open_item(client=self.alice, freelancer=self.bob, at=self.at)
        self.after(lambda at: wires.receive(customer, 105_950, "EUR", reference="I1", at=at))

    def answers_banks(self) -> None:
        heard, given_up = (self.pays(f"milestone/M{place}") for place in (8, 9))
        finn, fay = self.two
        one, other = (wanted(each.funded_by, at=self.at) for each in (heard, given_up))
        self.at += SOON
        self.after(lambda at: answering.submit(one.pk, reason=WHY, by=finn, at=at))
        for each in (fay, finn):
            self.after(lambda at, by=each: answering.accept(other.pk, reason=WHY, by=by, at=at))  # type: ignore[misc]

    def is_paid_out(self, of: Escrow) -> None:
        escrow.release(of.pk, document="INV1", at=self.at)
        self.at += 8 * DAY
        earnings.make_available(at=self.at)
        method = PayoutMethod.objects.get()
        self.after(lambda at: given.requested_payout(self.bob, method, EUR("100.00"), at=at))
        self.after(lambda at: given.settle(at=at))


def live(alice: User, bob: User) -> None:
    world = World(alice, bob)
    world.names_a_bank()
    world.saves_two_cards()
    unpaid = world.begins("milestone/M1")
    world.after(lambda at: charging.cancel(unpaid.pk, by=alice, at=at))
    back, kept = (world.pays(f"milestone/M{place}") for place in (2, 3))
    world.after(lambda at: escrow.refund(back.pk, reason=WHY, by=alice, at=at))
    world.after(lambda at: collected(alice, bob, at=at))
    world.sends_a_bank_transfer()
    world.answers_banks()
    world.is_paid_out(kept)
    given.settle(at=world.at + 5 * DAY)


MADE = {  # A second one of any would be the same asked for twice.
    SandboxAccount: 1,
    SandboxOnboarding: 2,  # with the account, and for another visit
    SandboxLogin: 1,
    SandboxSession: 7,  # two for cards, five to pay
    SandboxPayment: 6,  # four by page, by card, by bank transfer
    SandboxRefund: 1,
    SandboxFile: 1,
    SandboxDispute: 2,
    SandboxTransfer: 1,
    SandboxPayout: 1,
}
TOLD_ONCE = ("checkout.session.expired", "payment_method.detached")


def assert_all_is_done_once() -> None:
    asked = GatewayCommand.objects.all()
    refused = {GatewayCommand.Kind.CANCEL_PAYMENT}  # always; then the truth is asked for
    assert {each.kind for each in asked} == set(GatewayCommand.Kind) - refused
    assert {(each.state, each.attempts) for each in asked} == {("done", 2)}
    assert {model: model._default_manager.count() for model in MADE} == MADE
    told = Counter(SandboxEvent.objects.values_list("type", flat=True))
    assert [told[each] for each in TOLD_ONCE] == [1, 1]
    assert SandboxDispute.objects.exclude(submitted_at=None).count() == 1
    assert SandboxDispute.objects.get(submitted_at=None).status == "lost", "It was given up."
    kinds = Counter(Entry.objects.values_list("kind", flat=True))
    assert (kinds["fund_escrow"], kinds["refund_from_escrow"], kinds["pay_out"]) == (5, 1, 1)
    assert_every_law_holds()


SILENT, BUSY = OutcomeUnknown("no answer"), Busy("429")
MORE = [("before", SILENT), ("before", BUSY), ("after", BUSY)]


@pytest.mark.parametrize(
    ("when", "trouble"),
    [("after", SILENT), *(pytest.param(*each, marks=pytest.mark.release) for each in MORE)],
)
def test_t48_every_kind_of_call_is_done_once(
    alice: User,
    bob: User,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    *,
    when: str,
    trouble: GatewayError,
) -> None:
    monkeypatch.setattr(provider, "once", loses_first_answers(when, trouble))
    settings.CHARGEBACK_FILES = "tests.payments.test_evidence_files.one_receipt"

    live(alice, bob)

    assert_all_is_done_once()
