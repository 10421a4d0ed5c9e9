"""The outcome column: which one, and which of its words are bad."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ml.profiling import vocabulary as words
from ml.profiling.dialect import Unreadable
from ml.profiling.headers import plain, words_of
from ml.profiling.tally import Tally

MOST_WORDS = 30
FEWEST_OF_EACH = 30


@dataclass(frozen=True, slots=True)
class Outcomes:
    """`meaning` maps the file's own words to good, bad, indeterminate or censored.

    `counts` are rows by meaning; `asked` tells whether a person said what is bad.
    """

    column: str
    meaning: Mapping[str, str]
    counts: Mapping[str, int] = field(default_factory=dict)
    asked: bool = False

    @property
    def bad(self) -> list[str]:
        return [word for word, meaning in self.meaning.items() if meaning == "bad"]


def target_among(columns: Sequence[str], tallies: Sequence[Tally]) -> str:
    """The column that looks most like an outcome; where none does, Unreadable names candidates."""
    fits = [c for c, t in zip(columns, tallies, strict=True) if _is_outcome(t)]
    for group in words.TARGET:
        named = [column for column in fits if words.found(words_of(column), group)]
        if named:
            return named[-1]
    shown = ", ".join(repr(column) for column in fits[:8]) or "none has two values"
    message = f"no column looks like the outcome of the loans; name it (with two values: {shown})"
    raise Unreadable("target_unknown", message)


def _is_outcome(tally: Tally) -> bool:
    return not tally.full and 2 <= len(tally.values) <= 12


def outcomes_of(column: str, tally: Tally, bad: Sequence[str] = ()) -> Outcomes:
    """What each word of the outcome column means. Unreadable where that cannot be."""
    counts: Counter[str] = Counter()
    for text, count in tally.values.items():
        counts[text] += count
    if len(counts) < 2:
        said = f"every row says {next(iter(counts))!r}" if counts else "it is empty"
        message = f"the outcome column {column!r} has one value only ({said}): nothing to learn"
        raise Unreadable("target_one_value", message)
    if bad:
        return _asked(column, counts, bad)
    if tally.full or len(counts) > MOST_WORDS:
        message = (
            f"the outcome column {column!r} has {len(counts)} different values: say which are bad"
        )
        raise Unreadable("target_many_values", message)
    meaning = _guessed(column, counts)
    if "bad" not in meaning.values():
        given = ", ".join(repr(text) for text in list(counts)[:8])
        message = f"which value of {column!r} is bad? It has {given}"
        raise Unreadable("bad_unknown", message)
    return Outcomes(column, meaning, _counted(meaning, counts))


def _asked(column: str, counts: Counter[str], bad: Sequence[str]) -> Outcomes:
    wanted = {_alike(text) for text in bad}
    chosen = {text for text in counts if _alike(text) in wanted}
    if not chosen:
        given = ", ".join(repr(text) for text in list(counts)[:8])
        message = f"no row of {column!r} says {', '.join(bad)}; it has {given}"
        raise Unreadable("bad_absent", message)
    if chosen == set(counts):
        raise Unreadable("all_bad", f"then every row of {column!r} is bad: nothing to learn")
    meaning = {
        text: "bad" if text in chosen else "censored" if _young(text) else "good" for text in counts
    }
    return Outcomes(column, meaning, _counted(meaning, counts), asked=True)


def _alike(text: str) -> str:
    found = plain(text.strip())
    return found.removesuffix(".0")


def _key(text: str) -> str:
    return "_".join(words_of(text)) or text.strip()


def _young(text: str) -> bool:
    return _key(text) in words.YOUNG_VALUES


def _guessed(column: str, counts: Counter[str]) -> dict[str, str]:
    meaning = {text: _by_word(text) for text in counts}
    if "bad" in meaning.values() and "good" in meaning.values():
        return {text: found or "indeterminate" for text, found in meaning.items()}
    if len(counts) == 2:
        return _of_two(column, counts, meaning)
    return {text: found or "indeterminate" for text, found in meaning.items()}


def _by_word(text: str) -> str:
    key = _key(text)
    if key in words.BAD_VALUES:
        return "bad"
    if key in words.GOOD_VALUES:
        return "good"
    return "censored" if key in words.YOUNG_VALUES else ""


def _of_two(column: str, counts: Counter[str], meaning: Mapping[str, str]) -> dict[str, str]:
    """One of two words: the other one of a known word, else yes or no, else the rarer is bad."""
    first, second = counts
    for text, other in ((first, second), (second, first)):
        if meaning[text] in ("bad", "good"):
            return {text: meaning[text], other: "good" if meaning[text] == "bad" else "bad"}
    bad = _bad_of_two(column, counts)
    return {text: "bad" if text == bad else "good" for text in counts}


def _bad_of_two(column: str, counts: Counter[str]) -> str:
    yes = [text for text in counts if _alike(text) in words.YES]
    no = [text for text in counts if _alike(text) in words.NO]
    if len(yes) == 1 and len(no) == 1:
        header = words_of(column)
        goodness = words.found(header, words.GOODNESS) and not words.found(header, (("bad",),))
        return no[0] if goodness else yes[0]
    return min(counts, key=lambda text: counts[text])


def _counted(meaning: Mapping[str, str], counts: Counter[str]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for text, count in counts.items():
        found[meaning[text]] += count
    return dict(found)
