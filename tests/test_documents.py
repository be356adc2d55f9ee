"""Documents: texts that are as they were given, and quotes found in every version of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trygghetsgraf.documents import DateBounds, Work, load_work, load_works
from trygghetsgraf.errors import InputError
from trygghetsgraf.texts import Span

Change = Callable[[str, str], Path]


@pytest.fixture
def metadata(project: Path) -> Path:
    return project / "data" / "documents" / "tallbro-svar.yaml"


@pytest.fixture
def change(metadata: Path) -> Change:
    """Put one text in place of another in the metadata."""

    def put(old: str, new: str) -> Path:
        content = metadata.read_text()
        assert old in content
        metadata.write_text(content.replace(old, new, 1))
        return metadata

    return put


def set_text(metadata: Path, name: str, text: str) -> None:
    """Give a text version another text, with its checksum."""
    path = metadata.with_name(name)
    old = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_text(text)
    new = hashlib.sha256(text.encode()).hexdigest()
    metadata.write_text(metadata.read_text().replace(old, new))


def refused(metadata: Path) -> list[str]:
    """The lines of the error, without the path."""
    with pytest.raises(InputError) as caught:
        load_work(metadata)
    return [line.removeprefix(str(metadata)) for line in str(caught.value).splitlines()]


def test_work_has_its_texts_masked(work: Work) -> None:
    assert work.key == "tallbro-svar"
    assert work.path.name == "tallbro-svar.yaml"
    assert [m.key for m in work.manifestations] == ["a", "b"]
    assert work.text is work.manifestations[0].text
    endings = [m.text.text.splitlines()[-1] for m in work.manifestations]
    assert endings == ["Har du frågor? Ring ██████ ███ ██."] * 2


def test_differences_have_their_kind(work: Work) -> None:
    assert [(m.key, d.first.exact, d.other.exact, kind) for m, d, kind in work.differences()] == [
        ("b", "", "Kommunfullmäktige", "missing"),
        ("b", "trygghetsvärdar.", "trygghetsvårdar.", "spelling"),
        ("b", "-", "•", "typography"),
        ("b", "-", "•", "typography"),
    ]


def test_quote_is_located_in_every_version(work: Work) -> None:
    passage = work.locate("Vi kommer att sätta upp\n  ungefär 40 kameror")
    assert (passage.work, passage.quote, passage.occurrence) == (
        "tallbro-svar",
        "Vi kommer att sätta upp ungefär 40 kameror",
        1,
    )
    assert passage.spans == {
        "a": Span(
            78,
            120,
            "Vi kommer att sätta upp\nungefär 40 kameror",
            "r anställt tre trygghetsvärdar. ",
            " i centrum.\n\nLokalpolisen säger ",
        ),
        "b": Span(
            97,
            139,
            "Vi kommer att sätta upp ungefär 40 kameror",
            "r anställt tre trygghetsvårdar. ",
            " i centrum.\nLokalpolisen säger a",
        ),
    }


def test_quote_that_another_version_lacks_has_no_place_there(metadata: Path, project: Path) -> None:
    text = metadata.with_name("tallbro-b.txt").read_text()
    set_text(metadata, "tallbro-b.txt", text.replace("Har du frågor? Ring", "Ring"))
    content = metadata.read_text() + '  - {texts: ["Har du frågor?", ""], kind: missing}\n'
    metadata.write_text(content)
    spans = load_work(metadata).locate("Har du frågor?").spans
    assert list(spans) == ["a"]


def test_occurrence_chooses_among_several(work: Work) -> None:
    assert [work.locate("trygghet", n).spans["a"].start for n in (1, 2, 3)] == [26, 61, 217]


@pytest.mark.parametrize(
    ("quote", "occurrence", "message"),
    [
        (
            "tre trygghetsvärder",
            None,
            "Looking up a quote in the text: 'tre trygghetsvärder' is not in tallbro-a.txt; "
            "the nearest is line 3: 'tre trygghetsvärdar'. "
            "Copy the words exactly from the text; only white space may differ.",
        ),
        (
            "trygghet",
            None,
            "Looking up a quote in the text: 'trygghet' stands 3 times in tallbro-a.txt, on lines "
            "1, 3, 8. Lengthen the quote or add 'occurrence: N', counted from 1.",
        ),
        (
            "trygghet",
            4,
            "Looking up a quote in the text: 'trygghet' stands 3 times in tallbro-a.txt; there is "
            "no number 4. Correct the occurrence.",
        ),
    ],
)
def test_quote_that_does_not_stand_there_once_is_refused(
    work: Work, quote: str, occurrence: int | None, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        work.locate(quote, occurrence)
    assert str(caught.value) == message


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_words_of_the_text_are_found_in_every_version(work: Work, data: st.DataObject) -> None:
    words = work.text.words
    i = data.draw(st.integers(0, len(words) - 1))
    j = data.draw(st.integers(i, len(words) - 1))
    quote = data.draw(st.sampled_from([" ", "\n ", "\t"])).join(w.text for w in words[i : j + 1])
    start = words[i].start
    occurrence = [place for place, _ in work.text.find(quote)].index(start) + 1
    passage = work.locate(quote, occurrence)
    assert passage.spans["a"].start == start
    assert list(passage.spans) == ["a", "b"]
    for manifestation in work.manifestations:
        span = passage.spans[manifestation.key]
        text = manifestation.text.text
        assert text[span.start : span.end] == span.exact != ""
        assert text[: span.start].endswith(span.prefix)
        assert text[span.end :].startswith(span.suffix)


def test_changed_text_is_refused(metadata: Path) -> None:
    path = metadata.with_name("tallbro-a.txt")
    path.write_text("Something else.\n")
    old = metadata.read_text().split("sha256: ")[1][:64]
    new = hashlib.sha256(b"Something else.\n").hexdigest()
    assert refused(metadata) == [
        f":15: Checking the checksum of tallbro-a.txt: the text has SHA-256 {new}, the metadata "
        f"say {old}. Restore the text as it was given; texts are never edited."
    ]


def test_missing_text_is_refused(change: Change) -> None:
    [line] = refused(change("file: tallbro-b.txt", "file: tallbro-c.txt"))
    assert line.startswith(":17: Reading a text: tallbro-c.txt: [Errno 2] No such file")
    assert line.endswith("Put the text beside its metadata, in UTF-8.")


def test_text_that_is_not_utf_8_is_refused(metadata: Path) -> None:
    metadata.with_name("tallbro-a.txt").write_bytes(b"tr\xe4d")
    assert refused(metadata) == [
        ":14: Reading a text: tallbro-a.txt: 'utf-8' codec can't decode byte 0xe4 in position 2: "
        "invalid continuation byte. Put the text beside its metadata, in UTF-8."
    ]


def test_every_unreviewed_and_every_vanished_difference_is_reported(metadata: Path) -> None:
    text = metadata.with_name("tallbro-b.txt").read_text()
    changed = text.replace("vårdar.", "värdar.").replace("sex", "6").replace("låg", "hög")
    set_text(metadata, "tallbro-b.txt", changed)
    tried = "Comparing tallbro-b.txt with the first text"
    review = "If the texts are as given, review it and add it to 'differences'."
    assert refused(metadata) == [
        f":20: {tried}: 'sex' is worded '6' there, which is not among the differences. {review}",
        f":20: {tried}: 'låg' is worded 'hög' there, which is not among the differences. {review}",
        f":22: {tried}: the difference 'trygghetsvärdar.' / 'trygghetsvårdar.' is not in the texts."
        " Remove it or restore the texts.",
    ]


def test_file_is_called_as_its_work(change: Change) -> None:
    assert refused(change("work: tallbro-svar", "work: tallbro")) == [
        ":1: Reading the metadata of a work: the file is called tallbro-svar.yaml but describes "
        "'tallbro'. Name the file tallbro.yaml."
    ]


def test_two_versions_with_one_key_are_refused(change: Change) -> None:
    assert refused(change("- key: b", "- key: a")) == [
        ":16: Reading the metadata of a work: two text versions have the key 'a'. Rename one."
    ]


def test_all_that_is_off_in_the_metadata_comes_in_one_pass(change: Change) -> None:
    change("kind: interpellationssvar", "sort: svar")
    change("language: sv", "language: en")
    change("day: 2022-03-04", "day: 2022-02-30")
    see = "See the schema of WorkMeta in docs/facts.md."
    errors = refused(change("sha256: ", "sha256: x"))
    assert [line.split(":")[1] for line in errors] == ["1", "7", "9", "15", "3"]
    assert errors[1] == f":7: Reading language: 'en': Input should be 'sv'. {see}"
    assert errors[4] == f":3: Reading sort: 'svar': Extra inputs are not permitted. {see}"


@pytest.mark.parametrize(
    ("bounds", "fits"),
    [
        ({"day": "2020-01-01"}, True),
        ({"earliest": "2020-01-01"}, True),
        ({"latest": "2020-01-01"}, True),
        ({"earliest": "2020-01-01", "latest": "2020-01-01"}, True),
        ({}, False),
        ({"day": "2020-01-01", "latest": "2020-01-02"}, False),
        ({"earliest": "2020-01-02", "latest": "2020-01-01"}, False),
        ({"day": "86400"}, False),
    ],
)
def test_date_is_a_day_or_bounds(bounds: dict[str, str], fits: bool) -> None:
    reason = {"sv": "Texten.", "en": "The text."}
    if fits:
        assert DateBounds.model_validate({**bounds, "reason": reason}).reason.sv == "Texten."
    else:
        with pytest.raises(ValueError, match="DateBounds"):
            DateBounds.model_validate({**bounds, "reason": reason})


def test_works_come_sorted(project: Path, metadata: Path) -> None:
    other = metadata.with_name("granby.yaml")
    other.write_text(metadata.read_text().replace("work: tallbro-svar", "work: granby"))
    assert [work.key for work in load_works(metadata.parent)] == ["granby", "tallbro-svar"]


def test_folder_without_works_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_works(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: Reading the documents: no metadata file (*.yaml) found. Add one."
    )
