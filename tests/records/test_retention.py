"""Retention by rule: what is over goes, in batches, with a note; the books are never touched."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db.models import QuerySet

from billing_site.people.models import Invitation, SignIn, User
from billing_site.people.services import invitations, sign_ins
from billing_site.platform import clock, files, notices
from billing_site.platform.models import AuditEvent, Letter, Notice, Operation
from invoices.models import Invoice
from ledger.models import Entry, Posting
from ledger.queries.journal import journal
from records.models import Export, RetentionRun
from records.queries.retention import DUE, kept, rules
from records.queries.transactions import Asked
from records.services import exports, retaining
from tests import given
from tests.given import NOON, days
from tests.invoices._race import Deed, rounds
from tests.invoices.books import assert_every_law_holds

THE_BOOKS = {"ledger", "payments", "invoices", "disputes"}
YEARS = NOON + days(4_000)


@pytest.fixture
def past(alice: User, bob: User) -> None:
    """Something for every rule, and business that stays."""
    given.paid_invoice(client=alice, freelancer=bob)
    given.jobs_done(at=NOON, drawings=True)
    ours = given.organization(alice)
    notices.tell(users=[alice.pk], text="Something.", url="/", key="k", at=NOON)
    invitations.invite(
        ours.pk, email="zoe@example.org", role="viewer", spending_limit=None, by=alice, at=NOON
    )
    export = exports.request(ours, Asked(currency="EUR"), format_="csv", by=alice, at=NOON)
    exports.cancel(export.pk, by=alice, at=NOON)
    UserSession.objects.create(
        user=alice, ip="192.0.2.1", user_agent="x", session_key="s", last_seen_at=NOON
    )
    Session.objects.create(session_key="s", session_data="", expire_date=NOON - days(10_000))
    sign_ins.note(alice, address="192.0.2.1", agent="x", at=NOON)
    Operation.objects.create(
        user_id=alice.pk, deed="invoice.approve", op_id=uuid4(), subject="invoice/A", at=NOON
    )
    given.jobs_done(at=NOON, drawings=True)


def test_every_rule_says_why_and_none_is_about_the_books() -> None:
    assert {rule.name for rule in rules()} == set(DUE)
    for rule in rules():
        assert rule.reason.endswith(".")
        assert rule.basis
        assert rule.days >= 30
        assert DUE[rule.name](NOON).model._meta.app_label not in THE_BOOKS
    assert all(each.reason and each.basis for each in kept())


@pytest.mark.usefixtures("past")
def test_what_is_over_goes_and_the_books_stay() -> None:
    books, postings = journal(), Posting.objects.count()
    documents = dict(Invoice.objects.values_list("number", "frozen_sha256"))
    audit = AuditEvent.objects.count()
    assert Letter.objects.filter(sent_at__isnull=False).exists()

    run = retaining.sweep(at=YEARS)

    assert run
    assert set(run.erased) == {rule.name for rule in rules()}
    for left in (Letter, Notice, Invitation, Operation, Export, UserSession, Session, SignIn):
        assert not left.objects.exists(), left
    assert (journal(), Posting.objects.count()) == (books, postings)
    assert dict(Invoice.objects.values_list("number", "frozen_sha256")) == documents
    assert AuditEvent.objects.count() == audit
    assert run.kept["entries of the books"] == Entry.objects.count()
    assert_every_law_holds()


@pytest.mark.usefixtures("past")
def test_what_is_not_over_stays() -> None:
    before = Letter.objects.count()
    Session.objects.all().delete()  # It expired long ago.
    run = retaining.sweep(at=NOON + days(29))
    assert run
    assert (run.erased, Letter.objects.count()) == ({}, before)


@pytest.mark.usefixtures("past")
def test_a_day_is_swept_once_in_batches_and_goes_on_after_a_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retaining, "AT_ONCE", 1)
    letters = Letter.objects.count()
    RetentionRun.objects.create(ran_on=YEARS.date(), begun_at=YEARS, erased={"letters": 2})
    run = retaining.sweep(at=YEARS + timedelta(hours=1))
    assert run
    assert run.erased["letters"] == letters + 2  # with what the stopped one had done
    assert retaining.sweep(at=YEARS + timedelta(hours=2)) is None
    assert RetentionRun.objects.count() == 1


@pytest.mark.usefixtures("past")
def test_the_command_looks_first_and_erases_when_told() -> None:
    printed = StringIO()
    with clock.pinned(YEARS):
        call_command("retention", stdout=printed)
        assert "Nothing was erased" in printed.getvalue()
        assert "1 invitations: " in printed.getvalue()
        assert Invitation.objects.exists()
        call_command("retention", "--erase", stdout=printed)
    assert "'invitations': 1" in printed.getvalue()
    assert not Invitation.objects.exists()


def test_letters_stay_for_seven_years_after_theirs() -> None:
    """As copies of business letters do."""
    letters = next(rule for rule in rules() if rule.name == "letters")
    new_year = NOON.replace(month=1, day=1, hour=0)
    assert letters.cutoff(at=new_year.replace(year=new_year.year + 8)) <= new_year
    assert letters.words == "8 years"


@pytest.mark.usefixtures("past")
def test_a_rule_that_fails_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_before: datetime) -> QuerySet[Letter]:
        raise LookupError

    with monkeypatch.context() as broken:
        broken.setitem(DUE, "letters", fail)
        run = retaining.sweep(at=YEARS)
    assert run
    assert (run.finished_at, set(run.erased)) == (None, {rule.name for rule in rules()[1:]})
    assert Letter.objects.exists()

    mended = retaining.sweep(at=YEARS + timedelta(minutes=1))
    assert mended
    assert mended.finished_at
    assert not Letter.objects.exists()
    assert "letters" not in mended.kept  # which tells of what no rule is about


@pytest.mark.django_db(transaction=True)
def test_a_sweep_and_an_export_at_once() -> None:
    """What is over is counted once; the file is whole, and alone; who was cancelled has none."""
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    given.paid_invoice(client=alice, freelancer=bob)
    given.jobs_done(at=NOON, drawings=True)
    ours = given.organization(alice)
    ask = partial(exports.request, ours, Asked(currency="EUR"), format_="csv", by=alice, at=NOON)
    wanted, unwanted, letters = ask(), ask(), Letter.objects.count()
    exports.cancel(unwanted.pk, by=alice, at=NOON)
    deeds: list[Deed] = [
        *[partial(retaining.sweep, at=YEARS)] * 8,
        *[partial(exports.write_out, wanted.pk, at=YEARS)] * 6,
        *[partial(exports.write_out, unwanted.pk, at=YEARS)] * 2,
    ]

    for said in rounds(deeds):
        assert said == ["done"] * 16
        run = RetentionRun.objects.get()
        assert (run.erased["letters"], run.erased["exports"]) == (letters, 1)
        export = Export.objects.get()
        content = files.place_of(export.stored_as).read_bytes()
        assert hashlib.sha256(content).hexdigest() == export.sha256
        assert export.rows_done == len(content.splitlines()) - 1
    assert_every_law_holds()
