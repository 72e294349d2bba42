from records.models.certificate import Certificate
from records.models.export import Export

__all__ = ["Certificate", "Export"]
