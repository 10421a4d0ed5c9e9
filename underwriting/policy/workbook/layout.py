"""Which sheet of a workbook holds which part of a policy."""

from collections.abc import Mapping

from underwriting.policy.sheets.table import (
    BANDS,
    LOOKUPS,
    PARAMETERS,
    PRICES,
    REASONS,
    RULES,
    SETTINGS,
    TESTS,
)

TITLES: Mapping[str, str] = {
    SETTINGS: "Policy",
    PARAMETERS: "Parameters",
    REASONS: "Reasons",
    BANDS: "Bands",
    LOOKUPS: "Look-ups",
    TESTS: "Test cases",
}
LISTS: Mapping[str, str] = {RULES: "Rule sets", PRICES: "Price tables"}
"""A line for each rule set, or price table: its sheet, and what is said once for all its rules."""
SHEET = "sheet"
LETTER: Mapping[str, str] = {RULES: "R", PRICES: "P"}
LONGEST_TITLE = 31


def sheet_title(kind: str, number: int, name: str) -> str:
    """R3 affordability: short enough for Excel, and unlike every other."""
    clean = "".join("_" if sign in "[]:*?/\\'" else sign for sign in name)
    return f"{LETTER[kind]}{number + 1} {clean}"[:LONGEST_TITLE].rstrip()
