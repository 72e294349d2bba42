from records.models.certificate import Certificate
from records.models.collective import CollectiveStatement
from records.models.export import Export
from records.models.retention_run import RetentionRun
from records.models.round import Round
from records.models.summary_choice import SummaryChoice

__all__ = ["Certificate", "CollectiveStatement", "Export", "RetentionRun", "Round", "SummaryChoice"]
