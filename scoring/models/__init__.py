from scoring.models.charge import Championship, PromotionRequest
from scoring.models.history import (
    Dataset,
    LoanImport,
    OutcomeDefinition,
    PastApplication,
    PastApplicationProtected,
    Performance,
)
from scoring.models.product import DictionaryVersion, Product, ProductVersion
from scoring.models.scoring_run import ScoringRun
from scoring.models.training import Artifact, ModelVersion, TrainingRun, TrainingSchedule

__all__ = [
    "Artifact",
    "Championship",
    "Dataset",
    "DictionaryVersion",
    "LoanImport",
    "ModelVersion",
    "OutcomeDefinition",
    "PastApplication",
    "PastApplicationProtected",
    "Performance",
    "Product",
    "ProductVersion",
    "PromotionRequest",
    "ScoringRun",
    "TrainingRun",
    "TrainingSchedule",
]
