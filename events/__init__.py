"""What happened: one append-only event, hash-chained per organization, signed and exportable."""
