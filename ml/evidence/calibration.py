"""How honest the PDs are, and how well the points rank: what most charts of a model show."""

from typing import Any

import numpy as np

from ml import metrics
from ml.evidence.subject import Subject, auc_of, interval
from ml.reject_inference import line_of

SCHEMA = "assay.evidence.calibration/1"
TENTHS = 10
CURVE = 100
BINS = 24


def calibration(subject: Subject) -> dict[str, Any]:
    """Reliability by tenths of PD, the line of recalibration, ROC, points by outcome, gain."""
    bad, pd = subject.bad, subject.pd
    line = line_of(np.rint(_log_odds(pd) * 1_000).astype(np.int64), bad)
    return {
        "schema": SCHEMA,
        "n": int(bad.size),
        "bads": int(bad.sum()),
        "mean_pd": float(pd.mean()),
        "observed": float(bad.mean()),
        "ece": metrics.ece(bad, pd),
        "brier": metrics.brier(bad, pd),
        "log_loss": metrics.log_loss(bad, pd),
        "slope": line.slope * 1_000,
        "intercept": line.intercept,
        "auc": auc_of(bad, subject.points),
        "ks": metrics.ks(bad, -subject.points),
        "reliability": _reliability(subject),
        "roc": _roc(subject),
        "distribution": _distribution(subject),
        "gain": _gain(subject),
    }


def _log_odds(pd: Any) -> Any:
    kept = np.clip(pd, 1e-6, 1 - 1e-6)
    return np.log(kept / (1 - kept))


def _reliability(subject: Subject) -> list[dict[str, Any]]:
    """Tenths by PD, safest first: what was predicted, and what came with Wilson's interval."""
    order = np.argsort(subject.pd, kind="stable")
    found = []
    for rows in np.array_split(order, TENTHS):
        if rows.size:
            observed = metrics.share_interval(int(subject.bad[rows].sum()), int(rows.size))
            predicted = float(subject.pd[rows].mean())
            found.append({"predicted": predicted, **interval(observed, int(rows.size))})
    return found


def _roc(subject: Subject) -> list[list[float]]:
    """Pairs (share of goods, share of bads) below ever more points, at most CURVE of them."""
    order = np.argsort(subject.points, kind="stable")
    ends = np.append(np.diff(subject.points[order]) != 0, True)
    bads = np.concatenate([[0], np.cumsum(subject.bad[order])[ends]]) / max(subject.bad.sum(), 1)
    goods = 1 - subject.bad
    good_shares = np.concatenate([[0], np.cumsum(goods[order])[ends]]) / max(goods.sum(), 1)
    places = np.unique(np.linspace(0, bads.size - 1, CURVE).astype(int))
    return [[float(good_shares[at]), float(bads[at])] for at in places]


def _distribution(subject: Subject) -> dict[str, Any]:
    """Goods and bads by points in bins of equal width, the ends' bins open."""
    points, bad = subject.points, subject.bad.astype(bool)
    low, high = np.quantile(points, (0.005, 0.995))
    width = max(int(np.ceil((high - low) / BINS)), 1)
    first = int(low // width * width)
    count = int((high - first) // width) + 1
    place = np.clip((points - first) // width, 0, count - 1)
    return {
        "from": [first + width * at for at in range(count)],
        "width": width,
        "goods": np.bincount(place[~bad], minlength=count).tolist(),
        "bads": np.bincount(place[bad], minlength=count).tolist(),
    }


def _gain(subject: Subject) -> list[dict[str, Any]]:
    """By tenths from the riskiest: how many of all bads are found, and how much above average."""
    order = np.argsort(subject.points, kind="stable")
    total, rate, found, seen = int(subject.bad.sum()), float(subject.bad.mean()), 0, 0
    rows = []
    for part in np.array_split(order, TENTHS):
        found += int(subject.bad[part].sum())
        seen += int(part.size)
        lift = found / seen / rate if seen and rate else None
        rows.append({"n": seen, "share": seen / order.size, "found": found / max(total, 1),
                     "lift": lift})  # fmt: skip
    return rows
