"""Training: everything that imports scikit-learn, optbinning or XGBoost's learner.

Imported by the workers of the training queue and by commands, never while a request is served.
"""

from ml.training.compare import Comparison, compare
from ml.training.evaluation import Evaluation, Judge
from ml.training.judged import Judged
from ml.training.loan_data import LoanData
from ml.training.plan import Plan
from ml.training.progress import Progress, silent
from ml.training.split import Split, split_again, split_rows, stratified_folds
from ml.training.steps import MemoryStore, Step, StepStore, Unwatched, Watch
from ml.training.tournament import Tournament, tournament, train
from ml.training.trained import Trained, TrainingRefused

__all__ = [
    "Comparison",
    "Evaluation",
    "Judge",
    "Judged",
    "LoanData",
    "MemoryStore",
    "Plan",
    "Progress",
    "Split",
    "Step",
    "StepStore",
    "Tournament",
    "Trained",
    "TrainingRefused",
    "Unwatched",
    "Watch",
    "compare",
    "silent",
    "split_again",
    "split_rows",
    "stratified_folds",
    "tournament",
    "train",
]
