"""Numbers, money and dates as the reader writes them: 1.250,50 in de, es and pt; 1,250.50 in en."""

import re
from datetime import date, datetime
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language

DECIMAL_COMMA = frozenset({"de", "es", "pt"})
SYMBOLS = {"EUR": "€", "BRL": "R$", "USD": "US$", "GBP": "£"}
SPACE = "\N{NO-BREAK SPACE}"

_IGNORED = re.compile(r"[\s\u00a0\u202f'’]|€|R\$|US\$|£|\$|EUR|BRL|USD|GBP|%", re.IGNORECASE)
_PLAIN = re.compile(r"-?\d+")


def marks(language: str) -> tuple[str, str]:
    """The decimal mark and the mark between thousands."""
    return (",", ".") if language in DECIMAL_COMMA else (".", ",")


def number_read(text: str, language: str) -> str | None:
    """A typed number in human form ("1250.50"), None for what is none.

    A mark that cannot stand between thousands is taken for the decimal mark, so that 1250.50
    means the same in every language; one that can, such as 1.250, is read as the language says.
    """
    plain = _IGNORED.sub("", text)
    if _PLAIN.fullmatch(plain):
        return plain
    decimal_mark, thousands = marks(language)
    for decimal, group in ((decimal_mark, thousands), (thousands, decimal_mark)):
        pattern = rf"(-?)(\d+|[1-9]\d{{0,2}}(?:[{group}]\d{{3}})+)(?:[{decimal}](\d+))?"
        found = re.fullmatch(pattern, plain)
        if found:
            sign, whole, decimals = found.groups()
            digits = whole.replace(group, "")
            return f"{sign}{digits}.{decimals}" if decimals else f"{sign}{digits}"
    return None


def number_written(human: str | int, language: str) -> str:
    """A number in human form as the reader writes it, with marks between thousands."""
    decimal_mark, thousands = marks(language)
    whole, _, decimals = str(human).partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits or 0):,}".replace(",", thousands)
    return f"{sign}{grouped}{decimal_mark}{decimals}" if decimals else f"{sign}{grouped}"


def money_written(human: str, currency: str, language: str) -> str:
    """An amount with its currency where the language puts it."""
    number = number_written(human, language)
    symbol = SYMBOLS.get(currency, currency)
    if language == "en" and len(symbol) == 1:
        return f"{symbol}{number}"
    if language in ("en", "pt"):
        return f"{symbol}{SPACE}{number}"
    return f"{number}{SPACE}{symbol}"


def minor_written(minor: int, minor_units: int, currency: str, language: str) -> str:
    """Minor units as an amount."""
    human = f"{Decimal(minor).scaleb(-minor_units):.{minor_units}f}"
    return money_written(human, currency, language)


def percent_written(ppm: int, language: str) -> str:
    """Parts per million as a percentage of two decimals."""
    number = number_written(f"{Decimal(ppm) / 10_000:.2f}", language)
    return f"{number}%" if language in ("en", "pt") else f"{number}{SPACE}%"


def date_written(day: date | datetime) -> str:
    """A day in words, in the language in use."""
    local = localtime(day) if isinstance(day, datetime) else day
    language = get_language()
    text = date_format(local, "j F Y" if language == "en" else "DATE_FORMAT")
    return text.lower() if language == "pt" else text


def example(language: str, scale: int) -> str:
    """A number as the reader would type it, for a message."""
    return number_written("1250." + "50".ljust(scale, "0")[:scale] if scale else "1250", language)
