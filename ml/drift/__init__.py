"""Whether what comes in today is still what a model was made for.

`baseline_of` fixes bins and counts when a model is made; everything else compares with it:
PSI and CSI, Kolmogorov-Smirnov, Jensen-Shannon, shares missing and new, with levels that know
how many rows were looked at. Pure numpy and scipy; floats are evidence, never a decision's input.
"""

from ml.drift.alarms import Level, Levels, Standing, level_of, standing_after
from ml.drift.baseline import Baseline, FieldBaseline, baseline_of
from ml.drift.bins import MISSING, NEW, Bins
from ml.drift.calibration import Calibrated, calibrated, rate_interval
from ml.drift.csi import FieldDrift, field_drift
from ml.drift.js import jensen_shannon
from ml.drift.ks import ks_from_quantiles, ks_two_sample
from ml.drift.look import Figure
from ml.drift.psi import psi, psi_levels, psi_parts, psi_quantile
from ml.drift.tally import Tally
from ml.drift.vintages import Vintage, vintages

__all__ = [
    "MISSING",
    "NEW",
    "Baseline",
    "Bins",
    "Calibrated",
    "FieldBaseline",
    "FieldDrift",
    "Figure",
    "Level",
    "Levels",
    "Standing",
    "Tally",
    "Vintage",
    "baseline_of",
    "calibrated",
    "field_drift",
    "jensen_shannon",
    "ks_from_quantiles",
    "ks_two_sample",
    "level_of",
    "psi",
    "psi_levels",
    "psi_parts",
    "psi_quantile",
    "rate_interval",
    "standing_after",
    "vintages",
]
