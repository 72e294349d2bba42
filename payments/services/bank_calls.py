"""The calls by which a client's bank is answered, and what follows from their answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from payments.gateways.base import DisputeState, Evidence, Gateway, GatewayError
from payments.models import GatewayCommand
from payments.services import answering, evidence_files

Params = dict[str, Any]


def submit_evidence(gateway: Gateway, params: Params, key: str) -> DisputeState:
    shown = Evidence(params["texts"], params["files"])
    return gateway.submit_evidence(params["dispute"], shown, submit=params["submit"], key=key)


def answer_refused(command: GatewayCommand, refusal: GatewayError, at: datetime) -> object:
    """The bank was not reached in time, or had decided: somebody has to look."""
    return answering.refused(command, problem=str(refusal), at=at)


def paper_kept(command: GatewayCommand, kept_as: str, at: datetime) -> str:
    evidence_files.kept(command, kept_as, at=at)
    return kept_as


def paper_refused(command: GatewayCommand, refusal: GatewayError, at: datetime) -> object:
    evidence_files.refused(command, problem=str(refusal), at=at)
    return answering.paper_refused(command, problem=str(refusal), at=at)
