"""What must hold for any document: it reads back as built, its digest sees content only, a lack is exactly one gap."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from openler.ctdl.benchmark import profile
from openler.ctdl.document import parse
from openler.ctdl.rules import check
from tests.support.ctdl import BASE, STANDALONE, complete, document, named, raw

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
nodes = st.builds(
    lambda kind, key, extra: {**complete(kind, key), "ceterms:keyword": {"en": extra}},
    st.sampled_from(STANDALONE), st.text("abc", min_size=1, max_size=4), st.lists(TEXTS, max_size=3),
)  # fmt: skip


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    return [shuffled(entry, chance) for entry in value] if isinstance(value, list) else value


@given(nodes)
def test_a_built_document_reads_back_as_itself(node: dict[str, Any]) -> None:
    built = document(node)
    read = parse(built.normalised)
    assert (read.ctid, read.type, read.digest, read.owner, read.resources, read.graph) == (
        built.ctid, built.type, built.digest, built.owner, built.resources, built.graph,
    )  # fmt: skip


@given(nodes, st.randoms(use_true_random=False))
def test_the_digest_does_not_see_the_order_of_keys(node: dict[str, Any], chance: random.Random) -> None:
    data = raw(named(node))
    other = json.dumps(shuffled(json.loads(data), chance), indent=2).encode()
    assert parse(other).digest == parse(data).digest


@given(nodes, TEXTS)
def test_the_digest_sees_any_change_of_content(node: dict[str, Any], text: str) -> None:
    changed = {**node, "ceterms:keyword": {"en": [*node["ceterms:keyword"]["en"], text]}}
    assert document(changed).digest != document(node).digest


@given(st.lists(st.text("abc", min_size=1, max_size=4), unique=True, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_children_and_the_labels_of_blank_nodes_do_not_matter(keys: list[str], chance: random.Random) -> None:
    framework = complete("ceasn:CompetencyFramework") | {"ceasn:publisher": ["_:p"]}
    children = [complete("ceasn:Competency", key) | {"ceasn:creator": [f"_:{key}"]} for key in keys]
    blanks = [
        {"@id": f"_:{name}", "@type": "ceterms:Organization", "ceterms:name": {"en": name}} for name in ("p", *(f"{key}" for key in keys))
    ]
    first = document(
        framework, *children, *[blank for at, blank in enumerate(blanks) if blank["@id"] not in {b["@id"] for b in blanks[:at]}]
    )
    relabelled = json.loads(json.dumps([framework, *children, *blanks]).replace('"_:', '"_:z'))
    rest = relabelled[1:]
    chance.shuffle(rest)
    assert document(relabelled[0], *rest).normalised == first.normalised


@given(st.sampled_from(STANDALONE), st.data())
def test_a_required_property_taken_away_is_exactly_that_gap(kind: str, data: st.DataObject) -> None:
    node = complete(kind)
    groups = [group for group in (profile(kind) or {})["required"] if group[0] != "ceterms:ctid"]
    group = data.draw(st.sampled_from(groups))
    del node[group[0]]
    findings = check(document(node))
    assert [(finding.code, finding.severity, finding.parameters["property"]) for finding in findings] == [
        ("ctdl.required_missing", "gap", "|".join(group))
    ]
    assert findings[0].ctid == node["ceterms:ctid"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "@id",
                        "@type",
                        "@value",
                        "@graph",
                        "ceterms:name",
                        "ceterms:ownedBy",
                        "ceterms:requires",
                        "ceterms:ctid",
                        "ceasn:hasTopChild",
                        "en",
                        "x",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=25,
    )
)
def test_any_json_below_a_named_resource_is_checked_without_failing(value: Any) -> None:
    node = named(complete("ceterms:LearningProgram"))
    for name in ("ceterms:requires", "ceterms:name", "ceterms:ownedBy", "ceterms:deliveryType", "ceterms:estimatedCost"):
        first = check(parse(raw({**node, name: value}, *([value] if isinstance(value, dict) else []))))
        assert first == check(parse(raw({**node, name: value}, *([value] if isinstance(value, dict) else []))))


def test_the_base_address_is_the_only_thing_a_document_takes_from_where_it_is_built() -> None:
    node = complete("ceterms:Job")
    here, there = document(node), parse(document(node).normalised.replace(BASE.encode(), b"https://other.example"))
    assert here.ctid == there.ctid
    assert here.digest != there.digest
