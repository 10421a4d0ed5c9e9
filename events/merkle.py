"""One hash for many decisions, and the proof that one of them is among them.

A Merkle tree after RFC 6962, section 2.1 (leaves and inner nodes are hashed with different first
bytes, so that neither passes for the other). `events.verify` checks proofs without any of this.
"""

from collections.abc import Sequence

from events.verify import leaf_hash, node_hash, root_by

__all__ = ["leaf_hash", "path_to", "root_by", "root_of"]


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes; ValueError where there is none."""
    if not leaves:
        raise ValueError("a tree has a leaf")
    return _levels(leaves)[-1][0]


def path_to(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The neighbours on the way from a leaf to the root, lowest first."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"there is no leaf {index}")
    path: list[bytes] = []
    for level in _levels(leaves)[:-1]:
        neighbour = index ^ 1
        if neighbour < len(level):
            path.append(level[neighbour])
        index >>= 1
    return path


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """The tree from its leaves up. A node without a neighbour rises as it is, which gives the tree
    that RFC 6962 splits at the greatest power of two."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        level = levels[-1]
        above = [node_hash(one, other) for one, other in zip(level[::2], level[1::2], strict=False)]
        levels.append(above + level[len(above) * 2 :])
    return levels
