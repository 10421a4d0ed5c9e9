"""The tree over a chunk's decisions: RFC 6962's, and every proof leads to its root alone."""

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.merkle import leaf_hash, path_to, root_by, root_of
from events.verify import Broken

SIZES = st.integers(1, 70)


def leaves(size: int) -> list[bytes]:
    return [leaf_hash(f"decision-{number}", f"sha256:{number:064x}") for number in range(size)]


def by_the_letter(nodes: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1: split at the greatest power of two below the size."""
    if len(nodes) == 1:
        return nodes[0]
    half = 1 << (len(nodes) - 1).bit_length() - 1
    return hashlib.sha256(
        b"\1" + by_the_letter(nodes[:half]) + by_the_letter(nodes[half:])
    ).digest()


@settings(max_examples=40, deadline=None)
@given(SIZES, st.data())
def test_every_leaf_leads_to_the_root_that_the_rfc_defines(size: int, data: Any) -> None:
    nodes = leaves(size)
    root = root_of(nodes)
    assert root == by_the_letter(nodes)
    index = data.draw(st.integers(0, size - 1))
    path = path_to(nodes, index)
    assert len(path) <= (size - 1).bit_length()
    assert root_by(nodes[index], index, size, path) == root


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 70), st.data())
def test_another_leaf_place_or_way_leads_elsewhere(size: int, data: Any) -> None:
    nodes = leaves(size)
    root, index = root_of(nodes), data.draw(st.integers(0, size - 1))
    path = path_to(nodes, index)
    other = data.draw(st.integers(0, size - 1).filter(lambda number: number != index))
    assert root_by(nodes[other], index, size, path) != root
    bent = [*path]
    step = data.draw(st.integers(0, len(path) - 1))
    bent[step] = hashlib.sha256(bent[step]).digest()
    assert root_by(nodes[index], index, size, bent) != root
    for wrong in ([*path, root], path[:-1]):
        with pytest.raises(Broken):
            root_by(nodes[index], index, size, wrong)


def test_a_leaf_is_no_node() -> None:
    one, other = leaves(2)
    assert root_of([root_of([one, other])]) != leaf_hash("decision-0", f"sha256:{0:064x}")
    inner = hashlib.sha256(b"\0" + one + other).digest()
    assert root_of([one, other]) != inner
    with pytest.raises(ValueError, match="a tree has a leaf"):
        root_of([])
