"""Training: everything that imports scikit-learn, optbinning or XGBoost's learner.

Imported by the workers of the training queue and by commands, never while a request is served.
"""

from ml.training.compare import Comparison, Evaluation, compare
from ml.training.progress import Progress, silent
from ml.training.split import Split, split_rows, stratified_folds
from ml.training.tournament import Tournament, tournament, train
from ml.training.trained import Trained, TrainingRefused

__all__ = [
    "Comparison",
    "Evaluation",
    "Progress",
    "Split",
    "Tournament",
    "Trained",
    "TrainingRefused",
    "compare",
    "silent",
    "split_rows",
    "stratified_folds",
    "tournament",
    "train",
]
