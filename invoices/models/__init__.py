from invoices.models.allocation import Allocation
from invoices.models.approval import Approval
from invoices.models.budget import Budget, BudgetAlert
from invoices.models.contract import Contract, ContractChange
from invoices.models.credit_note import CreditNote, CreditNoteLine, FeeCreditNote
from invoices.models.delivery import Delivery
from invoices.models.dormancy import DormancyNotice
from invoices.models.expense import Expense
from invoices.models.fee_invoice import FeeInvoice
from invoices.models.hourly_terms import RateVersion, WeeklyLimit
from invoices.models.invoice import Invoice, InvoiceChange
from invoices.models.invoice_template import InvoiceTemplate
from invoices.models.late_fee import LateFee, LateFeePolicy
from invoices.models.line import InvoiceLine, InvoiceTax
from invoices.models.milestone import Milestone, MilestoneChange
from invoices.models.part_entry import PartEntry
from invoices.models.project import Project, ProjectChange
from invoices.models.rate_proposal import RateProposal, RateProposalChange
from invoices.models.receipt import Receipt
from invoices.models.refund_request import RefundRequest, RefundRequestChange
from invoices.models.retainer import RetainerPeriod, RetainerTerms
from invoices.models.time_entry import TimeEntry
from invoices.models.timer import Timer
from invoices.models.week import Week, WeekChange
from invoices.models.write_off import WriteOff, WriteOffChange

__all__ = [
    "Allocation",
    "Approval",
    "Budget",
    "BudgetAlert",
    "Contract",
    "ContractChange",
    "CreditNote",
    "CreditNoteLine",
    "Delivery",
    "DormancyNotice",
    "Expense",
    "FeeCreditNote",
    "FeeInvoice",
    "Invoice",
    "InvoiceChange",
    "InvoiceLine",
    "InvoiceTax",
    "InvoiceTemplate",
    "LateFee",
    "LateFeePolicy",
    "Milestone",
    "MilestoneChange",
    "PartEntry",
    "Project",
    "ProjectChange",
    "RateProposal",
    "RateProposalChange",
    "RateVersion",
    "Receipt",
    "RefundRequest",
    "RefundRequestChange",
    "RetainerPeriod",
    "RetainerTerms",
    "TimeEntry",
    "Timer",
    "Week",
    "WeekChange",
    "WeeklyLimit",
    "WriteOff",
    "WriteOffChange",
]
