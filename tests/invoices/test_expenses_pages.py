"""The pages of expenses, and who sees them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import User
from invoices.models import Contract, Expense, Invoice
from invoices.services import expenses, invoicing
from invoices.services.expenses import Spent
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices.spent import invoiced

PAPER = b"%PDF-1.7 ticket %%EOF"


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    return given.active_contract(client=alice, freelancer=bob)


@pytest.fixture
def expense(contract: Contract, bob: User) -> Expense:
    return given.expense(contract, by=bob)


@pytest.mark.django_db
class TestWho:
    def test_only_who_works_for_the_freelancer(
        self, contract: Contract, alice: User, bob: User, charlie: User
    ) -> None:
        viewer = given.member(bob, "Vic", role="viewer")
        for nobody in (alice, charlie, viewer):
            with pytest.raises(NotYours):
                given.expense(contract, by=nobody)

    def test_not_on_an_offer_nor_of_the_future_nor_in_another_currency(
        self, contract: Contract, alice: User, bob: User
    ) -> None:
        offered = given.offered_contract(client=alice, freelancer=bob)
        with pytest.raises(NotAllowed, match="no expenses"):
            given.expense(offered, by=bob)
        with pytest.raises(NotAllowed, match="is in EUR"):
            given.expense(contract, by=bob, gross=Money("5", "USD"))
        tomorrow = Spent((NOON + days(1)).date(), Expense.Category.MEALS, "Inn", EUR("5.00"))
        with pytest.raises(NotAllowed, match="future"):
            expenses.add(contract.pk, tomorrow, given.VOUCHER, by=bob, at=NOON)


@pytest.mark.django_db
class TestPages:
    def test_from_the_receipt_to_the_client(self, alice: User, bob: User, client: Client) -> None:
        contract = given.active_contract(client=alice, freelancer=bob)
        client.force_login(bob)
        url = f"/expenses/new/?contract={contract.ref}"
        form = client.get(url).context["form"]
        sent = {
            "op_id": form["op_id"].value(),
            "merchant": "Rail",
            "spent_on": form["spent_on"].value().isoformat(),
            "gross": "80,50",
            "tax_bps": "7 %",
            "category": "travel",
        }
        receipt = SimpleUploadedFile("it.pdf", PAPER, "application/pdf")
        assert client.post(url, {**sent, "receipt": receipt}).status_code == 302
        expense = Expense.objects.get()
        assert (expense.gross, expense.tax_bps) == (EUR("80.50"), 700)
        assert "Rail" in client.get("/expenses/").content.decode()

        answer = client.post(
            "/expenses/invoice/", {"contract": contract.ref, "expense": [expense.ref]}
        )

        shown = client.get(answer["Location"]).content.decode()
        assert "No fee on expenses" in shown
        assert "it.pdf" in shown
        invoice = Invoice.objects.get()
        invoicing.submit(invoice.pk, message="Tickets.", by=bob, at=NOON)
        client.force_login(alice)
        shown = client.get(f"/invoices/{invoice.ref}/").content.decode()
        assert expense.voucher.get_absolute_url() in shown
        assert client.get("/expenses/").status_code == 404

    @pytest.mark.parametrize(
        "wrong",
        [
            {"gross": "-5"},
            {"gross": "NaN"},
            {"gross": "1e3"},
            {"gross": "0"},
            {"gross": "999999999"},
            {"tax_bps": "51"},
            {"tax_bps": "-1"},
            {"tax_bps": "１９"},
            {"category": "bribe"},
            {"spent_on": "2099-01-01"},
            {"merchant": ""},
        ],
    )
    def test_nonsense_is_refused_and_nothing_kept(
        self, contract: Contract, bob: User, client: Client, wrong: dict[str, str]
    ) -> None:
        client.force_login(bob)
        url = f"/expenses/new/?contract={contract.ref}"
        form = client.get(url).context["form"]
        sent = {
            "op_id": str(uuid4()),
            "merchant": "Rail",
            "spent_on": form["spent_on"].value().isoformat(),
            "gross": "80.00",
            "category": "travel",
        }
        receipt = SimpleUploadedFile("it.pdf", PAPER, "application/pdf")

        answer = client.post(url, {**sent, **wrong, "receipt": receipt})

        assert answer.status_code == 422
        assert not Expense.objects.exists()

    def test_without_a_receipt_there_is_no_expense(
        self, contract: Contract, bob: User, client: Client
    ) -> None:
        client.force_login(bob)
        url = f"/expenses/new/?contract={contract.ref}"
        assert client.post(url, {"merchant": "Rail", "gross": "80.00"}).status_code == 422

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_list_asks_as_much_for_three_as_for_one(
        self,
        contract: Contract,
        bob: User,
        client: Client,
        rows: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(rows):
            given.expense(contract, by=bob)
            invoiced(given.expense(contract, by=bob), by=bob)
        client.force_login(bob)
        client.get("/expenses/")
        with django_assert_num_queries(7):
            client.get("/expenses/")
