"""What this was made from."""

VERSION = "2026-11-01"
STAMP = "4b4c93adc6ebc132b69ff5c1de5ff08deb44f2d6bff16ad88d886dcd2865e52b"
