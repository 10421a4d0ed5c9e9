"""How texts are matched: regardless of case and of how accents are stored, and of nothing else.

Both sides are brought to Unicode's composed form (NFC) and folded (`str.casefold`), so "MÜLLER"
starts with "mü" however it was typed, "STRASSE" contains "straße", and "é" is no "e". Spaces count.
Comparing with eq, ne, in and not_in stays exact. There are no patterns: every character stands for
itself, and matching takes time in proportion to the text.
"""

from unicodedata import normalize


def folded(text: str) -> str:
    """The text as it is compared."""
    return normalize("NFC", normalize("NFC", text).casefold())


def matches(op: str, text: str, parts: tuple[str, ...]) -> bool:
    """Whether the text starts with, ends with or contains any of the parts, folded before."""
    found = folded(text)
    if op == "starts_with":
        return found.startswith(parts)
    if op == "ends_with":
        return found.endswith(parts)
    return any(part in found for part in parts)
