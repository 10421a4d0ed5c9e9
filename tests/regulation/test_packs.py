"""Regulation packs: dated data with its sources, and honest about what was not checked."""

import pytest

from underwriting.decisioning.catalogue import BUILT_IN
from underwriting.regulation import Pack, pack, pack_ids
from underwriting.regulation.pack import forbidden_phrase


@pytest.mark.parametrize("pack_id", pack_ids())
def test_a_pack_names_itself_its_sources_and_its_doubts(pack_id):
    rules = pack(pack_id)
    assert rules.id == pack_id
    assert rules.effective_from.startswith(pack_id[3:10])
    assert rules.sources
    assert rules.unverified
    assert rules.notice_due_days <= 30


@pytest.mark.parametrize("pack_id", pack_ids())
def test_a_pack_survives_its_bytes(pack_id):
    rules = pack(pack_id)
    assert Pack.parse(rules.to_bytes()).content_hash == rules.content_hash


def test_an_unknown_pack_is_no_pack():
    with pytest.raises(KeyError):
        pack("../packs/eu-2026-11-20")


@pytest.mark.parametrize("pack_id", pack_ids())
def test_our_own_reasons_use_no_forbidden_phrase(pack_id):
    for texts in BUILT_IN.values():
        assert set(texts) == {"de", "en", "es", "pt"}
        for language, text in texts.items():
            assert forbidden_phrase(pack(pack_id), language, text) is None


def test_a_vague_reason_is_recognised():
    rules = pack("eu-2026-11-20")
    assert forbidden_phrase(rules, "en", "Failed to achieve a qualifying score")
    assert forbidden_phrase(rules, "de", "Nach unseren internen Vorgaben")
