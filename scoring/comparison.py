"""The comparison of candidates as a table for people who read plain text."""

from collections.abc import Mapping
from typing import Any

COLUMNS = (
    ("model", "family", "{}"),
    ("AUC", "auc", "{:.3f}"),
    ("95 % low", "auc_low", "{:.3f}"),
    ("high", "auc_high", "{:.3f}"),
    ("KS", "ks", "{:.3f}"),
    ("Brier", "brier", "{:.3f}"),
    ("ECE", "ece", "{:.3f}"),
    ("cost per loan", "cost_per_loan", "{:.3f}"),
    ("us per row", "microseconds_per_row", "{:.0f}"),
    ("explained", "explained", "{}"),
)


def comparison_table(comparison: Mapping[str, Any]) -> str:
    """One line per candidate on the held-out loans, the recommended one marked, and why.

    `comparison` is a training run's; the model in charge stands below its rivals, for comparison
    only. Costs are at the threshold chosen on the training part, by the lender's matrix.
    """
    heads = [head for head, _, _ in COLUMNS]
    present = comparison.get("in_charge")
    judged = [*comparison["evaluations"], *([present] if present else [])]
    rows = [[_cell(shape, each.get(key)) for _, key, shape in COLUMNS] for each in judged]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = ["  " + _line(heads, widths)]
    for index, row in enumerate(rows):
        lines.append(("* " if index == comparison["recommended"] else "  ") + _line(row, widths))
    split = comparison["split"]
    lines.append(
        f"  learnt from {split['train']:,} loans, judged on {split['holdout']:,} others"
        f" ({split['method']} split)"
    )
    lines += [f"  left out: {why}" for why in comparison.get("failed", {}).values()]
    lines.append(f"  {comparison['words']['en']}")
    return "\n".join(lines)


def _cell(shape: str, value: Any) -> str:
    return "-" if value is None else shape.format(value)


def _line(cells: list[str], widths: list[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)])
