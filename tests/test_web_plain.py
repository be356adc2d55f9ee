"""Requests that are read without a parser, and parameters decoded."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghetsgraf.web.messages import pairs
from trygghetsgraf.web.plain import read

LINE = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n"


def test_a_plain_request() -> None:
    request = LINE + b"Host: x\r\nAccept:  text/csv \r\nX-A: 1\r\nx-a: 2\r\n\r\n"
    assert read(request) == (
        "/sparql",
        b"query=ASK%7B%7D",
        {"host": "x", "accept": "text/csv", "x-a": "1, 2"},
    )


@pytest.mark.parametrize(
    "request_",
    [
        LINE + b"\r\n",
        LINE + b"Accept: */*\r\n\r\n",
        LINE + b"Host: x\r\nHost: y\r\n\r\n",
        LINE + b"Host: x\r\n folded\r\n\r\n",
        LINE + b"Host : x\r\n\r\n",
        LINE + b"Host: x\r\nA_B: 1\r\n\r\n",
        LINE + b"Host: x\nAccept: */*\r\n\r\n",
        LINE + b"Host: x\r\nA: \x00\r\n\r\n",
        LINE + b"Host: x\r\nContent-Length: 0\r\n\r\n",
        LINE + b"Host: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        LINE + b"Host: x\r\nConnection: close\r\n\r\n",
        LINE + b"Host: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        LINE + b"Host: x\r\nIf-None-Match: *\r\n\r\n",
        LINE + b"Host: x\r\nAuthorization: Bearer y\r\n\r\n",
        LINE + b"Host: x\r\n\r\n" + LINE + b"Host: x\r\n\r\n",
        LINE + b"Host: x\r\nA: " + b"x" * 9000 + b"\r\n\r\n",
        LINE.replace(b"GET", b"POST") + b"Host: x\r\n\r\n",
        LINE.replace(b"1.1", b"1.0") + b"Host: x\r\n\r\n",
        LINE.replace(b"ASK", b"ASK ") + b"Host: x\r\n\r\n",
        LINE.replace(b"ASK", b"ASK#") + b"Host: x\r\n\r\n",
        LINE.replace(b"ASK", b"ASK" * 3000) + b"Host: x\r\n\r\n",
        LINE.replace(b"/sparql", b"/ready") + b"Host: x\r\n\r\n",
    ],
)
def test_what_is_left_to_the_parser(request_: bytes) -> None:
    assert read(request_) is None


@given(st.binary(max_size=80))
def test_nothing_that_is_no_request_is_read(tail: bytes) -> None:
    found = read(LINE + b"Host: x\r\n" + tail)
    assert found is None or tail.endswith(b"\r\n\r\n") or tail == b"\r\n"


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.tuples(NAMES.filter(bool), NAMES), min_size=1, max_size=5))
def test_parameters_come_back_as_they_were(sent: list[tuple[str, str]]) -> None:
    assert pairs(urlencode(sent).encode()) == sent


@given(st.text("ab%25+&=4fFeE; ", max_size=20).map(str.encode))
def test_parameters_are_read_as_the_library_reads_them(encoded: bytes) -> None:
    try:
        expected = parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(UnicodeDecodeError):
            pairs(encoded)
    else:
        assert pairs(encoded) == [pair for pair in expected if pair != ("", "")]


@pytest.mark.parametrize("encoded", [b"q=%FF", "q=å".encode(), b"&".join([b"a=b"] * 201)])
def test_parameters_that_are_refused(encoded: bytes) -> None:
    with pytest.raises(ValueError, match=r"decode|octets|parameters"):
        pairs(encoded)
