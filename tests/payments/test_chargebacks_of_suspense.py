"""A bank wants back what came by bank and was of nobody; and what was given up."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours
from billing_site.people.models import User
from billing_site.platform.models import Notice
from ledger.models import Entry
from payments.decisions import GIVE_UP
from payments.gateways.sandbox import wires
from payments.gateways.sandbox.models import SandboxCustomer
from payments.models import Chargeback, ChargebackPart, OpenItem, Refund, StrayPayment
from payments.services import answering, charging, unmatched
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.given_chargebacks import decided, taken, wanted_back
from tests.payments.test_answering_banks import answers

pytestmark = pytest.mark.django_db
WHY = "We have nothing to show."


class TestSuspense:
    """A bank transfer that names nothing of its client's waits; its bank may want it meanwhile."""

    @pytest.fixture
    def waits(self, alice: User, bob: User) -> StrayPayment:
        charge = given.begun_charge(client=alice, freelancer=bob)
        charging.cancel(charge.pk, by=SYSTEM("the contract ended"), at=NOON)
        customer = SandboxCustomer.objects.get().pk
        wires.receive(customer, 75_000, "EUR", reference="Order 4711", at=NOON)
        given.settle(at=NOON + SOON)
        return StrayPayment.objects.get()

    @pytest.fixture
    def finn(self, db: None) -> User:
        return UserFactory.create(
            name="Finn", email="finn@example.org", is_staff=True, roles=["finance"]
        )

    def test_while_its_bank_decides_nobody_else_does(self, waits: StrayPayment, finn: User) -> None:
        case = wanted_back()
        assert case.stray == waits
        for deed in (unmatched.match, unmatched.send_back):
            with pytest.raises(NotAllowed, match="wants it back"):
                deed(waits.pk, reason="They wrote to us.", by=finn, at=NOON + 3 * DAY)

        for _ in range(2):
            decided(case, won=False, at=NOON + 4 * DAY)

        refund, part = Refund.objects.get(), ChargebackPart.objects.get()
        assert (part.kind, part.refund, refund.state) == ("stray", refund, "succeeded")
        assert not refund.commands.exists(), "The gateway is not asked to send it, too."
        assert held("suspense") == held(f"chargeback:{case.ref}") == EUR("0.00")
        assert held("provider:clearing") == held(f"refund:{refund.ref}") == EUR("0.00")
        kinds = ("return_unmatched", "lose_stray")
        assert [Entry.objects.filter(kind=kind).count() for kind in kinds] == [1, 1]
        with pytest.raises(NotAllowed, match="sent back before"):
            unmatched.match(waits.pk, reason="They wrote.", by=finn, at=NOON + 5 * DAY)
        assert_every_law_holds()

        decided(case, won=True, at=NOON + 30 * DAY)
        assert held(f"client:{waits.charge.client_id}:credit") == EUR("750.00")
        assert_every_law_holds()

    def test_of_a_part_the_rest_stays_where_it_is_and_a_person_decides(
        self, waits: StrayPayment, finn: User
    ) -> None:
        decided(wanted_back(amount=50_000), won=False, at=NOON + 4 * DAY)

        for deed in (unmatched.match, unmatched.send_back):
            with pytest.raises(
                NotAllowed, match=r"taken €500\.00 of it for good.*Return it at the"
            ):
                deed(waits.pk, reason="Nobody knows it.", by=finn, at=NOON + 5 * DAY)

        assert held("suspense") == EUR("750.00")
        assert ChargebackPart.objects.get().kind == "borne"
        assert_every_law_holds()

    def test_found_to_be_its_clients_it_is_as_any_other(
        self, waits: StrayPayment, finn: User
    ) -> None:
        """They have it as credit, for no work of anybody's: what the bank takes too, we bear."""
        unmatched.match(waits.pk, reason="They wrote to us.", by=finn, at=NOON + DAY)

        case = wanted_back()
        assert case.stray is None
        for _ in range(2):
            decided(case, won=False, at=NOON + 4 * DAY)

        assert ChargebackPart.objects.get().kind == "borne"
        assert not OpenItem.objects.exists()
        assert held("cost:protection") == EUR("-750.00")
        waits.charge.refresh_from_db()
        assert waits.charge.taken_back == EUR("750.00")
        assert_every_law_holds()


class TestGivingUp:
    @pytest.fixture
    def case(self, alice: User, bob: User) -> Chargeback:
        return taken(given.held_escrow(client=alice, freelancer=bob))

    def test_above_a_limit_it_takes_two(self, case: Chargeback) -> None:
        finn, fay = (
            answers(UserFactory.create(name=name, email=f"{name}@example.org", is_staff=True))
            for name in ("Finn", "Fay")
        )
        at = NOON + 2 * DAY

        asked = answering.accept(case.pk, reason=WHY, by=finn, at=at)
        assert GIVE_UP.says(asked).startswith("nothing has moved. It waits for a second person")
        with pytest.raises(NotYours, match="takes two people"):
            answering.accept(case.pk, reason=WHY, by=finn, at=at)
        given.settle(at=at + SOON)
        case.refresh_from_db()
        assert (case.state, case.submitted_at) == ("opened", None)
        assert Notice.objects.filter(user_id=fay.pk, text__contains="a second one decides").exists()

        given_up = answering.accept(case.pk, reason=WHY, by=fay, at=at + SOON)
        assert GIVE_UP.says(given_up).startswith("it is given up")
        given.settle(at=at + 2 * SOON)
        case.refresh_from_db()
        assert (case.state, case.submitted_by) == ("lost", fay)
        assert_every_law_holds()

    def test_the_database_asks_for_two(self, case: Chargeback) -> None:
        one = UserFactory.create(name="Finn", is_staff=True, roles=["finance"])
        found = Chargeback.objects.filter(pk=case.pk)
        wrong: list[dict[str, Any]] = [{}, {"give_up_asked_by": one}]
        for asked in wrong:
            with (
                pytest.raises(DatabaseError, match="above_a_limit_two_people_give_a_case_up"),
                transaction.atomic(),
            ):
                found.update(given_up_at=NOON, submitted_by=one, **asked)

    @pytest.mark.parametrize(
        ("currency", "alone", "two"),
        [("EUR", "1000", "1000.01"), ("JPY", "100000", "100001"), ("KWD", "300", "300.001")],
    )
    def test_the_limit_is_about_as_much_in_each_currency(
        self, db: None, currency: str, alone: str, two: str
    ) -> None:
        name = "above_a_limit_two_people_give_a_case_up"
        [limit] = [it for it in Chargeback._meta.constraints if it.name == name]
        small, large = (
            Chargeback(currency=currency, amount=Money(sum_, currency), given_up_at=NOON)
            for sum_ in (alone, two)
        )

        assert (small.takes_two, large.takes_two) == (False, True)
        limit.validate(Chargeback, small)
        with pytest.raises(ValidationError):
            limit.validate(Chargeback, large)
