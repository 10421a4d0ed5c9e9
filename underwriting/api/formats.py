"""How the API writes amounts, fractions and moments."""

from datetime import UTC, datetime
from decimal import Decimal


def time_text(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC, `Z` at the end; None stays None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def money(minor: int | None, currency: str, minor_units: int) -> dict[str, str] | None:
    """An amount with its currency; never a float, never without the currency."""
    if minor is None:
        return None
    return {"amount": f"{Decimal(minor).scaleb(-minor_units):f}", "currency": currency}


def fraction(ppm: int | None) -> str | None:
    """Parts per million as a decimal string of six places."""
    return None if ppm is None else f"{Decimal(ppm).scaleb(-6):f}"
