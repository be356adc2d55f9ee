"""Texts: what is masked, where a quote stands, how two versions of a text correspond."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghetsgraf.texts import MASK, Alignment, Span, Text, TextDifference, mask, sentences

words = st.text(st.sampled_from("abåä.,-"), min_size=1, max_size=4)
gaps = st.sampled_from([" ", "\n", "  ", "\n\n", "\t", "\r\n", " "])
#: texts of few different words, so that they repeat and nearly repeat
documents = st.lists(st.tuples(words, gaps), max_size=30).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
#: letters, digits and everything that groups or ends them
any_text = st.text(st.one_of(st.sampled_from("0123456789-+/() .\n@–"), st.characters()))


def block(text: str) -> str:
    """The text with nothing but its white space left."""
    return "".join(c if c.isspace() else MASK for c in text)


@pytest.mark.parametrize(
    "number",
    [
        "08-508 23 326",
        "08-50823326",
        "08 508 23 326",
        "08/508 23 326",
        "08 - 508 23 326",
        "08–508 23 326",
        "(08) 508 23 326",
        "08-12 34 56",
        "0850823326",
        "+46 8 508 233 26",
        "+46850823326",
        "+46 (0)8 508 233 26",
        "0046 8 508 233 26",
        "070-123 45 67",
        "070 123 45 67",
        "070-1234567",
        "0701234567",
        "0708-12 34 56",
        "0708 – 12 34 56",
        "07012 34567",
        "070-123\n45 67",
        "+46 70 123 45 67",
        "+4670-123 45 67",
        "0126-123 45",
        "020-12 34 56",
        "19850412-1234",
        "850412-1234",
        "850412+1234",
        "8504121234",
        "198504121234",
        "850472-1234",
    ],
)
@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("Ring ", " i dag."), ("tel:", ", vx"), ("mobil", "-")],
)
def test_personal_number_is_masked(number: str, before: str, after: str) -> None:
    assert mask(before + number + after) == before + block(number) + after


@pytest.mark.parametrize("address", ["anna.alm@tallbro.se", "a_b+c-d@mail.tallbro.example"])
def test_address_is_masked(address: str) -> None:
    assert mask(f"Skriv till <{address}>.") == f"Skriv till <{block(address)}>."


@pytest.mark.parametrize(
    "text",
    [
        "2024-09-10",
        "2021-06-16 08.30–12.30",
        "10 september 2024",
        "klockan 08:00-16:30",
        "åren 2019-2021",
        "113 000",
        "15 000 000",
        "1 000 000 000",
        "15 020 000 000",
        "25 000 120 000 3 000",
        "10,5 mnkr",
        "1.1-357/2024",
        "HÄ 2024/0123-45678",
        "KS 2021-01234567",
        "dnr 0357/2024",
        "09-10-2024",
        "0 1 0 0 2 0 0 0 3 0",
        "556123-4567",
        "212000-0142",
        "114 14",
        "Brottsbalk (1962:700)",
        "sidan 3 (6)",
        "kommunkod 0126",
        "@tallbro",
    ],
)
def test_other_numbers_are_left(text: str) -> None:
    assert mask(text) == text


def test_numbers_side_by_side_are_all_masked() -> None:
    text = "08-508 23 326, 070-123 45 67/08-508 23 327 0708-12 34 56"
    assert set(mask(text)) == set(f"{MASK}, /")


@given(any_text)
def test_mask_keeps_length_and_white_space(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    assert all(new in (old, MASK) for old, new in zip(text, masked, strict=True))
    assert [c for c in masked if c.isspace()] == [c for c in text if c.isspace()]
    assert mask(masked) == masked


def test_words_have_their_offsets() -> None:
    assert [(w.text, w.start, w.end) for w in Text(" Två\nord. ").words] == [
        ("Två", 1, 4),
        ("ord.", 5, 9),
    ]


def test_span_has_its_context() -> None:
    text = Text("0123456789" * 10)
    assert text.span(40, 43) == Span(
        40, 43, "012", "89012345678901234567890123456789", "34567890123456789012345678901234"
    )
    assert text.span(0, 100) == Span(0, 100, text.text, "", "")


def test_find_passes_over_white_space_only() -> None:
    text = Text("Vi har\n  tre värdar. Vi har tre värdar.")
    assert text.find("Vi har tre") == [(0, 12), (21, 31)]
    assert text.find("vi har tre") == []
    assert text.find("Vihar") == []
    assert text.find("värd.") == []
    assert text.find(" \n") == []


@given(documents, st.data())
def test_find_gives_every_slice_its_place(content: str, data: st.DataObject) -> None:
    text = Text(content)
    if not text.words:
        return
    i = data.draw(st.integers(0, len(text.words) - 1))
    j = data.draw(st.integers(i, len(text.words) - 1))
    start, end = text.words[i].start, text.words[j].end
    quote = " ".join(word.text for word in text.words[i : j + 1])
    places = text.find(quote)
    assert places == sorted(places)
    assert all(" ".join(content[a:b].split()) == quote for a, b in places)
    # a place is passed over only for one that overlaps it
    assert any(a < end and start < b for a, b in places)


def test_nearest_names_line_and_words() -> None:
    text = Text("Rubrik\n\nVi har anställt\ntre trygghetsvärdar.\n")
    assert text.nearest("tre trygghetsvårdar") == (4, "tre trygghetsvärdar")
    assert Text("").nearest("tre") == (1, "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Första. Andra! Tredje?", ["Första.", "Andra!", "Tredje?"]),
        ("Rubrik\n\nBrödtext som\nfortsätter.", ["Rubrik", "Brödtext som\nfortsätter."]),
        ("Listan är:\n- ett\n• två", ["Listan är:", "- ett", "• två"]),
        ("Den bryts av\n\nen ny sida.", ["Den bryts av\n\nen ny sida."]),
        ("Den är slut.\n\nmen börjar om.", ["Den är slut.", "men börjar om."]),
        ("1. Inför vakter.\n2. Höj kraven.", ["1. Inför vakter.", "2. Höj kraven."]),
        ("Han sa ”nej.” Hon gick.", ["Han sa ”nej.”", "Hon gick."]),
        ("Kl. åtta kom 3.5 bilar.", ["Kl. åtta kom 3.5 bilar."]),
        (" \n\n ", []),
    ],
)
def test_sentences(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == found


@given(st.text(st.one_of(st.sampled_from("aB1.?!\n -•”\r\t"), st.characters())))
def test_sentences_cover_the_text_in_order(text: str) -> None:
    found = sentences(text)
    assert all(start < end for start, end in found)
    assert all(text[start:end] == text[start:end].strip() for start, end in found)
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    inside = {i for start, end in found for i in range(start, end)}
    assert all(c.isspace() for i, c in enumerate(text) if i not in inside)


def test_differences_word_by_word() -> None:
    first, other = Text("Huge och Bo har tre här"), Text("Huga och Ro har\ntre där borta")
    found = [
        (d.first.exact, d.first.start, d.other.exact, d.other.start)
        for d in Alignment(first, other).differences()
    ]
    assert found == [
        ("Huge", 0, "Huga", 0),
        ("Bo", 9, "Ro", 9),
        ("här", 20, "där borta", 20),
    ]


def test_missing_words_are_an_empty_span_where_they_would_be() -> None:
    first, other = Text("A C"), Text("A B C D")
    assert [
        (d.first.exact, d.first.start, d.other.exact, d.other.start)
        for d in Alignment(first, other).differences()
    ] == [("", 2, "B", 2), ("", 3, "D", 6)]


@pytest.mark.parametrize(
    ("first", "other", "typography"),
    [
        ("”Sluta", '"Sluta', True),
        ("•", "-", True),
        ("nu –", "nu\n-", True),
        ("värd", "vård", False),
        ("", "Rubrik", False),
    ],
)
def test_typography(first: str, other: str, typography: bool) -> None:
    difference = TextDifference(Span(0, 0, first, "", ""), Span(0, 0, other, "", ""))
    assert difference.is_typography is typography


@pytest.mark.parametrize(
    ("first", "quote", "other", "carried"),
    [
        ("Vi har tre värdar.", "tre värdar", "Rubrik\nVi har\ntre  värdar.", "tre  värdar"),
        ("Vi har tre värdar.", "tre värdar", "Vi har tre vårdar.", "tre vårdar."),
        ("Vi har tre värdar.", "har tre", "Vi har värdar.", "har"),
        ("Vi har tre värdar.", "tre värdar", "Vi har värdar.", "värdar"),
        ("Vi har tre värdar.", "tre värdar.", "Vi har tre", "tre"),
        (
            "Vi har tre värdar.",
            "har tre värdar",
            "Vi har numera tre värdar.",
            "har numera tre värdar",
        ),
        ("Vi har tre värdar.", "ar tr", "Vi har tre", "ar tr"),
        ("Kultur-och fritid", "Kultur-och", "Kultur- och fritid", "Kultur- och"),
        ("Vi har tre värdar.", "tre", "Vi har värdar.", None),
        ("Vi har tre", "har tre", "Vi", None),
    ],
)
def test_carry(first: str, quote: str, other: str, carried: str | None) -> None:
    start = first.index(quote)
    found = Alignment(Text(first), Text(other)).carry(start, start + len(quote))
    assert (found and other[slice(*found)]) == carried


@given(documents, st.data())
def test_equal_texts_carry_to_the_same_place(content: str, data: st.DataObject) -> None:
    text = Text(content)
    alignment = Alignment(text, text)
    assert list(alignment.differences()) == []
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(content))] * 2)))
    if content[start:end].strip() == content[start:end] != "":
        assert alignment.carry(start, end) == (start, end)


@given(documents, documents, st.data())
def test_what_is_carried_lies_within_the_other_text(
    content: str, other: str, data: st.DataObject
) -> None:
    first = Text(content)
    if not first.words:
        return
    i = data.draw(st.integers(0, len(first.words) - 1))
    j = data.draw(st.integers(i, len(first.words) - 1))
    start, end = first.words[i].start, first.words[j].end
    carried = Alignment(first, Text(other)).carry(start, end)
    if carried is not None:
        assert 0 <= carried[0] < carried[1] <= len(other)
        piece = other[slice(*carried)]
        assert piece == piece.strip()


@given(documents, documents)
def test_differences_account_for_every_word(content: str, other: str) -> None:
    """The first text, with each difference replaced by the other wording, is the other text."""
    first, second = Text(content), Text(other)
    rebuilt, at = "", 0
    for difference in Alignment(first, second).differences():
        rebuilt += content[at : difference.first.start] + " " + difference.other.exact + " "
        at = difference.first.end
    assert (rebuilt + content[at:]).split() == other.split()
