"""What a backtest found, in sentences: who is newly declined, referred or offered, and why."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from underwriting.desk.backtest_tables import Words, share
from underwriting.desk.words import number

MOVES: Mapping[str, str | Promise] = {
    "declined": gettext_lazy("%(n)s of %(all)s past applicants newly declined"),
    "referred": gettext_lazy("%(n)s of %(all)s past applicants newly referred to a person"),
    "offered": gettext_lazy("%(n)s of %(all)s past applicants newly made an offer"),
}
BEFORE: Mapping[str, str | Promise] = {
    "approve": gettext_lazy("%(share)s of them were approved before"),
    "counter_offer": gettext_lazy("%(share)s of them had a counter-offer before"),
    "refer": gettext_lazy("%(share)s of them were referred before"),
    "decline": gettext_lazy("%(share)s of them were declined before"),
}
WHY: Mapping[str, str | Promise] = {
    "declined": gettext_lazy("because this now declines: %(rule)s"),
    "referred": gettext_lazy("because this now refers: %(rule)s"),
    "offered": gettext_lazy("because this no longer stands in the way: %(rule)s"),
}


def sentences(report: Mapping[str, Any], words: Words) -> Iterator[str]:
    """One a kind of change; one that says so where nothing changes."""
    basis = report.get("sentences_basis")
    if not basis:
        return
    told = False
    for kind in MOVES:
        if basis[kind]["count"]:
            told = True
            yield _sentence(kind, basis, words)
    if not told:
        yield _("Nobody of %(all)s past applicants would be decided otherwise.") % {
            "all": number(basis["applications"])
        }


def _sentence(kind: str, basis: Mapping[str, Any], words: Words) -> str:
    found = basis[kind]
    count = found["count"]
    said = [MOVES[kind] % {"n": number(count), "all": number(basis["applications"])}]
    before = max(found["before"].items(), key=lambda pair: pair[1], default=None)
    if before is not None:
        said.append(str(BEFORE[before[0]] % {"share": share(before[1], count)}))
    causes = found["causes"]
    if causes:
        said.append(_why(kind, causes[0], count, words))
    head, *rest = (str(part) for part in said)
    return f"{head}; {', '.join(rest)}." if rest else f"{head}."


def _why(kind: str, cause: Mapping[str, Any], count: int, words: Words) -> str:
    """The commonest rule, and which share of them it explains where that is not all."""
    policy = words.today if kind == "offered" else words.candidate
    rule = words.rule(cause, policy) if cause["row"] else words.reason(cause["reason"])
    why = str(WHY[kind] % {"rule": rule})
    if cause["count"] == count:
        return why
    return _("%(share)s %(why)s") % {"share": share(cause["count"], count), "why": why}
