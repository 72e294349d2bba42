"""What commands are told, read as strictly as what forms are."""

from __future__ import annotations

from argparse import ArgumentTypeError

from django.core.exceptions import ValidationError

from billing_site.kernel.forms import AmountField
from billing_site.kernel.money import EXPONENTS, Money


def sum_of(text: str, *, may_be_nothing: bool = False) -> Money:
    """Read a sum such as `EUR:495.00`.

    :raises ArgumentTypeError: it is none, in words for who typed it.
    """
    currency, _, digits = text.partition(":")
    if currency not in EXPONENTS:
        raise ArgumentTypeError(f"{text}: write it as EUR:495.00")
    try:
        read: Money = AmountField(currency=currency, may_be_nothing=may_be_nothing).clean(digits)
    except ValidationError as problem:
        raise ArgumentTypeError(problem.messages[0]) from problem
    return read
