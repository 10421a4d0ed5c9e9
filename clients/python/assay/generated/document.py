"""What this was made from."""

VERSION = "2026-11-01"
STAMP = "782af4c4e5a7e3432b4c867d7e917af471831f0eae2d2f68fcc7abac9a4b29b6"
