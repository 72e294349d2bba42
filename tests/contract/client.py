"""The official library's way out, ended here: each request is judged, each answer too."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import stripe

from tests.contract.spec import ContractError, Spec

Answer = Callable[[str, dict[str, Any]], tuple[int, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Heard:
    """A call as it arrived there."""

    operation: str
    params: dict[str, Any]
    key: str
    account: str
    path: str


class ContractClient(stripe.HTTPClient):
    """Hands (operation, parameters) to *answer*; refuses what the document does not allow."""

    name = "contract"

    def __init__(self, spec: Spec, answer: Answer, *, judge_answers: bool = True) -> None:
        super().__init__()
        self.spec, self.answer, self.judge_answers = spec, answer, judge_answers
        self.heard: list[Heard] = []

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        route, params = self.spec.check_request(method, url, post_data)
        sent = {name.lower(): value for name, value in dict(headers or {}).items()}
        if route.method == "post" and not sent.get("idempotency-key"):
            raise ContractError(f"POST {route.template} without an idempotency key")
        if sent.get("stripe-version") != self.spec.version:
            raise ContractError(f"API version {sent.get('stripe-version')} is not the pinned one")
        name = route.operation["operationId"]
        key, account = sent.get("idempotency-key", ""), sent.get("stripe-account", "")
        self.heard.append(Heard(name, params, key, account, urlsplit(url).path))
        status, body = self.answer(name, params)
        if self.judge_answers:
            self.spec.check_answer(route, status, body)
        return json.dumps(body), status, {"Request-Id": "req_contract"}

    def close(self) -> None:
        """Nothing is open."""

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0
