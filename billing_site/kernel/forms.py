"""Fields that turn words into values, strictly, and say in words what is wrong."""

from __future__ import annotations

import re
import unicodedata
import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from djmoney.money import Money

from billing_site.kernel.money import EXPONENTS, coin, is_movable, show

LARGEST_DIGITS = 9
# Thousands that are set apart: by what no fraction begins with, or more than once, or
# before a fraction that begins with another sign.
_GROUPED = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?P<apart>[.,'’\x20\u00a0\u202f])[0-9]{3}(?:(?P=apart)[0-9]{3})*)"
    r"(?:(?!(?P=apart))[.,](?P<part>[0-9]+))?",
    re.ASCII,
)
_THOUSANDTHS = 3  # places: a fraction is as long as what thousands set apart
# A thousand to one reader, and one to another.
TWO_MEANINGS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}", re.ASCII)
_NEGATIVE = re.compile(r"[-−][0-9][0-9.,]*", re.ASCII)
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_KEPT = {"\n", "\t", "\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}"}


def clean_text(value: str) -> str:
    """Drop what nobody typed: NUL, control and direction characters, odd line ends."""
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        char for char in value if char in _KEPT or unicodedata.category(char) not in _INVISIBLE
    )


class TextField(forms.CharField):
    """One line, or several with `lines=`; always plain text."""

    def __init__(self, *, lines: int = 1, max_length: int = 200, **options: Any) -> None:
        if lines > 1:
            options.setdefault("widget", forms.Textarea(attrs={"rows": lines}))
        if least := options.get("min_length"):
            hint = f"{options.get('help_text', '')} At least {least} characters."
            said = {"min_length": f"Write at least {least} characters."}
            options["help_text"] = hint.strip()
            options["error_messages"] = said | options.get("error_messages", {})
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(_without_nul(value)) or "").strip()


class TickField(forms.BooleanField):
    """A box that has to be ticked before anything is done."""

    default_error_messages = {"required": "Tick this box: nothing is done without it."}


class AmountField(forms.CharField):
    """A positive sum in one currency, as a person writes it: `1000`, `1000,50`, `1.234,56`.

    No signs, no exponents; thousands are set apart only where nothing else can be
    meant: `1,234` could be two sums and is refused, of dinars as well, which have three
    decimals: `1.234` is how they are shown. With `may_be_nothing` 0 is a sum, too.
    """

    def __init__(self, *, currency: str, may_be_nothing: bool = False, **options: Any) -> None:
        self.currency, self.may_be_nothing = currency, may_be_nothing
        places = EXPONENTS[currency]
        fraction = rf"(?:[.,][0-9]{{1,{places}}})?" if places else ""
        self.pattern = re.compile(rf"[0-9]{{1,{LARGEST_DIGITS}}}{fraction}", re.ASCII)
        widget = forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "data-currency": currency}
        )
        super().__init__(widget=widget, **options)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(_without_nul(value)) or ""
        if text in self.empty_values:
            return None
        places = EXPONENTS[self.currency]
        if places == _THOUSANDTHS and "," in text and TWO_MEANINGS.fullmatch(text):
            raise ValidationError(f"{_two_sums(text)}, or {text.replace(',', '.')}.")
        text = _without_groups(text, places=places)
        if not self.pattern.fullmatch(text):
            raise ValidationError(self._what_is_wrong(text))
        amount = Decimal(text.replace(",", "."))
        if not amount and not self.may_be_nothing:
            raise ValidationError("The sum has to be more than nothing.")
        return movable(Money(amount, self.currency))

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Money):
            return f"{value.amount:.{EXPONENTS[self.currency]}f}"
        return value

    def _what_is_wrong(self, text: str) -> str:
        if _NEGATIVE.fullmatch(text):
            return "Write the sum without a minus."
        if TWO_MEANINGS.fullmatch(text):
            return f"{_two_sums(text)}."
        example = f"{1250:.{EXPONENTS[self.currency]}f}"
        return f"Write the sum in {self.currency} in digits, such as {example}."


class UploadField(forms.FileField):
    """One file of at most *largest* bytes, which is asked before anybody reads it."""

    def __init__(self, *, largest: int, **options: Any) -> None:
        self.largest = largest
        super().__init__(**options)

    def to_python(self, data: Any) -> Any:
        sent = super().to_python(data)
        if sent and sent.size > self.largest:
            raise ValidationError(f"“{sent.name}” is larger than {self.largest // 1024**2} MB.")
        return sent


class ConsentForm(forms.Form):
    """A deed that costs something. It carries its own number, so that pressing twice does it once.

    Subclasses name what the person saw in `seen` (strings, by field name); the
    form travels with those facts and refuses when they are not true any more.
    """

    op_id = forms.UUIDField(widget=forms.HiddenInput)
    seen: dict[str, str]

    def __init__(
        self, data: Any = None, *, seen: dict[str, str] | None = None, **options: Any
    ) -> None:
        initial = {"op_id": uuid.uuid4(), **(options.pop("initial", None) or {})}
        super().__init__(data, initial={**initial, **(seen or {})}, **options)
        self.seen = seen or {}
        for name in self.seen:
            self.fields[name] = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if any(cleaned.get(name, "") != now for name, now in self.seen.items()):
            # Show the new facts when the form comes back, not the stale ones it was sent with.
            sent = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict or a dict
            for name, now in self.seen.items():
                sent[self.add_prefix(name)] = now
            self.data = sent
            raise ValidationError(
                "Something changed since you opened this page. Nothing was done: "
                "look at the figures again, then decide."
            )
        return cleaned


def movable(money: Money) -> Money:
    """Return *money* if it can be paid.

    :raises ValidationError: it has a part of the smallest coin that banks and cards move.
    """
    if not is_movable(money):
        least = show(coin(str(money.currency)))
        raise ValidationError(f"Banks and cards move {least} at least: end the sum with a 0.")
    return money


def _without_groups(text: str, *, places: int) -> str:
    """Return a sum without what sets its thousands apart, if they cannot be anything else."""
    grouped = _GROUPED.fullmatch(text)
    if grouped is None or (grouped["part"] and len(grouped["part"]) > places):
        return text
    if TWO_MEANINGS.fullmatch(text) and places:
        return text
    whole = grouped["whole"].replace(grouped["apart"], "")
    return f"{whole}.{grouped['part']}" if grouped["part"] else whole


def _two_sums(text: str) -> str:
    return f"“{text}” could mean two sums: write {re.sub('[.,]', '', text)} for thousands"


def _without_nul(value: Any) -> Any:
    return value.replace("\x00", "") if isinstance(value, str) else value


class FilterForm(forms.Form):
    """What the address asks for. A field that makes no sense says so, and narrows nothing."""

    q = TextField(required=False, max_length=100, label="Number, title or name")

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s")

    @property
    def search(self) -> forms.BoundField:
        return self["q"]

    @property
    def more(self) -> list[forms.BoundField]:
        """All but the search, which stands alone."""
        return [each for each in self.visible_fields() if each.name != "q"]

    @property
    def narrows(self) -> bool:
        """Whether one of `more` is filled in, or wrong."""
        return any(each.errors or each.value() for each in self.more)
