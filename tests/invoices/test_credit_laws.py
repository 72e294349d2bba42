"""What the database refuses of credit notes and write-offs, and what the laws find all the same."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from invoices import credit_laws
from invoices.services import correcting, crediting, invoicing, writing_off
from invoices.services.correcting import Correction
from tests import given
from tests.corruption import laws_of, silent_laws
from tests.given import EUR, NOON, days
from tests.invoices.books import assert_every_law_holds

LATER = NOON + days(2)


def everything() -> None:
    """An invoice credited in part, one corrected, one written off."""
    alice = given.person("alice", country="AT")
    bob = given.person("bob", kind="freelancer", country="NO")
    berta = given.member(bob, "Berta", role="finance")
    paid = given.paid_invoice(client=alice, freelancer=bob)
    crediting.credit(
        paid.pk, amounts={paid.lines.get().pk: EUR("200.00")}, reason="Less", by=bob, at=LATER
    )
    wrong = given.paid_invoice(client=alice, freelancer=bob)
    correcting.reissue(wrong.pk, Correction("PO-1", {}), reason="No PO", by=bob, at=LATER)
    owed = given.owed_invoice(client=alice, freelancer=bob)
    invoicing.approve(owed.pk, by=alice, at=NOON)
    asked = writing_off.ask(owed.pk, reason="Bankrupt", by=bob, at=LATER)
    writing_off.confirm(asked.pk, by=berta, at=LATER)
    given.jobs_done(at=LATER)


ILLEGAL = {
    "a credit note is of another sum": "UPDATE invoices_creditnote SET net = net + 1,"
    " gross = gross + 1",
    "a credit note says something else": "UPDATE invoices_creditnote SET frozen = '{}'",
    "a credit note has another number": "UPDATE invoices_creditnote SET number = 'X'",
    "a credit note disappears": "DELETE FROM invoices_creditnote",
    "a credit note has no reason": "UPDATE invoices_creditnote SET reason = ''",
    "a line of a credit note changes": "UPDATE invoices_creditnoteline SET amount = amount - 1",
    "a line of a credit note disappears": "DELETE FROM invoices_creditnoteline",
    "more is credited than was billed": "INSERT INTO invoices_creditnoteline"
    " (credit_note_id, invoice_line_id, currency, amount, tax_treatment, tax_bps)"
    " SELECT max(n.id), min(l.invoice_line_id), 'EUR', 1000, 'outside', 0"
    " FROM invoices_creditnote n, invoices_creditnoteline l",
    "a fee credit is of another sum": "UPDATE invoices_feecreditnote SET net = net + 1,"
    " gross = gross + 1",
    "a fee credit note disappears": "DELETE FROM invoices_feecreditnote",
    "more of a fee goes back than was billed": "INSERT INTO invoices_feecreditnote"
    " SELECT (json_populate_record(f, json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ',"
    " 'number', null, 'series', null, 'series_year', null, 'place', null, 'issued_at', null,"
    " 'frozen', null, 'verification_code', null, 'pdf_id', null, 'cause', 'x', 'net', 1000,"
    " 'gross', 1000 + tax))).* FROM invoices_feecreditnote f LIMIT 1",
    "a paid invoice is written off": "UPDATE invoices_invoice SET state = 'written_off'"
    " WHERE state = 'paid'",
    "a credited invoice is paid again": "UPDATE invoices_invoice SET state = 'paid'"
    " WHERE state = 'credited'",
    "a write-off is born confirmed": "INSERT INTO invoices_writeoff"
    " SELECT (json_populate_record(w, json_build_object('id', 999999, 'ref', 'ZZZZZZZZZZZZ'))).*"
    " FROM invoices_writeoff w LIMIT 1",
    "a confirmed write-off is asked again": "UPDATE invoices_writeoff SET state = 'asked'",
    "one person writes it off": "UPDATE invoices_writeoff SET answered_by_id = asked_by_id",
}


@pytest.mark.django_db
def test_the_database_refuses_what_must_never_be_true() -> None:
    everything()
    allowed = []

    for deed, statement in ILLEGAL.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                allowed.append((deed, f"{cursor.rowcount} rows"))
        except DatabaseError:
            continue

    assert allowed == []
    assert_every_law_holds()


CORRUPTED = {
    "invoices.credited_lines_add_up": "UPDATE invoices_creditnoteline SET amount = amount - 1",
    "invoices.credited_invoices_have_nothing_left": "UPDATE invoices_creditnote"
    " SET gross = gross - 1, net = net - 1 WHERE NOT moves_money",
    "invoices.credit_notes_are_in_the_books": "UPDATE invoices_creditnote"
    " SET to_credit = to_credit + 1 WHERE moves_money",
    "invoices.fees_given_back_are_credited": "DELETE FROM invoices_feecreditnote",
    "invoices.corrections_ask_the_same": "UPDATE invoices_invoice"
    " SET gross = gross + 1, tax = tax + 1 WHERE corrects_id IS NOT NULL",
    "invoices.credit_notes_say_their_sums": "UPDATE invoices_feecreditnote SET tax = tax + 1,"
    " gross = gross + 1",
    "invoices.write_offs_are_their_last_change": "UPDATE invoices_writeoff SET state = 'refused'",
}


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_each_law_names_the_row_that_somebody_corrupted() -> None:
    everything()

    assert silent_laws(CORRUPTED) == []
    assert_every_law_holds()


def test_every_law_is_broken_here() -> None:
    assert laws_of(credit_laws.__name__) == set(CORRUPTED)
