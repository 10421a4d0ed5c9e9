"""From stored past loans to the frame a model learns from. No database here."""
