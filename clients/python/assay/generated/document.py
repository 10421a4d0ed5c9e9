"""What this was made from."""

VERSION = "2026-11-01"
STAMP = "c4101b772a8a5b126efc8d6738e247299910ff04ba6a011af1b98512029a4f97"
