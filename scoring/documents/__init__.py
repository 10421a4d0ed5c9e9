"""Model cards and validation packs: one structure, drawn as a page and as a PDF."""
