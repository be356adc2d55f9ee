"""The format of fact files: what is short for what, and what is no fact file."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from trygghetsgraf.facts import Claim, FactFile, Part, PassageEntry, Thing

GIST = {"sv": "Kärnan.", "en": "The gist."}


def test_claim_has_defaults_and_one_value_stands_for_a_list() -> None:
    claim = Claim.model_validate(
        {
            "speaker": "anna-alm",
            "force": "states",
            "from": "2019",
            "saidIn": "artikel",
            "facts": {"measure/x a Measure": {"kind": "kamera", "place": ["a", "b"]}},
        }
    )
    assert claim.model_dump(exclude_none=True) == {
        "speaker": ("anna-alm",),
        "force": "states",
        "polarity": "positive",
        "certainty": "plain",
        "tense": "present",
        "since": "2019",
        "said_in": "artikel",
        "facts": {"measure/x a Measure": {"kind": ("kamera",), "place": ("a", "b")}},
    }


@pytest.mark.parametrize(
    ("model", "value", "message"),
    [
        (Claim, {"force": "states"}, "a claim needs facts, a gist or a relayed claim"),
        (Claim, {"force": "states", "since": "2019", "gist": GIST}, "Extra inputs"),
        (Claim, {"force": "states", "said_in": "artikel", "gist": GIST}, "Extra inputs"),
        (Claim, {"force": "States", "gist": GIST}, "String should match pattern"),
        (Claim, {"force": "states", "speaker": [], "gist": GIST}, "at least 1 item"),
        (Claim, {"force": "states", "gist": {"sv": "x"}}, "Field required"),
        (Claim, {"force": "states", "gist": {"sv": "x", "en": ""}}, "at least 1 character"),
        (Claim, {"force": "states", "facts": {"measure/x": {"kind": []}}}, "at least 1 item"),
        (Claim, {"force": "states", "facts": {"measure/x": {"kind": {"a": "b"}}}}, "valid tuple"),
        (Claim, {"force": "states", "facts": {"measure/x": "kamera"}}, "valid dictionary"),
        (PassageEntry, {"quote": "x"}, "needs either claims or the reason 'unclaimed'"),
        (
            PassageEntry,
            {"quote": "x", "unclaimed": "why", "claims": [{"force": "states", "gist": GIST}]},
            "needs either claims or the reason 'unclaimed'",
        ),
        (PassageEntry, {"quote": "", "unclaimed": "why"}, "at least 1 character"),
        (
            PassageEntry,
            {"quote": "x", "unclaimed": "y", "occurrence": "0"},
            "greater than or equal",
        ),
        (Part, {"part": "p", "sv": "P", "en": "P", "passages": []}, "at least 1 item"),
        (FactFile, {"work": "w", "parts": []}, "at least 1 item"),
        (Thing, {"a": "Person"}, "Field required"),
        (Thing, {"sv": ""}, "at least 1 character"),
        (Thing, {"sv": "x", "unitOf": {"a": "b"}}, "unitOf takes a text or a list of texts"),
        (Thing, {"sv": "x", "unitOf": [["a"]]}, "unitOf takes a text or a list of texts"),
    ],
)
def test_what_is_no_fact_is_refused(
    model: type[Claim] | type[PassageEntry] | type[Part] | type[FactFile] | type[Thing],
    value: dict[str, object],
    message: str,
) -> None:
    with pytest.raises(ValidationError, match=message):
        model.model_validate(value)


def test_other_fields_of_a_thing_are_its_structure() -> None:
    thing = Thing.model_validate(
        {"a": "Board", "sv": "Nämnden", "also": "SDN", "unitOf": "tallbro", "memberOf": ["a", "b"]}
    )
    assert thing.also == ("SDN",)
    assert thing.structure == {"unitOf": ("tallbro",), "memberOf": ("a", "b")}
