"""Differences between two policies in sentences, and cell by cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from ml.dictionary import Dictionary
from underwriting.desk.policy_labels import PARTS, choice_words, column_label
from underwriting.desk.rules import PolicyWords
from underwriting.desk.words import NOTHING, language, percent
from underwriting.policy.differences import Change, Difference
from underwriting.policy.document import Policy, Row
from underwriting.policy.sheets.table import HEADED, PARAMETERS, RULES, WHEN, kind_of
from underwriting.selectors.explanations import in_language

PPM = 1_000_000
DOES: Mapping[str, StrOrPromise] = {
    "continue": gettext_lazy("goes on"),
    "approve": gettext_lazy("approves"),
    "counter_offer": gettext_lazy("makes a counter-offer"),
    "refer": gettext_lazy("refers to a person"),
    "decline": gettext_lazy("declines"),
}
RANGES: Mapping[str, StrOrPromise] = {
    "gt": gettext_lazy("%(does)s where %(what)s is above %(after)s instead of %(before)s"),
    "ge": gettext_lazy("%(does)s where %(what)s is %(after)s or more instead of %(before)s"),
    "lt": gettext_lazy("%(does)s where %(what)s is below %(after)s instead of %(before)s"),
    "le": gettext_lazy("%(does)s where %(what)s is %(after)s or less instead of %(before)s"),
}


@dataclass(frozen=True, slots=True)
class CellChange:
    """One line of the table: where, before and after."""

    where: str
    before: str
    after: str
    tone: str = ""


@dataclass(frozen=True)
class Spoken:
    """Two policies and the words of both."""

    older: Policy
    newer: Policy
    dictionary: Dictionary
    currency: str

    def sentences(self, found: Sequence[Difference]) -> list[str]:
        """One for each change; a parameter's also says what each rule that uses it now does."""
        return [sentence for each in found for sentence in self._said(each)]

    def cells(self, found: Sequence[Difference]) -> list[CellChange]:
        """Every change as before and after."""
        return [self._cell(each) for each in found]

    def _said(self, each: Difference) -> Iterator[str]:
        if each.change == Change.CELL and kind_of(each.part) == RULES:
            yield _("Rule “%(rule)s” in “%(set)s”: %(words)s.") % {
                "rule": each.line, "set": each.title, "words": self._rule_cell(each),
            }  # fmt: skip
        elif kind_of(each.part) == RULES and each.change in LINE_CHANGES:
            yield self._rule(each)
        elif each.change in PART_CHANGES:
            yield self._whole(each)
        elif each.change == Change.HEAD:
            yield _("“%(set)s”: %(words)s.") % {"set": each.title, "words": self._plain(each)}
        elif each.change == Change.CELL:
            yield _("%(part)s, “%(line)s”: %(words)s.") % {
                "part": self._part(each), "line": each.line, "words": self._plain(each),
            }  # fmt: skip
            if each.part == PARAMETERS and each.column == "value":
                yield from self._users(each.line)
        else:
            yield self._line(each)

    def _rule(self, each: Difference) -> str:
        policy = self.older if each.change == Change.REMOVED else self.newer
        row = _row(policy, each.title, each.line)
        words = {
            "rule": each.line, "set": each.title, "before": each.before,
            "does": str(DOES[row.outcome]) if row else "",
            "when": self._words(policy).row_words(row) if row else "",
            "place": (each.place or 0) + 1, "was": (each.was or 0) + 1,
        }  # fmt: skip
        return str(LINE_CHANGES[each.change]) % words

    def _whole(self, each: Difference) -> str:
        if each.change == Change.PART_REMOVED:
            return _("“%(set)s” is gone with all its rules.") % {"set": each.title}
        if each.change == Change.PART_MOVED:
            return _("“%(set)s” now stands in another place.") % {"set": each.title}
        rules = next((s.rows for s in self.newer.rule_sets if s.name == each.title), ())
        return ngettext(
            "“%(set)s” is new, with %(n)s rule.", "“%(set)s” is new, with %(n)s rules.", len(rules)
        ) % {"set": each.title, "n": len(rules)}

    def _line(self, each: Difference) -> str:
        said = {"part": self._part(each), "line": each.line, "before": each.before}
        return str(OTHER_CHANGES[each.change]) % said

    def _part(self, each: Difference) -> str:
        return each.title if kind_of(each.part) in HEADED else str(PARTS[each.part])

    def _rule_cell(self, each: Difference) -> str:
        """What a rule does otherwise: its verb with the new and the old value."""
        old = _row(self.older, each.title, each.line) or self._renamed_from(each)
        new = _row(self.newer, each.title, each.line)
        if old is None or new is None:
            return self._plain(each)
        if each.column.startswith(WHEN):
            return self._condition(each.column.removeprefix(WHEN), old, new)
        if each.column == "outcome":
            return _("%(after)s instead of %(before)s") % {
                "after": DOES[new.outcome], "before": DOES[old.outcome],
            }  # fmt: skip
        if each.column == "reason":
            return _("gives the reason “%(after)s” instead of “%(before)s”") % {
                "after": self._reason(self.newer, new), "before": self._reason(self.older, old),
            }  # fmt: skip
        return self._plain(each)

    def _condition(self, name: str, old: Row, new: Row) -> str:
        before, after = old.when.get(name), new.when.get(name)
        does = str(DOES[new.outcome])
        what = self._words(self.newer).label(name)
        if before and after and len(before) == 1 and before.keys() == after.keys():
            (op,) = after
            if op in RANGES:
                values = {
                    "after": self._value(self.newer, name, after[op]),
                    "before": self._value(self.older, name, before[op]),
                }
                return str(RANGES[op]) % {"does": does, "what": what, **values}
        said = {
            "does": does,
            "after": self._asked(self.newer, new, name),
            "before": self._asked(self.older, old, name),
        }
        if not before:
            return _("%(does)s only where also %(after)s") % said
        if not after:
            return _("%(does)s no longer only where %(before)s") % said
        return _("%(does)s where %(after)s instead of %(before)s") % said

    def _users(self, name: str) -> Iterator[str]:
        """What each rule that compares with a parameter now does."""
        for rule_set in self.newer.rule_sets:
            for row in rule_set.rows:
                old = _row(self.older, rule_set.name, row.id)
                for asked, cell in row.when.items():
                    if old and f"${name}" in cell.values() and old.when.get(asked) == cell:
                        yield _("Rule “%(rule)s” in “%(set)s”: %(words)s.") % {
                            "rule": row.id, "set": rule_set.name,
                            "words": self._condition(asked, old, row),
                        }  # fmt: skip

    def _asked(self, policy: Policy, row: Row, name: str) -> str:
        if name not in row.when:
            return NOTHING
        return self._words(policy).row_words(
            row.model_copy(update={"when": {name: row.when[name]}})
        )

    def _value(self, policy: Policy, name: str, operand: Any) -> str:
        """A value; a ratio that a parameter names is read in percent."""
        parameter = None
        if isinstance(operand, str) and operand.startswith("$"):
            parameter = policy.parameters.get(operand[1:])
        if parameter is not None and parameter.unit == "ratio":
            try:
                return percent(int(Decimal(str(parameter.value)) * PPM), 0)
            except (InvalidOperation, ValueError):
                return str(parameter.value)
        return self._words(policy).operand_words(name, operand)

    def _reason(self, policy: Policy, row: Row) -> str:
        texts = {**self.dictionary.reasons(), **{c: r.text for c, r in policy.reasons.items()}}
        return in_language(texts.get(row.reason or "", {}), language()) or row.reason or NOTHING

    def _plain(self, each: Difference) -> str:
        """The label of a cell with its new and its old text."""
        return _("%(what)s: %(after)s instead of %(before)s") % {
            "what": column_label(each.part, each.column, self.dictionary),
            "after": self._text(each, each.after), "before": self._text(each, each.before),
        }  # fmt: skip

    def _text(self, each: Difference, text: str) -> str:
        if not text:
            return _("nothing")
        return str(choice_words(each.column, text)) if each.column in CHOSEN else text

    def _cell(self, each: Difference) -> CellChange:
        where = [self._part(each)]
        where += [each.line] if each.line else []
        if each.column:
            where.append(column_label(each.part, each.column, self.dictionary))
        before, after, tone = each.before, each.after, ""
        if each.change in (Change.ADDED, Change.PART_ADDED):
            before, after, tone = "", _("added"), "good"
        elif each.change in (Change.REMOVED, Change.PART_REMOVED):
            before, after, tone = "", _("removed"), "bad"
        elif each.change == Change.MOVED:
            before, after = str((each.was or 0) + 1), str((each.place or 0) + 1)
            where.append(_("place"))
        elif each.change == Change.PART_MOVED:
            after = _("moved")
        return CellChange(", ".join(where), before or NOTHING, after or NOTHING, tone)

    def _renamed_from(self, each: Difference) -> Row | None:
        """A row that was renamed beside: found by its old place."""
        rules = next((s for s in self.older.rule_sets if s.name == each.title), None)
        if rules is None or each.was is None or each.was >= len(rules.rows):
            return None
        return rules.rows[each.was]

    def _words(self, policy: Policy) -> PolicyWords:
        return PolicyWords(policy, self.dictionary, self.currency)


CHOSEN = frozenset({"outcome", "missing", "hit", "scope", "expect/outcome"})
PART_CHANGES = frozenset({Change.PART_ADDED, Change.PART_REMOVED, Change.PART_MOVED})
LINE_CHANGES: Mapping[Change, StrOrPromise] = {
    Change.ADDED: gettext_lazy("New rule “%(rule)s” in “%(set)s”: %(does)s where %(when)s."),
    Change.REMOVED: gettext_lazy(
        "Rule “%(rule)s” in “%(set)s” is gone: %(does)s no longer where %(when)s."
    ),
    Change.MOVED: gettext_lazy(
        "Rule “%(rule)s” in “%(set)s” stands in place %(place)s instead of %(was)s."
    ),
    Change.RENAMED: gettext_lazy("Rule “%(before)s” in “%(set)s” is now called “%(rule)s”."),
}
OTHER_CHANGES: Mapping[Change, StrOrPromise] = {
    Change.ADDED: gettext_lazy("%(part)s: “%(line)s” is new."),
    Change.REMOVED: gettext_lazy("%(part)s: “%(line)s” is gone."),
    Change.MOVED: gettext_lazy("%(part)s: “%(line)s” stands in another place."),
    Change.RENAMED: gettext_lazy("%(part)s: “%(before)s” is now called “%(line)s”."),
}


def _row(policy: Policy, rule_set: str, name: str) -> Row | None:
    for each in policy.rule_sets:
        if each.name == rule_set:
            return next((row for row in each.rows if row.id == name), None)
    return None
