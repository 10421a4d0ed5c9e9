"""What this was made from."""

VERSION = "2026-11-01"
STAMP = "6ff37181955f0385c9a903ab1c62cda958406ccb8b20f4786541d8d0c98b4533"
