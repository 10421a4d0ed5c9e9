"""What this was made from."""

VERSION = "2026-11-01"
STAMP = "86c9ad0a5b9101964b79f84500061e6fb9f9ad3e07a6e707ed854d41e19f9fa4"
