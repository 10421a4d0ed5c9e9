"""A policy as an Excel workbook, out and in: what comes in is refused before it can do harm."""
