"""Reading a lender's past loans: files, mapping, checks. No database here."""
