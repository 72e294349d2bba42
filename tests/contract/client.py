"""The official library's way out, ended here: each request is judged, each answer too."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import stripe

from tests.contract.spec import ContractError, Spec

Answer = Callable[[str, dict[str, Any]], tuple[int, dict[str, Any]]]


class ContractClient(stripe.HTTPClient):  # type: ignore[misc] # the library types it loosely
    """Hands (operation, parameters) to *answer*; refuses what the document does not allow."""

    name = "contract"

    def __init__(self, spec: Spec, answer: Answer, *, judge_answers: bool = True) -> None:
        super().__init__()
        self.spec, self.answer, self.judge_answers = spec, answer, judge_answers
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def request(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[str, int, dict[str, str]]:
        route, params = self.spec.check_request(method, url, post_data)
        sent = {name.lower(): value for name, value in dict(headers).items()}
        if route.method == "post" and not sent.get("idempotency-key"):
            raise ContractError(f"POST {route.template} without an idempotency key")
        if sent.get("stripe-version") != self.spec.version:
            raise ContractError(f"API version {sent.get('stripe-version')} is not the pinned one")
        name = route.operation["operationId"]
        self.calls.append((name, params))
        status, body = self.answer(name, params)
        if self.judge_answers:
            self.spec.check_answer(route, status, body)
        return json.dumps(body), status, {"Request-Id": "req_contract"}

    def close(self) -> None:
        """Nothing is open."""
