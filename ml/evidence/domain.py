"""How many held-out loans are unlike those learnt from, why, and how the model fares on them."""

from typing import Any

import numpy as np

from ml.columns import Column
from ml.evidence.subject import Subject, auc_of, share

SCHEMA = "assay.evidence.domain/1"
MOST_FIELDS = 20


def training_domain(subject: Subject) -> dict[str, Any]:
    """The share outside, by field and by combination, and AUC and bad rate inside and outside."""
    if subject.guard is None:
        return {"schema": SCHEMA, "note": "the model travels without a training domain"}
    domain, held = subject.guard.domain, subject.judged.held
    outside = domain.outside_columns(held)
    missing = Column.missing(held.rows)
    by_field = {
        field.name: int(field.outside_columns(held.columns.get(field.name, missing)).sum())
        for field in domain.fields
    }
    odd = sorted(((n, name) for name, n in by_field.items() if n), reverse=True)[:MOST_FIELDS]
    bad = subject.bad
    return {
        "schema": SCHEMA,
        "n": int(bad.size),
        "outside": share(int(outside.sum()), int(bad.size)),
        "by_combination": int((domain.cost_columns(held) > domain.limit).sum()),
        "by_field": [{"field": name, "n": n} for n, name in odd],
        "auc_inside": auc_of(bad[~outside], subject.points[~outside]),
        "auc_outside": auc_of(bad[outside], subject.points[outside]),
        "bad_inside": share(int(bad[~outside].sum()), int(np.sum(~outside))),
        "bad_outside": share(int(bad[outside].sum()), int(outside.sum())),
        "limit_millibits": domain.limit,
        "fields": len(domain.fields),
    }
