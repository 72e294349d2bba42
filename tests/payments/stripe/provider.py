"""The provider at the other end of the contract: answers what a test laid out for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from payments.gateways.stripe.gateway import StripeGateway
from tests.contract.client import ContractClient, Heard
from tests.contract.examples import example
from tests.contract.spec import published

Body = dict[str, Any]
Answers = Mapping[str, Body | tuple[int, Body] | Exception]


class Provider:
    """*answers* by the name of the operation: a body, a status with a body, or a fault."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.client = ContractClient(published(), self._answer)
        self.gateway = StripeGateway(self.client)

    @property
    def heard(self) -> list[Heard]:
        return self.client.heard

    @property
    def last(self) -> Heard:
        return self.client.heard[-1]

    def _answer(self, operation: str, _params: Body) -> tuple[int, Body]:
        answer = self.answers[operation]
        if isinstance(answer, Exception):
            raise answer
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        if body.get("object") == "list":
            body = {**body, "url": self.last.path}
        return status, body


def made(name: str, **facts: Any) -> Body:
    return example(published(), name, **facts)


def asked(answers: Answers, ask: Callable[[StripeGateway], Any]) -> tuple[Any, Provider]:
    """Return what the gateway makes of *answers*, and the provider that heard the question."""
    provider = Provider(answers)
    return ask(provider.gateway), provider
