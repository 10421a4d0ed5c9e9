"""A file as a lender's old system exports it: Latin-1, semicolons, decimal commas, many gaps.

    python -m tests.ml.ugly 150000 120 loans.csv

Columns have spaces and accents in their names, thousands points, days before months, codes for
what is not known, a column that gives the outcome away, and one row in two thousand is broken.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

HEAD = (
    "Nº Solicitud", "Fecha de Solicitud", "Importe Solicitado", "Plazo (meses)", "Sexo",
    "Fecha Nacimiento", "Estado Civil", "Código Postal", "Ingreso Mensual", "Antigüedad Laboral",
    "Consultas Buró", "Situación Vivienda", "Teléfono", "Días de Mora", "Observaciones",
    "Incumplió",
)  # fmt: skip


def ugly_rows(rows: int, columns: int, seed: int = 7) -> list[list[str]]:
    """The header and `rows` rows of text; about one loan in eight is bad."""
    draw = np.random.default_rng(seed)
    income = np.exp(draw.normal(7.4, 0.6, rows))
    enquiries = draw.poisson(2.5, rows)
    term = draw.choice([6, 12, 18, 24, 36], rows)
    extra = draw.normal(size=(rows, max(0, columns - len(HEAD))))
    weights = draw.normal(0, 0.25, extra.shape[1]) * (np.arange(extra.shape[1]) < 12)
    margin = -2.2 - 0.5 * (np.log(income) - 7.4) + 0.18 * (enquiries - 2.5) + extra @ weights
    bad = draw.random(rows) < 1 / (1 + np.exp(-margin))
    known: list[Any] = [
        [f"S-{100000 + i}" for i in range(rows)],
        _days(draw, rows, 2022, 3),
        [_money(v) for v in np.round(draw.gamma(3, 1500, rows) + 300, 2)],
        [str(v) for v in term],
        draw.choice(["H", "M", ""], rows, p=[0.5, 0.47, 0.03]),
        _days(draw, rows, 1950, 50),
        draw.choice(["Soltero", "Casado", "Divorciado", "Viudo"], rows),
        [f"{v:05d}" for v in draw.integers(1, 400, rows) * 10 + 28000],
        [_money(v) for v in np.round(income, 2)],
        ["-9" if gap else str(v) for v, gap in
         zip(draw.integers(0, 400, rows), draw.random(rows) < 0.06, strict=True)],
        ["98" if gap else str(v) for v, gap in
         zip(enquiries, draw.random(rows) < 0.08, strict=True)],
        draw.choice(["Propia", "Alquiler", "Familiar"], rows),
        draw.choice(["Sí", "No"], rows),
        [str(v) if b else "0" for v, b in zip(draw.integers(91, 400, rows), bad, strict=True)],
        ["Llamó; dejó mensaje\nvolver a llamar" if v < 0.001 else "" for v in draw.random(rows)],
        ["S" if b else "N" for b in bad],
    ]  # fmt: skip
    known += [_filler(draw, extra[:, at], at) for at in range(extra.shape[1])]
    names = [*HEAD, *(f"Variable {at + 1}" for at in range(extra.shape[1]))]
    return [names, *(list(map(str, row)) for row in zip(*known, strict=True))]


def _days(draw: Any, rows: int, first_year: int, years: int) -> list[str]:
    start = np.datetime64(f"{first_year}-01-01")
    days = start + draw.integers(0, 365 * years, rows)
    return [f"{d[8:10]}/{d[5:7]}/{d[:4]}" for d in days.astype(str)]


def _money(value: float) -> str:
    """1.234,56"""
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def _filler(draw: Any, values: Any, at: int) -> list[str]:
    """One more variable: a number with a comma, a count, a letter, or nearly nothing."""
    gaps = draw.random(len(values)) < (0.05, 0.3, 0.6, 0.97)[at % 4]
    if at % 3 == 0:
        written = [f"{v * 100 + 500:.2f}".replace(".", ",") for v in values]
    elif at % 3 == 1:
        written = [str(int(v * 3 + 20)) for v in values]
    else:
        written = ["ABCDE"[min(4, max(0, int(v + 2.5)))] for v in values]
    return ["" if gap else text for text, gap in zip(written, gaps, strict=True)]


def ugly_file(file: Path, rows: int, columns: int, seed: int = 7) -> Path:
    """Write the file; every two-thousandth row lacks its last values."""
    with file.open("w", encoding="latin-1", newline="") as stream:
        for number, row in enumerate(ugly_rows(rows, columns, seed)):
            cut = row[:-3] if number and number % 2000 == 1000 else row
            stream.write(";".join(_quoted(cell) for cell in cut) + "\r\n")
    return file


def _quoted(cell: str) -> str:
    return f'"{cell}"' if any(mark in cell for mark in ';"\n') else cell


if __name__ == "__main__":
    ugly_file(Path(sys.argv[3]), int(sys.argv[1]), int(sys.argv[2]))
