"""What people call a family of models, without importing what it learns with."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: Mapping[str, str | Promise] = {
    "expert": _("Expert scorecard"),
    "woe": _("WoE scorecard"),
    "glass_box": _("Glass box"),
    "boosting": _("XGBoost"),
    "blend": _("Blend"),
    "ebm": _("Explainable boosting (EBM)"),
    "stumps": _("Boosted stumps"),
    "logistic": _("Logistic regression"),
    "sgd": _("Linear model by gradient descent"),
    "tree": _("Decision tree"),
    "forest": _("Random forest"),
    "balanced_forest": _("Balanced random forest"),
    "extra_trees": _("Extra trees"),
    "adaboost": _("AdaBoost"),
    "gradient_boosting": _("Gradient boosting"),
    "light_gbm": _("LightGBM"),
    "naive_bayes": _("Naive Bayes"),
    "neural": _("Neural network"),
    "stacking": _("Stacking"),
}


def family_words(name: str) -> str:
    """A family that is newer than this table is called by its file."""
    return str(NAMES.get(name, name.replace("_", " ")))
