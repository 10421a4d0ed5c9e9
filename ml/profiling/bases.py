"""Whether a column is likely a prohibited basis, stands for one, or is known too late: by its name
and its values. Each guess says which words gave it away, so that a person can overrule it."""

from ml.profiling import vocabulary as words
from ml.profiling.column import ColumnProfile, examples
from ml.profiling.headers import plain, words_of

SPOKEN = {
    "sex": "sex", "age": "age", "marital_status": "marital status", "race": "race",
    "national_origin": "national origin", "religion": "religion", "disability": "disability",
    "public_assistance": "public assistance", "health": "health",
    "sexual_orientation": "sexual orientation", "political_opinion": "political opinion",
}  # fmt: skip
SEPARATES = 0.95
"""An AUC from which a single column is not believed."""
SUSPICIOUS = 0.75
"""An AUC from which a doubtful name is taken at its word."""


def basis_put(column: ColumnProfile) -> None:
    """Mark a prohibited basis, or warn of what may stand for one."""
    basis, term = _named(column)
    if basis:
        column.basis = basis
        column.say("prohibited_name", "warn", basis=SPOKEN[basis], words=repr(term))
        _odd_put(column)
        return
    if valued := _valued(column):
        column.basis = valued
        column.say(
            "prohibited_values", "warn", basis=SPOKEN[valued], examples=examples(column.values)
        )
        return
    proxied, term = words.any_of(column.words, words.PROXIES)
    if proxied:
        column.say("proxy", "warn", basis=SPOKEN[proxied], words=repr(term))


def _named(column: ColumnProfile) -> tuple[str, str]:
    basis, term = words.any_of(column.words, words.PROHIBITED)
    if basis == "age" and words.found(column.words, words.NOT_OF_A_PERSON):
        return "", ""
    if term in ("single", "female", "male") and column.type == "money":
        return "", ""
    return basis, term


def _odd_put(column: ColumnProfile) -> None:
    """`N` beside `M` and `F` is no sex."""
    known = words.VALUES.get(column.basis or "", frozenset())
    told = {v: "_".join(words_of(v)) or plain(v) for v in column.values}
    odd = [value for value, key in told.items() if key not in known]
    if len(set(told.values()) & known) < 2 or not odd or len(odd) >= len(told) - 1:
        return
    rows = sum(column.values.pop(value) for value in odd)
    column.readings |= dict.fromkeys(odd)
    spoken = SPOKEN[column.basis or ""]
    column.say("odd_values", "warn", rows=rows, examples=examples(odd), basis=spoken)


def _valued(column: ColumnProfile) -> str:
    """`M` and `F` under any name are sex."""
    spelled = {"_".join(words_of(value)) or plain(value) for value in column.values}
    if not 2 <= len(spelled) <= 8:
        return ""
    for basis, known in words.VALUES.items():
        telling = known - words.NOT_SEX_ALONE
        if len(spelled & telling) >= 2 and len(spelled & known) >= len(spelled) - 1:
            return basis
    return ""


def lateness_put(column: ColumnProfile) -> None:
    """Mark what is likely known only after the decision; the AUC of the column is known by now."""
    auc = column.auc or 0.5
    if auc >= SEPARATES and not column.basis:
        column.late = True
        column.say("separates", "bad", auc=f"{auc:.3f}")
    term = words.found(column.words, words.LATE)
    if term and not words.found(column.words, words.BUREAU):
        column.late = True
        column.say("late_name", "bad", words=repr(term))
        return
    doubtful = words.found(column.words, words.PERHAPS_LATE)
    if doubtful and not column.late:
        column.late = auc >= SUSPICIOUS
        column.say("late_perhaps", "bad" if column.late else "warn", words=repr(doubtful))
    bureau = words.found(column.words, words.BUREAU)
    if bureau:
        column.say("bureau", "info", words=repr(bureau))
