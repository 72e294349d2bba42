"""Answering a payer's bank. It can be done once: what is submitted is final."""

from __future__ import annotations

import io
from typing import Any

from payments.gateways.base import DisputeState, Evidence, InvalidRequest, Paper
from payments.gateways.papers import refuse_unread
from payments.gateways.stripe import shown
from payments.gateways.stripe.connection import once

MOST_LETTERS = 150_000  # in all texts together


def keep(api: Any, paper: Paper, *, key: str) -> str:
    """Have the provider keep *paper*, and return under which name. Nobody is shown it yet.

    :raises InvalidRequest: it is of a kind or a size that banks do not read.
    """
    refuse_unread(paper)
    content = io.BytesIO(paper.content)
    content.name = paper.name  # What the library sends as the file's name.
    params = {"purpose": "dispute_evidence", "file": content}
    return str(api.files.create(params=params, options=once(key)).id)


def answer(api: Any, dispute: str, e: Evidence, *, submit: bool, key: str) -> DisputeState:
    """Put *e* beside what is there already; with *submit*, send it to the bank.

    Files are given by the ids under which the provider keeps them.

    :raises InvalidRequest: the texts are longer than the bank reads.
    """
    if sum(map(len, e.texts.values())) > MOST_LETTERS:
        raise InvalidRequest(
            f"The texts are longer than {MOST_LETTERS} letters together.", param="evidence"
        )
    params: dict[str, object] = {"submit": submit, "metadata": {"command": key}}
    if evidence := {**e.texts, **e.files}:
        params["evidence"] = evidence
    return shown.dispute(api.disputes.update(dispute, params=params, options=once(key)))


def accept(api: Any, dispute: str, *, key: str) -> DisputeState:
    return shown.dispute(api.disputes.close(dispute, options=once(key)))
