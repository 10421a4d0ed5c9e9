"""What this was made from."""

VERSION = "2026-11-01"
STAMP = "05021dc5a8cbff3468458d0f02d758e5e5c4859987a6e2914229c8e89b5d53ca"
