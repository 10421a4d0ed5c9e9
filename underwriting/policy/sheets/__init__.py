"""A policy document as tables of text, and back: what the grid shows and a workbook holds.

Every part is a table: each rule set, parameters, reasons, bands, look-ups, test cases, and the
settings that remain. Writing and reading again gives the very same document.
"""
