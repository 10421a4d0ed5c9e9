"""What Assay is measured against: the least that could answer, and the pattern it replaces."""
