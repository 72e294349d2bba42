from invoices.models.contract import Contract, ContractChange
from invoices.models.delivery import Delivery
from invoices.models.fee_invoice import FeeInvoice
from invoices.models.invoice import Invoice, InvoiceChange
from invoices.models.line import InvoiceLine
from invoices.models.milestone import Milestone, MilestoneChange

__all__ = [
    "Contract",
    "ContractChange",
    "Delivery",
    "FeeInvoice",
    "Invoice",
    "InvoiceChange",
    "InvoiceLine",
    "Milestone",
    "MilestoneChange",
]
