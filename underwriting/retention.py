"""Until when a record is kept (R8). The database refuses to delete it earlier."""

from datetime import datetime, timedelta

LONGEST_MONTH = timedelta(days=31)


def retained(since: datetime, months: int) -> datetime:
    """So many months on, none of them counted shorter than it may be: never a day too few."""
    return since + months * LONGEST_MONTH
