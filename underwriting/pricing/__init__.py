"""Instalments and the yearly cost of a loan, in whole numbers: the same bytes everywhere."""
