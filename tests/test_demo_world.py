"""The demo world: everything that can be is in it, and all of it is in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from billing_site.kernel.invariants import run_laws
from billing_site.people.models import Membership, Organization, User
from billing_site.platform import clock
from billing_site.platform.models import Job, Letter
from billing_site.workflows.demo_world import signins
from billing_site.workflows.demo_world.trades import engagements
from billing_site.workflows.scale.copying import YEARS, copy_world
from billing_site.workflows.scale.size import busiest
from billing_site.workflows.scale.visiting import browser_of, pages_of
from invoices.models import Contract, CreditNote, Invoice, Timer
from ledger.models import Entry, Posting
from ledger.queries import records
from payments.models import (
    BankTransfer,
    Charge,
    Payee,
    PaymentMethod,
    Payout,
    PayoutMethod,
    Quote,
    StrayPayment,
)
from payments.queries.stages import stages_of
from tests.conftest import as_the_owner
from tests.machine.world import history_of, machines, state_of
from tests.records.sums import balance_of, every_row, wrong_rows
from tests.records.walking import wrong_sums
from tests.seeded import earned_by_row, earned_in_all, seeded, unlike_its_postings
from tests.signing_in import session_of

pytestmark = [pytest.mark.xdist_group("demo_world"), pytest.mark.usefixtures("world")]

NOW = timezone.now()


@pytest.fixture(scope="module")
def _world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    with django_db_blocker.unblock(), seeded(at=NOW, files=tmp_path_factory.mktemp("files")):
        yield


@pytest.fixture
def world(_world: None, db: None) -> None:
    """The world, and what a test does to it is undone."""


def test_every_state_of_every_machine_is_there() -> None:
    for model in machines():
        states = {str(value) for value, _label in state_of(model).choices or []}
        now = set(model._default_manager.values_list("state", flat=True))
        assert states - now == set(), model.__name__


def test_the_records_of_everybody_add_up_to_the_books() -> None:
    """Every page of every list: columns, running balances, and what the accounts hold today."""
    seen = 0
    for organization in Organization.objects.order_by("pk"):
        for currency in records.currencies_of(organization.pk):
            rows = every_row(organization, currency=currency)
            assert wrong_rows(rows) == []
            assert rows[0].balance == balance_of(organization, currency)
            seen += len(rows)
        if not organization.is_client:
            assert earned_in_all(organization, at=NOW) == earned_by_row(organization)
    assert seen > 300


def test_the_pages_of_everybody_add_up_to_the_books() -> None:
    """What is read on the pages of each organization, to the minor unit."""
    wrong: list[str] = []
    with clock.pinned(NOW):
        for organization in Organization.objects.order_by("pk"):
            owner = Membership.objects.live().get(organization=organization, role="owner")
            browser = session_of(owner.user)
            for currency in records.currencies_of(organization.pk):
                wrong += wrong_sums(browser, organization, currency, NOW.year)
    assert wrong == []


def test_nobody_with_a_vat_id_says_that_they_are_not_registered() -> None:
    words = ("not registered for VAT", "nicht umsatzsteuerlich registriert")
    for model in (Invoice, CreditNote):
        registered = model._default_manager.exclude(frozen__issuer__vat_id="")
        said = list(registered.filter(frozen__isnull=False).values_list("frozen__texts", flat=True))
        assert said
        assert [texts for texts in said if any(word in str(texts) for word in words)] == []
    contracts = Contract.objects.exclude(freelancer__vat_id="")
    assert not contracts.filter(tax_text__contains="not registered").exists()


def test_every_law_holds() -> None:
    verdicts = list(run_laws())

    assert len(verdicts) >= 20
    assert {v.law.name: v.offenders for v in verdicts if not v.holds} == {}


def test_it_is_as_large_as_promised() -> None:
    assert Contract.objects.count() == len(engagements()) == 52
    months = {at.strftime("%Y-%m") for at in Entry.objects.values_list("occurred_at", flat=True)}
    assert len(months) >= 11
    currencies = set(Contract.objects.values_list("currency", flat=True))
    assert currencies == {"EUR", "GBP", "USD", "JPY"}
    assert Contract.objects.filter(currency="EUR").count() > 30


def test_nothing_in_it_lies_ahead() -> None:
    for model in machines():
        assert not history_of(model)._default_manager.filter(at__gt=NOW).exists()
    assert not Letter.objects.filter(written_at__gt=NOW).exists()


def test_no_job_failed_and_the_worker_is_left_drawings_letters_and_the_last_calls() -> None:
    assert not Job.objects.exclude(last_error="").exists()
    left = Job.objects.filter(state=Job.State.PENDING, after=None).values_list("task", flat=True)
    assert set(left) == {
        "invoices.tasks.render_invoice",
        "invoices.tasks.render_fee_invoice",
        "payments.tasks.run_command",
        "records.tasks.render_collective",
    }
    assert not Letter.objects.filter(sent_at=None).exists()


def test_ada_has_work_to_approve_one_of_it_soon() -> None:
    studio = Organization.objects.get(name="Ada Studio")
    waiting = Invoice.objects.filter(recipient=studio, state=Invoice.State.SUBMITTED)

    delivered = waiting.filter(source=Invoice.Source.MILESTONE)
    assert delivered.count() == 5
    assert waiting.filter(source=Invoice.Source.LINES).count() == 1
    soon = delivered.filter(answer_by__lt=NOW + timedelta(days=2))
    assert [invoice.title for invoice in soon] == ["Search across projects"]
    assert Contract.objects.filter(client=studio, state=Contract.State.OFFERED).count() == 1
    assert Charge.objects.filter(client=studio, state=Charge.State.FAILED).count() == 1


def test_adas_weeks_are_paid_with_her_card_and_bens_clock_runs() -> None:
    paid = Invoice.objects.filter(
        recipient__name="Ada Studio", source=Invoice.Source.WEEK, state=Invoice.State.PAID
    )
    assert paid.count() >= 5
    assert PaymentMethod.objects.filter(organization__name="Ada Studio").count() == 1
    assert Timer.objects.get(ended_at=None).person.email == "ben@okafor.example"
    unpaid = Invoice.objects.filter(
        recipient__name="Tamsel Bikes", source=Invoice.Source.WEEK, state=Invoice.State.SUBMITTED
    )
    assert unpaid.exists()


def test_money_came_by_bank_and_in_the_clients_own_currencies() -> None:
    assert BankTransfer.objects.count() == 2
    found = StrayPayment.objects.filter(charge__bank_transfer__isnull=False)
    assert [each.matched_at is None for each in found.order_by("pk")] == [False, True]
    own = Charge.objects.filter(client__name="Fennel Harbor Foods", quote__isnull=False)
    paid = own.filter(state="succeeded")
    assert paid.filter(collection=None).exists(), "an invoice on a page"
    assert paid.exclude(collection=None).exists(), "a week by itself"
    assert Quote.objects.filter(state="replaced", organization__currency="USD").exists()


def test_ben_has_money_in_all_four_stages_and_an_offer_to_answer() -> None:
    ben = Organization.objects.get(name="Ben Okafor")
    stages = stages_of(ben, at=NOW)

    for money in (stages.in_review, stages.pending, stages.available, stages.paid_out_this_year):
        assert money.amount > 100
    assert Contract.objects.filter(freelancer=ben, state=Contract.State.OFFERED).count() == 2
    assert Invoice.objects.filter(issuer=ben, state=Invoice.State.RETURNED).count() == 1
    waiting = {Payout.State.REQUESTED, Payout.State.SENT}
    assert waiting <= set(ben.payouts.values_list("state", flat=True))


def test_banks_and_withdrawals_are_of_every_kind() -> None:
    assert Payout.objects.filter(speed=Payout.Speed.INSTANT, state=Payout.State.PAID).exists()
    found = set(PayoutMethod.objects.values_list("state", flat=True))
    assert found == {"named", "doubted", "refused"}
    assert Payee.objects.filter(is_ready=False, stopped_at__isnull=False).exists()
    assert PaymentMethod.objects.filter(unusable_since__isnull=False).exists()


def test_everybody_who_is_listed_can_sign_in() -> None:
    for sign_in in signins.sign_ins():
        user = User.objects.get(email=sign_in.email)
        assert user.check_password(sign_in.password)
        assert user.name == sign_in.name
        assert user.is_staff != Organization.objects.of(user).exists()


def test_the_codes_that_are_shown_are_good() -> None:
    said = StringIO()
    call_command("demo_code", stdout=said)

    shown = dict(re.findall(r"^(\d{6}) .* (\S+@\S+)$", said.getvalue(), re.MULTILINE))
    assert set(shown.values()) == {
        "mia@countersign.example",
        "finn@countersign.example",
        "ben@okafor.example",
    }
    for code, email in shown.items():
        factor = Authenticator.objects.get(user__email=email)
        assert get_adapter().decrypt(factor.data["secret"])
        assert factor.wrap().validate_code(code)


def test_a_world_is_not_seeded_twice() -> None:
    with pytest.raises(CommandError, match="make demo-reset"):
        call_command("seed")


def test_a_copy_has_all_that_the_year_has_and_its_books_balance() -> None:
    """The last one here: what it copies is committed."""
    with as_the_owner() as cursor:  # and no transaction of ours reads what is emptied meanwhile
        cursor.execute("SELECT (SELECT count(*) FROM ledger_posting), count(*) FROM people_user")
        lines, people = cursor.fetchone()
        copy_world(cursor, people=2, volume=YEARS + 1)

    assert Posting.objects.count() == 2 * (YEARS + 1) * lines
    assert User.objects.count() == 2 * people
    assert unlike_its_postings() == []
    call_command("verify_books", stdout=StringIO())
    client = Organization.objects.get(pk=busiest("client"))
    member = Membership.objects.live().filter(organization=client).earliest("pk")
    browser = browser_of(member.user)
    browser.raise_request_exception = False  # The world's files lie in the folder of its fixture.
    found = {page.name for page in pages_of(browser, start="/home/")}
    assert found > {"home", "contract", "invoice", "records", "record", "payment", "disputes"}
