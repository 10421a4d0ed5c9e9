"""From pinned bytes and pinned inputs to a decision document: pure, the same bytes everywhere."""
