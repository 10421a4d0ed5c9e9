from scoring.models.challengers import ChallengerLook, ShadowScore, SplitTest
from scoring.models.charge import Championship, ModelRequest
from scoring.models.dataset import DatasetChunk, DatasetEvidence, LeakageAcceptance
from scoring.models.evidence import ModelEvidence, ProductEconomics
from scoring.models.history import (
    Dataset,
    LoanImport,
    OutcomeDefinition,
    PastApplication,
    PastApplicationProtected,
    Performance,
)
from scoring.models.intake import DictionaryDraft, LoanUpload, LoanUploadPart
from scoring.models.inventory import InventoryEntry, ModelDocument, ValidityWarning
from scoring.models.monitoring import Alert, MonitoringFigure, MonitoringPlan, MonitoringRun
from scoring.models.pause import Pause
from scoring.models.product import DictionaryVersion, Product, ProductVersion
from scoring.models.score import Score, ScoreCall
from scoring.models.scoring_run import ScoringRun
from scoring.models.study import DatasetProtected, DatasetStudy
from scoring.models.tournament import TrainingStep, TrainingTrial
from scoring.models.training import Artifact, ModelVersion, TrainingRun, TrainingSchedule

__all__ = [
    "Alert",
    "Artifact",
    "ChallengerLook",
    "Championship",
    "Dataset",
    "DatasetChunk",
    "DatasetEvidence",
    "DatasetProtected",
    "DatasetStudy",
    "DictionaryDraft",
    "DictionaryVersion",
    "InventoryEntry",
    "LeakageAcceptance",
    "LoanImport",
    "LoanUpload",
    "LoanUploadPart",
    "ModelDocument",
    "ModelEvidence",
    "ModelRequest",
    "ModelVersion",
    "MonitoringFigure",
    "MonitoringPlan",
    "MonitoringRun",
    "OutcomeDefinition",
    "PastApplication",
    "PastApplicationProtected",
    "Pause",
    "Performance",
    "Product",
    "ProductEconomics",
    "ProductVersion",
    "Score",
    "ScoreCall",
    "ScoringRun",
    "ShadowScore",
    "SplitTest",
    "TrainingRun",
    "TrainingSchedule",
    "TrainingStep",
    "TrainingTrial",
    "ValidityWarning",
]
