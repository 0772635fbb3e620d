"""Which customers are about to leave, and why."""

from churn_model.features import Customer
from churn_model.model import ChurnModel

__all__ = ["ChurnModel", "Customer"]
