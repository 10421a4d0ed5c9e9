"""A decision computed again: identical, or with the name of what was altered."""

import json
import subprocess
import sys

import pytest

from config.home import PROJECT
from ml.canonical import canonical, content_hash
from tests.decisioning.cast import ADA, BEN, inputs, pinned, plan
from underwriting.decisioning import engine
from underwriting.decisioning.engine import engine_difference, engine_lock
from underwriting.decisioning.pinned import AlteredPin
from underwriting.decisioning.plan import plan_of
from underwriting.decisioning.replay import Parts, replay

PARTS = ["dictionary", "product", "model", "policy", "pack", "engine"]
GIVEN = canonical(inputs(ADA, BEN))


def stored(**altered):
    """What `load` finds: the pinned parts by hash, some of them altered since."""
    parts = pinned()
    named = dict(zip(parts.hashes._asdict().items(), parts, strict=True))
    kept = {kind: altered.get(kind, data) for (kind, _), data in named.items()}
    return parts.hashes, lambda kind, _: kept[kind]


def again(*, load=None, inputs=GIVEN, document=None, **settings):
    hashes, untouched = stored()
    document = document or plan().decide_bytes(json.loads(GIVEN))
    return replay(
        hashes=hashes, parts=Parts(load or untouched), inputs=inputs, document=document, **settings
    )


def test_an_untouched_decision_comes_out_identical():
    found = again()
    assert (found.status, found.explained_by) == ("identical", ())


@pytest.mark.parametrize("kind", PARTS)
def test_an_altered_part_is_named(kind):
    data = dict(zip(PARTS, pinned(), strict=True))[kind]
    found = again(load=stored(**{kind: data.replace(b"0", b"1", 1)})[1])
    assert (found.status, found.explained_by) == ("altered", (kind,))


def test_a_part_that_is_gone_is_named():
    assert again(load=stored(model=None)[1]).explained_by == ("model",)


def test_an_altered_document_is_named_where_its_hash_is_kept():
    document = plan().decide_bytes(json.loads(GIVEN))
    assert again(document_hash=content_hash(document)).identical
    found = again(document=document + b" ", document_hash=content_hash(document))
    assert (found.status, found.explained_by) == ("altered", ("document",))


def test_altered_inputs_are_named():
    assert again(inputs_intact=False).explained_by == ("inputs",)
    barred = canonical(inputs({**ADA, "sex": "f"}))
    assert again(inputs=barred).explained_by == ("inputs",)


def test_other_inputs_give_another_document():
    found = again(inputs=canonical(inputs(ADA)))
    assert (found.status, found.identical) == ("different", False)


def test_erased_inputs_are_erased_and_not_different():
    assert again(inputs=None).status == "erased"


def test_a_changed_engine_is_named():
    lock = json.loads(engine_lock())
    lock["libraries"]["numpy"] = "1.0.0"
    lock["sources"]["ml/points_table.py"] = "0" * 64
    changed = canonical(lock)
    hashes, _ = stored()
    hashes = hashes._replace(engine=content_hash(changed))
    found = replay(
        hashes=hashes,
        parts=Parts(stored(engine=changed)[1]),
        inputs=GIVEN,
        document=plan().decide_bytes(json.loads(GIVEN)),
    )
    assert found.status == "different"
    assert found.explained_by[0] == "ml/points_table.py"
    assert found.explained_by[1].startswith("numpy 1.0.0 -> ")


def test_the_lock_names_code_and_libraries_but_no_python_version():
    lock = json.loads(engine_lock())
    assert {"numpy", "pydantic", "xgboost"} == set(lock["libraries"])
    assert "absent" not in lock["libraries"].values()
    assert "underwriting/policy/closure.py" in lock["sources"]
    assert not any(name.startswith("ml/training") for name in lock["sources"])
    assert engine_difference(engine_lock()) == ()


def test_nothing_the_lock_leaves_out_takes_part_in_deciding():
    script = (
        "import sys, importlib\n"
        "import underwriting.decisioning.plan, underwriting.decisioning.replay\n"
        "from ml.model import FAMILIES\n"
        "[importlib.import_module(module) for module in set(FAMILIES.values())]\n"
        "print('\\n'.join(sys.modules))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split()
    left_out = tuple(path.replace("/", ".") for path in engine.LEFT_OUT)
    assert "ml.points_table" in loaded
    assert [name for name in loaded if name in left_out] == []


def test_a_changed_source_file_changes_the_lock(tmp_path, monkeypatch):
    folder = tmp_path / "ml"
    folder.mkdir()
    (folder / "new.py").write_text("x = 1\n")
    before = engine.source_hashes(tmp_path)
    (folder / "new.py").write_text("x = 2\n")
    assert engine.source_hashes(tmp_path) != before


def test_a_plan_is_loaded_once_and_never_from_other_bytes():
    hashes, load = stored()
    assert plan_of(hashes, load) is plan_of(hashes, lambda *_: pytest.fail("loaded again"))
    with pytest.raises(AlteredPin) as refused:
        plan_of(hashes._replace(policy="sha256:" + "0" * 64), load)
    assert refused.value.kind == "policy"
