from payments.models.bank_transfer import BankDetails, BankTransfer
from payments.models.charge import Charge, ChargeChange
from payments.models.chargeback import Chargeback, ChargebackChange, ChargebackPart
from payments.models.collection import ChargeAttempt, Collection
from payments.models.currency_choice import CurrencyChoice
from payments.models.debt import Debt, DebtPayment, DebtWriteOff
from payments.models.escrow import Escrow, EscrowChange
from payments.models.evidence_file import EvidenceFile
from payments.models.exchange_rate import ExchangeRate
from payments.models.failed_method import FailedMethod
from payments.models.fraud_warning import FraudWarning
from payments.models.freeze import Freeze
from payments.models.gateway_command import GatewayCommand
from payments.models.gateway_event import GatewayEvent
from payments.models.house_rate import HouseRate
from payments.models.lot import Lot
from payments.models.open_item import OpenItem
from payments.models.payee import Payee, PayoutMethod, PayoutMethodChange
from payments.models.payer import Payer, PaymentMethod
from payments.models.payout import Payout, PayoutChange
from payments.models.payout_schedule import PayoutSchedule
from payments.models.promised_transfer import PromisedTransfer
from payments.models.quote import Quote, QuoteChange
from payments.models.quote_part import QuotePart
from payments.models.reconciliation import (
    GatewayCursor,
    ProviderLine,
    ReconciliationDifference,
    ReconciliationDifferenceChange,
)
from payments.models.refund import Refund, RefundChange
from payments.models.restriction import Restriction, RestrictionChange
from payments.models.settlement import Settlement
from payments.models.stake import Stake
from payments.models.stray import StrayPayment

__all__ = [
    "BankDetails",
    "BankTransfer",
    "Charge",
    "ChargeAttempt",
    "ChargeChange",
    "Chargeback",
    "ChargebackChange",
    "ChargebackPart",
    "Collection",
    "CurrencyChoice",
    "Debt",
    "DebtPayment",
    "DebtWriteOff",
    "Escrow",
    "EscrowChange",
    "EvidenceFile",
    "ExchangeRate",
    "FailedMethod",
    "FraudWarning",
    "Freeze",
    "GatewayCommand",
    "GatewayCursor",
    "GatewayEvent",
    "HouseRate",
    "Lot",
    "OpenItem",
    "Payee",
    "Payer",
    "PaymentMethod",
    "Payout",
    "PayoutChange",
    "PayoutMethod",
    "PayoutMethodChange",
    "PayoutSchedule",
    "PromisedTransfer",
    "ProviderLine",
    "Quote",
    "QuoteChange",
    "QuotePart",
    "ReconciliationDifference",
    "ReconciliationDifferenceChange",
    "Refund",
    "RefundChange",
    "Restriction",
    "RestrictionChange",
    "Settlement",
    "Stake",
    "StrayPayment",
]
