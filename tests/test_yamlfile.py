"""YAML files: text, lists and mappings with their lines, and for the rest an error with one."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from trygghetsgraf.errors import InputError, InputErrors
from trygghetsgraf.yamlfile import MAX_BYTES, MAX_DEPTH, Plain, YamlFile


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "file.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_every_scalar_is_text_as_typed(tmp_path: Path) -> None:
    content = "a: 0126\nb: no\nc: 2019-09\nd: ~\ne:\nf: [1.50, 'it''s', \"å\\u00e4\"]\n<<: x\n"
    assert YamlFile.read(write(tmp_path, content)).content == {
        "a": "0126",
        "b": "no",
        "c": "2019-09",
        "d": "~",
        "e": "",
        "f": ["1.50", "it's", "åä"],
        "<<": "x",
    }


def test_every_node_has_its_line(tmp_path: Path) -> None:
    file = YamlFile.read(
        write(tmp_path, "# comment\na:\n- b: 1\n  c: >\n    folded\n    text\n- x\n")
    )
    assert file.lines == {
        (): 2,
        ("a",): 2,
        ("a", 0): 3,
        ("a", 0, "b"): 3,
        ("a", 0, "c"): 4,
        ("a", 1): 7,
    }
    assert file.line(("a", 0, "c")) == 4
    assert file.line(("a", 0, "unknown", 3)) == 3
    assert file.line(("unknown",)) == 2


QUOTING = "Check indentation and quoting; a text with ': ' or ' #' needs quotes."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", ": Reading a YAML file: the file is empty. Write it or remove it."),
        ("# nothing\n", ": Reading a YAML file: the file is empty. Write it or remove it."),
        (
            "a: 1\nb: 2\na: 3\n",
            ":3: Reading a YAML file: the key 'a' stands twice in one mapping. Merge the two.",
        ),
        (
            "a: 1\n? [b]\n: 2\n",
            ":2: Reading a YAML file: a list or mapping as a key. Write the key as a text.",
        ),
        ("a: &x 1\nb: *x\n", f":1: Reading a YAML file: an anchor or alias (& or *). {QUOTING}"),
        ("a: 1\nb: *x\n", f":2: Reading a YAML file: an anchor or alias (& or *). {QUOTING}"),
        ("a:\n  !!python/none 1\n", f":2: Reading a YAML file: a tag (!). {QUOTING}"),
        ("a: !x\n- 1\n", f":1: Reading a YAML file: a tag (!). {QUOTING}"),
        ("a: b: c\n", f":1: Reading a YAML file: mapping values are not allowed here. {QUOTING}"),
        (
            "a:\n\tb: 1\n",
            ":2: Reading a YAML file: found character '\\t' that cannot start any token. "
            + QUOTING,
        ),
        ("a: 1\n---\nb: 2\n", f":2: Reading a YAML file: but found another document. {QUOTING}"),
        (
            "[" * 1000,
            f":1: Reading a YAML file: nesting deeper than {MAX_DEPTH}. {QUOTING}",
        ),
        (
            "a: \x07\n",
            ": Reading a YAML file: the character U+0007 at position 3. "
            "Remove it: YAML has no control characters.",
        ),
        (
            b"a: \xff\n",
            ": Reading a YAML file: 'utf-8' codec can't decode byte 0xff in position 3: "
            "invalid start byte. Give a readable UTF-8 file.",
        ),
        (
            b"a" * (MAX_BYTES + 1),
            f": Reading a YAML file: {MAX_BYTES + 1} bytes, more than {MAX_BYTES}. Split it.",
        ),
    ],
)
def test_what_is_no_plain_yaml_is_refused(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    path = write(tmp_path, content)
    with pytest.raises(InputError) as caught:
        YamlFile.read(path)
    assert str(caught.value) == f"{path}{message}"


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        YamlFile.read(tmp_path / "file.yaml")


def test_aliases_do_not_multiply(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(InputError, match="an anchor or alias"):
        YamlFile.read(write(tmp_path, bomb))


def is_plain(value: Plain) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_plain(item) for key, item in value.items())
    return isinstance(value, str) or all(is_plain(item) for item in value)


@given(
    st.one_of(
        st.binary(),
        st.text().map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.text(alphabet="ab:-[]{}&*!|>%?#,'\"\t\n @`~<=").map(str.encode),
    )
)
def test_any_bytes_give_plain_values_or_an_input_error(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        try:
            file = YamlFile.read(write(Path(folder), content))
        except InputError:
            return
    assert is_plain(file.content)
    assert min(file.lines.values()) == file.lines[()] >= 1


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    age: int
    tags: list[str] = []


def test_content_becomes_a_model(tmp_path: Path) -> None:
    file = YamlFile.read(write(tmp_path, "name: Bo\nage: 4\n"))
    assert file.validate(Person) == Person(name="Bo", age=4)


def test_everything_that_is_off_comes_in_one_pass(tmp_path: Path) -> None:
    path = write(tmp_path, "age: old\ntags:\n- a\n- {b: c}\nhight: 3\n")
    with pytest.raises(InputErrors) as caught:
        YamlFile.read(path).validate(Person)
    assert str(caught.value).splitlines() == [
        f"{path}:1: Reading name: {{'age': 'old', 'tags': ['a', {{'b': 'c'}}], 'hight': '3'}}: "
        "Field required. See the schema of Person in docs/facts.md.",
        f"{path}:1: Reading age: 'old': Input should be a valid integer, unable to parse string as "
        "an integer. See the schema of Person in docs/facts.md.",
        f"{path}:4: Reading tags.1: {{'b': 'c'}}: Input should be a valid string. "
        "See the schema of Person in docs/facts.md.",
        f"{path}:5: Reading hight: '3': Extra inputs are not permitted. "
        "See the schema of Person in docs/facts.md.",
    ]


def test_file_that_is_no_mapping_is_refused_as_a_whole(tmp_path: Path) -> None:
    path = write(tmp_path, "- " + "x" * 100 + "\n")
    with pytest.raises(InputErrors) as caught:
        YamlFile.read(path).validate(Person)
    assert str(caught.value) == (
        f"{path}:1: Reading the file: ['{'x' * 75}...: Input should be a valid dictionary or "
        "instance of Person. See the schema of Person in docs/facts.md."
    )
