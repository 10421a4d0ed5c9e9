"""What the law asks, as dated data: one pack per jurisdiction and date, never edited in place."""

from underwriting.regulation.pack import Pack, pack, pack_ids

__all__ = ["Pack", "pack", "pack_ids"]
