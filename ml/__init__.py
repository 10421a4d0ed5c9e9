"""Credit scoring as a library: dictionaries, expressions, models, reasons. No Django here."""
