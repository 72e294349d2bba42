"""What is owed is charged on its day, and once, whoever else pays it meanwhile."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import transaction

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from payments.gateways.sandbox import paying
from payments.models import Charge, OpenItem
from payments.services import charging, collecting, open_items, outbox
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, pending
from tests.payments.collected import charged, paid_by_page, tries


class TestWhatIsOwed:
    @pytest.fixture
    def item(self, alice: User, bob: User) -> OpenItem:
        return given.open_item(client=alice, freelancer=bob)

    def sweep(self, *, at: datetime) -> None:
        with clock.pinned(at):
            collecting.collect_all_owed(at=at)
            collecting.collect_all_owed(at=at)  # twice is once
        given.settle(at=at + SOON)
        given.settle(at=at + 2 * SOON)

    def test_it_is_charged_on_its_day(self, alice: User, bob: User, item: OpenItem) -> None:
        given.payment_method(alice)

        self.sweep(at=NOON)

        item.refresh_from_db()
        assert item.closed_at == NOON
        assert charged() == [("4242", "succeeded")]
        assert pending(bob) == EUR("881.00")
        assert_every_law_holds()

    def test_given_up_while_a_card_is_charged_it_is_tried_with_no_other(
        self, alice: User, bob: User, item: OpenItem
    ) -> None:
        for code in ("0341", "4242"):
            given.payment_method(alice, code)
        with transaction.atomic():
            collecting.collect_owed(item.pk, at=NOON)
            open_items.write_off(OpenItem.objects.lock(item.pk), ref="W1", at=NOON)

        given.settle(at=NOON + SOON)
        with clock.pinned(NOON + DAY):
            collecting.try_due(at=NOON + DAY)
        self.sweep(at=NOON + DAY)

        assert Charge.objects.get().state == "cancelled"
        assert tries() == [(0, "0341", "refused")]
        assert not Letter.objects.filter(about_type="charge").exists()

    def test_and_not_before(self, alice: User, bob: User) -> None:
        given.payment_method(alice, at=NOON - 3 * DAY)
        given.open_item(client=alice, freelancer=bob)

        self.sweep(at=NOON - DAY)

        assert not Charge.objects.exists()

    def test_who_has_saved_nothing_has_the_day_to_pay(self, item: OpenItem) -> None:
        self.sweep(at=NOON)
        assert not Charge.objects.exists()

        self.sweep(at=NOON + DAY)
        assert Charge.objects.get().state == "begun"
        assert Letter.objects.get(about_type="charge").subject == "€1,059.50 is to be paid"

    def test_what_somebody_pays_at_this_moment_is_left_to_them(
        self, alice: User, item: OpenItem
    ) -> None:
        given.payment_method(alice)
        page = charging.begin(
            payer=given.organization(alice), purposes=[(item, item.owed)], by=alice, at=NOON
        )
        with clock.pinned(NOON):
            given.opened(page)
        self.sweep(at=NOON)
        assert Charge.objects.count() == 1

        given.settle(at=page.begun_at + DAY + SOON)  # its page expired unused
        self.sweep(at=NOON + DAY + 2 * SOON)
        item.refresh_from_db()
        assert not item.is_open

    def test_a_part_paid_by_page_leaves_the_rest_to_be_collected(
        self, alice: User, bob: User, item: OpenItem
    ) -> None:
        given.payment_method(alice, "0341")
        self.sweep(at=NOON)
        first = Charge.objects.get()

        given.part_paid(item, EUR("500.00"), by=alice, at=NOON + 3 * SOON)
        given.settle(at=NOON + 5 * SOON)

        assert Charge.objects.get(pk=first.pk).state == "cancelled"
        rest = Charge.objects.latest("pk")
        assert (rest.state, rest.amount) == ("begun", EUR("559.50"))
        assert rest.collection.late_since == first.collection.late_since
        paid_by_page(rest, alice, at=NOON + 6 * SOON)
        given.settle(at=NOON + 8 * SOON)
        item.refresh_from_db()
        assert (item.paid, item.is_open) == (EUR("1059.50"), False)
        assert pending(bob) == EUR("881.00")
        assert_every_law_holds()

    def test_a_page_is_closed_with_the_charge_that_it_was_for(
        self, alice: User, item: OpenItem
    ) -> None:
        given.payment_method(alice, "0341")
        self.sweep(at=NOON)
        at = NOON + 3 * SOON
        with clock.pinned(at):
            page = outbox.open_page_of_collected(Charge.objects.get().pk, by=alice, at=at)
        assert page

        given.part_paid(item, item.owed, by=alice, at=at)  # somebody else had another one open
        given.settle(at=at + 2 * SOON)

        assert Charge.objects.get(session_id=page.session_id).state == "cancelled"
        with pytest.raises(NotAllowed, match="expired"):
            paying.pay(page.session_id, "4242", at=at + 3 * SOON)
        assert_every_law_holds()

    def test_all_paid_by_another_page_ends_it(self, alice: User, item: OpenItem) -> None:
        given.payment_method(alice, "0341")
        self.sweep(at=NOON)

        given.part_paid(item, item.owed, by=alice, at=NOON + 3 * SOON)
        given.settle(at=NOON + 5 * SOON)

        assert list(Charge.objects.order_by("pk").values_list("state", flat=True)) == [
            "cancelled",
            "succeeded",
        ]
        self.sweep(at=NOON + 3 * DAY)
        assert Charge.objects.count() == 2
        assert_every_law_holds()
