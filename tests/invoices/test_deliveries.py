"""What is handed in: words, files, and who may read them."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform.models import File, Letter, Notice
from invoices.models import Delivery, Invoice, Milestone
from invoices.services import invoicing
from invoices.services.invoicing import Upload
from tests import given
from tests.given import NOON, days
from tests.signing_in import session_of

NOTES = Upload("notes.txt", b"See page 3.", "text/plain")


def test_a_delivery_keeps_its_words_and_files(milestone: Milestone, bob: User) -> None:
    invoicing.deliver(milestone.pk, message="All of it.", uploads=[NOTES], by=bob, at=NOON)

    delivery = Delivery.objects.get()
    assert (delivery.message, delivery.round, delivery.by) == ("All of it.", 1, bob)
    assert [file.name for file in delivery.files.all()] == ["notes.txt"]


def test_each_round_has_its_delivery(alice: User, bob: User) -> None:
    invoice = given.returned_invoice(client=alice, freelancer=bob)
    invoicing.submit(invoice.pk, message="Darker.", uploads=[NOTES], by=bob, at=NOON + days(1))

    rounds = Delivery.objects.order_by("round").values_list("round", "message")
    assert list(rounds) == [(1, "All final files."), (2, "Darker.")]
    assert Invoice.objects.get().round == 2


def test_the_same_form_delivers_once(milestone: Milestone, bob: User) -> None:
    form = uuid4()
    for _ in range(2):
        invoicing.deliver(
            milestone.pk, message="Done.", uploads=[NOTES], by=bob, at=NOON, op_id=form
        )

    assert Delivery.objects.count() == File.objects.count() == 1


@pytest.mark.parametrize(
    "upload",
    [
        Upload("page.html", b"<script>1</script>", "text/html"),
        Upload("picture.png", b"<html>", "image/png"),
        Upload("empty.txt", b"", "text/plain"),
        Upload("run.exe", b"MZ", "application/octet-stream"),
    ],
)
def test_a_file_that_we_do_not_keep_delivers_nothing(
    upload: Upload, milestone: Milestone, bob: User
) -> None:
    with pytest.raises(NotAllowed):
        invoicing.deliver(milestone.pk, message="Done.", uploads=[upload], by=bob, at=NOON)

    assert Invoice.objects.count() == Delivery.objects.count() == File.objects.count() == 0


def test_nothing_said_is_nothing_delivered(milestone: Milestone, bob: User) -> None:
    with pytest.raises(NotAllowed, match="Say what you deliver"):
        invoicing.deliver(milestone.pk, message="  ", by=bob, at=NOON)
    assert Invoice.objects.count() == 0


def test_both_sides_read_the_files_and_nobody_else(
    milestone: Milestone, alice: User, bob: User, charlie: User
) -> None:
    invoicing.deliver(milestone.pk, message="Done.", uploads=[NOTES], by=bob, at=NOON)
    url = File.objects.get().get_absolute_url()

    assert session_of(alice).get(url).status_code == 200
    assert session_of(bob).get(url).status_code == 200
    assert session_of(charlie).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_delivering_by_the_page(milestone: Milestone, alice: User, bob: User) -> None:
    client = session_of(bob)
    url = reverse("milestone-delivery", args=[milestone.ref])
    form = client.get(url).context["form"]
    sent = {name: form[name].value() for name in ["op_id", *form.seen]} | {
        "message": "All of it.",
        "attachments": [
            SimpleUploadedFile("a.txt", b"one", "text/plain"),
            SimpleUploadedFile("b.txt", b"two", "text/plain"),
        ],
    }

    assert client.post(url, sent).status_code == 302

    assert sorted(File.objects.values_list("name", flat=True)) == ["a.txt", "b.txt"]
    letter = Letter.objects.get(email=alice.email, key__contains="/submitted/")
    assert letter.subject == "€1,000.00 for “Logo, final files” waits for your approval"
    assert "All of it." in letter.text
    assert "Without an answer it counts as approved" in letter.text
    assert Notice.objects.filter(user_id=alice.pk, text=letter.subject).exists()


def test_a_refused_file_is_said_on_the_page(milestone: Milestone, bob: User) -> None:
    client = session_of(bob)
    url = reverse("milestone-delivery", args=[milestone.ref])
    form = client.get(url).context["form"]
    sent = {name: form[name].value() for name in ["op_id", *form.seen]} | {
        "message": "All of it.",
        "attachments": BytesIO(b"MZ"),
    }

    answer = client.post(url, sent)

    assert answer.status_code == 422
    assert "Nothing was delivered" in answer.content.decode()
    assert Invoice.objects.count() == 0
