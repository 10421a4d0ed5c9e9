"""What this was made from."""

VERSION = "2026-11-01"
STAMP = "603c5ad11dde0f1b8a764b3182df6498fc8f087cea40cd075c1323c8139d6be6"
