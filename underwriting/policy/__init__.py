"""A lender's rules: typed decision tables over dictionary fields and model outputs. Pure Python."""
