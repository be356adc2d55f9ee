"""Reading: parts, passages and claims of a fact file, in the order of the text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import Literal

from trygghetsgraf.documents import Bilingual, Work
from trygghetsgraf.errors import InputError
from trygghetsgraf.names import Names
from trygghetsgraf.namespaces import EDTF, ID
from trygghetsgraf.reading import ReadClaim, Reading, ReadPart, read_facts
from trygghetsgraf.yamlfile import YamlFile

Read = Callable[..., Reading]

ANNA, TALLBRO = ID["actor/anna-alm"], ID["actor/tallbro"]


@pytest.fixture
def read(facts: Path, work: Work, names: Names) -> Read:
    """Put texts in place of others in the fact file and read it."""

    def changed(*changes: tuple[str, str]) -> Reading:
        content = facts.read_text()
        for old, new in changes:
            assert content.count(old) == 1
            content = content.replace(old, new)
        facts.write_text(content)
        return read_facts(YamlFile.read(facts), work, names)

    return changed


def claim_of(reading: Reading, quote: str) -> ReadClaim:
    """The first claim of the passage that begins so."""
    return next(c for c in reading.claims if c.passage.passage.quote.startswith(quote))


def test_parts(reading: Reading) -> None:
    assert reading.parts == (
        ReadPart(
            ID["part/tallbro-svar-svar"],
            1,
            Bilingual(sv="Svaret", en="The answer"),
            None,
            ID["question/trygghet"],
        ),
        ReadPart(ID["part/tallbro-svar-lista"], 2, Bilingual(sv="Listan", en="The list"), 1, None),
    )


def test_passages_stand_in_their_part(reading: Reading) -> None:
    assert [(p.passage.quote, p.part.number) for p in reading.passages] == [
        ("Svar på interpellation om trygghet", 1),
        ("Tallbro har anställt tre trygghetsvärdar.", 1),
        ("Vi kommer att sätta upp ungefär 40 kameror i centrum.", 1),
        ("Lokalpolisen säger att vi aldrig har haft sex områdespoliser.", 1),
        ("Vi vill inrätta en trygghetsfond", 2),
        ("Tryggheten är för låg", 2),
    ]
    assert [(p.quote, reason) for p, reason in reading.unclaimed] == [
        ("Har du frågor?", "how to ask")
    ]


def test_claim_takes_speaker_of_its_part(reading: Reading) -> None:
    assert claim_of(reading, "Tallbro har").speakers == (ANNA,)
    assert claim_of(reading, "Vi vill").speakers == (ANNA, TALLBRO)


def test_claim_has_its_modifiers(read: Read) -> None:
    gist = "gist: {sv: Tryggheten är för låg., en: Safety is too low.}"
    more = (
        "to: tallbro\n      certainty: possible\n      tense: former\n      until: 2020\n"
        "      condition: {sv: Om., en: If.}\n      saidIn: tallbro-svar\n      " + gist
    )
    claim = claim_of(read((gist, more)), "Tryggheten")
    assert replace(claim, iri=ANNA) == ReadClaim(
        iri=ANNA,
        passage=claim.passage,
        speakers=(ANNA, TALLBRO),
        addressees=(TALLBRO,),
        force="judges",
        polarity="positive",
        certainty="possible",
        tense="former",
        valid_from=None,
        valid_until=Literal("2020", datatype=EDTF),
        said_in=ID["document/tallbro-svar"],
        condition=Bilingual(sv="Om.", en="If."),
        framed_by=None,
        gist=Bilingual(sv="Tryggheten är för låg.", en="Safety is too low."),
        triples=(),
        relays=None,
        relayed=False,
    )


def test_relayed_claim_follows_the_one_that_relays_it(reading: Reading) -> None:
    relaying, relayed = (
        c for c in reading.claims if c.passage.passage.quote.startswith("Lokalpolisen")
    )
    assert (relaying.speakers, relaying.relayed, relaying.triples) == ((ANNA,), False, ())
    assert (relayed.speakers, relayed.relayed) == ((ID["actor/lokalpolisen-tallbro"],), True)
    assert relayed.polarity == "negative"
    assert relaying.relays == relayed


def test_relays_nest(read: Read) -> None:
    relay = "relays:\n        speaker: lokalpolisen-tallbro\n        force: states\n"
    inner = "        relays: {speaker: tallbro, force: wants, gist: {sv: Ja., en: Yes.}}\n"
    reading = read((relay, relay + inner))
    claims = [c for c in reading.claims if c.passage.passage.quote.startswith("Lokalpolisen")]
    assert [c.speakers[0] for c in claims] == [ANNA, ID["actor/lokalpolisen-tallbro"], TALLBRO]
    assert [c.relayed for c in claims] == [False, True, True]
    assert [c.relays for c in claims] == [claims[1], claims[2], None]


def keys(reading: Reading) -> list[str]:
    return [str(claim.iri) for claim in reading.claims]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status: ongoing", "status: planned"),
        ("value: 3", "value: 4"),
        ("sv: Svaret", "sv: Svar"),
        ("purpose: ökad trygghet", "purpose: tryggare"),
        ("quote: Tallbro har anställt tre", "quote: Tallbro har   anställt tre"),
    ],
)
def test_better_reading_keeps_the_keys_of_claims(
    reading: Reading, read: Read, old: str, new: str
) -> None:
    assert keys(read((old, new))) == keys(reading)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("force: commits", "force: wants"),
        ("from: 2021~", "from: 2021"),
        ("from: 2021~", "until: 2021~"),
        ("from: 2021~", "certainty: possible"),
        ("from: 2021~", "tense: former"),
        ("speaker: [anna-alm, tallbro]", "speaker: tallbro"),
        ("quote: Tryggheten är för låg", "quote: Tryggheten är"),
    ],
)
def test_another_claim_has_another_key(reading: Reading, read: Read, old: str, new: str) -> None:
    assert keys(read((old, new))) != keys(reading)


def test_claims_that_are_alike_have_keys_of_their_own(read: Read) -> None:
    gist = "    - force: judges\n      gist: {sv: Tryggheten är för låg., en: Safety is too low.}\n"
    reading = read((gist, gist + gist))
    assert len(set(keys(reading))) == len(reading.claims) == 8


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "quote: Tryggheten är för låg",
            "quote: Tryggheten är för hög",
            ":61: Looking up a quote in the text: 'Tryggheten är för hög' is not in tallbro-a.txt;"
            " the nearest is line 9: 'Tryggheten är för låg'. "
            "Copy the words exactly from the text; only white space may differ.",
        ),
        (
            "quote: Tryggheten är för låg",
            "quote: rygghet",
            ":61: Looking up a quote in the text: 'rygghet' stands 4 times in tallbro-a.txt, "
            "on lines 1, 3, 8, 9. Lengthen the quote or add 'occurrence: N', counted from 1.",
        ),
        (
            "quote: Tryggheten är för låg",
            "occurrence: 5\n    quote: rygghet",
            ":62: Looking up a quote in the text: 'rygghet' stands 4 times in tallbro-a.txt; "
            "there is no number 5. Correct the occurrence.",
        ),
        (
            "quote: Har du frågor?",
            "quote: Tryggheten är för låg",
            ":65: Reading a passage: it stands in the file before. Merge the two.",
        ),
        (
            "part: lista",
            "part: svar",
            ":17: Reading part 'svar': its key is not unique. Rename it.\n"
            ":49: Reading part 'svar': its key is not unique. Rename it.\n"
            ":58: Looking up part 'lista': no such part. Name a part's key.",
        ),
        (
            "speaker: lokalpolisen-tallbro\n        ",
            "",
            ":43: Reading a claim: it has no speaker. Name the speaker.\n"
            ":5: Reading actor/lokalpolisen-tallbro: no claim uses it. Use it or remove it.",
        ),
        (
            "quantity/vardar: {value: 6}",
            "quantity/vardar: {value: [6, 7]}",
            ":47: Reading a denial: it states 2 triples; which of them is denied? "
            "Write one claim for each triple that is denied.",
        ),
        (
            "work: tallbro-svar",
            "work: tallbro",
            ":1: Reading a fact file: it is called tallbro-svar.yaml and is about 'tallbro'. "
            "Both must be the work's key, 'tallbro-svar'.",
        ),
        (
            "unclaimed: how to ask",
            "unclaimed:",
            ":65: Reading parts.1.passages.2: {'quote': 'Har du frågor?', 'unclaimed': ''}: "
            "Value error, a passage needs either claims or the reason 'unclaimed'. "
            "See the schema of FactFile in docs/facts.md.",
        ),
    ],
)
def test_what_is_broken_is_reported(
    read: Read, facts: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        read((old, new))
    found = [line.removeprefix(str(facts)) for line in str(caught.value).splitlines()]
    assert sorted(found) == sorted(message.splitlines())


def test_name_that_only_a_wrong_quote_uses_is_not_reported_as_unused(
    read: Read, facts: Path
) -> None:
    with pytest.raises(InputError) as caught:
        read(("quote: Vi vill inrätta", "quote: Vi ville inrätta"))
    assert str(caught.value).removeprefix(str(facts)).startswith(":55: Looking up a quote")
    assert "\n" not in str(caught.value)


def test_reading_twice_gives_the_same(reading: Reading, read: Read) -> None:
    again = read()
    assert (again.parts, again.passages, again.claims) == (
        reading.parts,
        reading.passages,
        reading.claims,
    )
