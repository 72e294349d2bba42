from __future__ import annotations

import uuid

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from djmoney.money import Money

from billing_site.kernel.forms import AmountField, ConsentForm, TextField, UploadField, clean_text
from disputes.forms.arbitration import AwardDocumentForm
from disputes.forms.cases import EvidenceForm
from invoices.forms.expenses import ExpenseForm
from invoices.forms.invoices import DeliveryForm
from records.forms.verification import PaperForm

HOSTILE = [
    "-5", "+5", "0", "0.00", "1e3", "1E3", "NaN", "nan", "Infinity", "∞", "１０", "1,000", "1.000",
    "1.000.00", "1,00,000", "0.001", "10.005", "1" * 10, "10" * 30, "1_000", "0x10", "12 34",
    "1 0", "--1", "1-", "1.", ".5", ",5", "1..2", "1.2.3", "$5", "5€", "EUR 5", "5 EUR", "٣", "½",
    "1/2", "5%", "=5", "5;5", "5\n5", "5\t5", "1’00", "1.234,567", "", " ", "null", "None", "true",
    "[]", "{}", "<b>5</b>", "5--", "\u202e5", "5\u200b.5", "1e-3", "0b1", "0o7", "1j", "5,", "0,00",
]  # fmt: skip


class UnreadFile(SimpleUploadedFile):
    """One that says how large it is, and may not be read."""

    def read(self, *_arguments: object) -> bytes:
        raise AssertionError("It was read before its size was looked at.")


class OneFile(forms.Form):
    file = UploadField(largest=1024**2)


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    for size, is_fine in ((1024**2, True), (1024**2 + 1, False)):
        file = UnreadFile("award.pdf", b"")
        file.size = size
        form = OneFile({}, MultiValueDict({"file": [file]}))
        assert form.is_valid() == is_fine
    assert form.errors["file"] == ["“award.pdf” is larger than 1 MB."]


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (AwardDocumentForm, "document"),
        (EvidenceForm, "file"),
        (ExpenseForm, "receipt"),
        (DeliveryForm, "attachments"),
        (PaperForm, "file"),
    ],
)
def test_every_upload_is_asked_for_its_size(form: type[forms.Form], name: str) -> None:
    file = UnreadFile("large.pdf", b"")
    file.size = 10 * 1024**2 + 1
    with pytest.raises(ValidationError, match="larger than 10 MB"):
        form.base_fields[name].clean(file)


class OneAmount(forms.Form):
    amount = AmountField(currency="EUR")


@pytest.mark.parametrize("words", HOSTILE)
def test_what_is_no_plain_sum_is_refused_in_words(words: str) -> None:
    form = OneAmount({"amount": words})
    assert not form.is_valid()
    assert form.errors["amount"]


@pytest.mark.parametrize(
    ("words", "sum_"),
    [
        ("1000", "1000.00"), ("1000.5", "1000.50"), ("1000,50", "1000.50"), (" 7 ", "7"),
        ("1.234,56", "1234.56"), ("1,234.5", "1234.50"), ("1 234,56", "1234.56"),
        ("1’234", "1234.00"), ("1,234,567", "1234567.00"), ("1.234.567,8", "1234567.80"),
    ],
)  # fmt: skip
def test_a_plain_sum_is_understood(words: str, sum_: str) -> None:
    form = OneAmount({"amount": words})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == Money(sum_, "EUR")


def test_a_refused_sum_says_what_is_wrong_with_it() -> None:
    said = {words: OneAmount({"amount": words}).errors["amount"][0] for words in ("1,000", "-5")}
    assert said["1,000"] == "“1,000” could mean two sums: write 1000 for thousands."
    assert said["-5"] == "Write the sum without a minus."


def test_yen_have_no_fraction_and_dinars_have_three_places() -> None:
    assert AmountField(currency="KWD").clean("1.230") == Money("1.230", "KWD")
    with pytest.raises(forms.ValidationError, match="at least: end the sum with a 0"):
        AmountField(currency="KWD").clean("1.234")
    with pytest.raises(forms.ValidationError):
        AmountField(currency="JPY").clean("1.5")
    assert AmountField(currency="JPY").clean("1,234") == Money(1234, "JPY")
    assert AmountField(currency="KWD").clean("1.234,560") == Money("1234.560", "KWD")
    assert AmountField(currency="KWD").clean("1,23") == Money("1.230", "KWD")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("1,230", "“1,230” could mean two sums: write 1230 for thousands, or 1.230."),
        ("250,000", "“250,000” could mean two sums: write 250000 for thousands, or 250.000."),
    ],
)
def test_a_comma_before_three_digits_of_dinars_could_mean_two_sums(words: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        AmountField(currency="KWD").clean(words)
    assert refused.value.messages == [said]


def test_text_loses_what_nobody_typed() -> None:
    assert clean_text("a\x00b\r\nc\u202ed\x1b") == "ab\ncd"
    assert TextField().clean("  Søren \x00 ") == "Søren"


def consent(seen: str, sent: str) -> ConsentForm:
    data = QueryDict(mutable=True)
    data.update({"op_id": str(uuid.uuid4()), "price": sent})
    return ConsentForm(data, seen={"price": seen})


def test_consent_is_to_what_was_seen() -> None:
    assert consent("EUR 10", "EUR 10").is_valid()


def test_consent_to_something_else_is_refused_and_shows_the_new_facts() -> None:
    form = consent("EUR 12", "EUR 10")
    assert not form.is_valid()
    assert "changed since you opened this page" in str(form.non_field_errors())
    assert 'value="EUR 12"' in str(form["price"])
