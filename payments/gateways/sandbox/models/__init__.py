from payments.gateways.sandbox.models.accounts import (
    SandboxAccount,
    SandboxBank,
    SandboxLogin,
    SandboxOnboarding,
    SandboxPayout,
    SandboxTransfer,
)
from payments.gateways.sandbox.models.cash import SandboxCash
from payments.gateways.sandbox.models.disputes import (
    SandboxDispute,
    SandboxFile,
    SandboxWarning,
)
from payments.gateways.sandbox.models.payments import (
    SandboxCustomer,
    SandboxMethod,
    SandboxPayment,
    SandboxRefund,
    SandboxSession,
)
from payments.gateways.sandbox.models.plumbing import (
    SandboxBalanceLine,
    SandboxCall,
    SandboxEvent,
    SandboxHappening,
)
from payments.gateways.sandbox.models.trouble import SandboxTrouble

__all__ = [
    "SandboxAccount",
    "SandboxBalanceLine",
    "SandboxBank",
    "SandboxCall",
    "SandboxCash",
    "SandboxCustomer",
    "SandboxDispute",
    "SandboxEvent",
    "SandboxFile",
    "SandboxHappening",
    "SandboxLogin",
    "SandboxMethod",
    "SandboxOnboarding",
    "SandboxPayment",
    "SandboxPayout",
    "SandboxRefund",
    "SandboxSession",
    "SandboxTransfer",
    "SandboxTrouble",
    "SandboxWarning",
]
