"""Every address that the resolver knows, whoever brought it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, reverse
from django.urls.converters import IntConverter
from django.urls.resolvers import RoutePattern


@dataclass(frozen=True, slots=True)
class Url:
    """An address by its name, such as `invoice` or `admin:invoices_invoice_change`."""

    name: str
    parameters: tuple[str, ...]
    numbers: frozenset[str]  # parameters that take digits only

    def at(self, **values: str) -> str:
        wanted = {name: values[name] for name in self.parameters}
        return reverse(self.name, kwargs=wanted)


def every_url(resolver: URLResolver) -> list[Url]:
    found = {url.name: url for url in _walk(resolver, "", (), frozenset())}
    return [found[name] for name in sorted(found)]


def _walk(
    resolver: URLResolver, prefix: str, parameters: tuple[str, ...], numbers: frozenset[str]
) -> Iterator[Url]:
    for pattern in resolver.url_patterns:
        taken = (*parameters, *_parameters(pattern))
        digits = numbers | _numbers(pattern)
        if isinstance(pattern, URLResolver):
            deeper = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _walk(pattern, deeper, taken, digits)
        else:
            yield Url(_name(pattern, prefix), taken, digits)


def _name(pattern: URLPattern, prefix: str) -> str:
    """A pattern without a name is named by its route: it has to be declared as well."""
    return f"{prefix}{pattern.name or pattern.pattern}"


def _parameters(pattern: URLPattern | URLResolver) -> tuple[str, ...]:
    return tuple(pattern.pattern.regex.groupindex)


def _numbers(pattern: URLPattern | URLResolver) -> frozenset[str]:
    if not isinstance(pattern.pattern, RoutePattern):
        return frozenset()
    converters = pattern.pattern.converters.items()
    return frozenset(name for name, each in converters if isinstance(each, IntConverter))
