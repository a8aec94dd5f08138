"""A body's members keep their exact text; what cannot be stored is refused with a reason."""

import json

import pytest

from service.documents import DEEPEST, NotStorable, check, members


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ("{}", {}),
        (' {\n"a" : 1.10 ,"b":[ 1, 2 ]\t} \r\n', {"a": "1.10", "b": "[ 1, 2 ]"}),
        ('{"a":"}","é":{"x":"\\""}}', {"a": '"}"', "é": '{"x":"\\""}'}),
        ('{"a":1,"a":2}', {"a": "2"}),
    ],
)
def test_members_keep_their_text(body: str, texts: dict[str, str]) -> None:
    found = members(body.encode())

    assert {name: text for name, (_, text) in found.items()} == texts
    assert {name: value for name, (value, _) in found.items()} == json.loads(body)


@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "[]",
        "1",
        '"a"',
        "{",
        '{"a"',
        '{"a":',
        '{"a":1',
        '{"a":1,',
        '{"a":1,}',
        "{a:1}",
        "{} {}",
        '{"a" 1}',
        '{"a\n":1}',
    ],
)
def test_anything_but_one_object_is_refused(body: str) -> None:
    with pytest.raises(NotStorable):
        members(body.encode())


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e309", "-1e309", "0e400", "1e-400", "1e" + "9" * 5000])
def test_number_without_a_double_is_refused(number: str) -> None:
    with pytest.raises(NotStorable):
        members(f'{{"a":[{number}]}}'.encode())


@pytest.mark.parametrize("text", ['{"a":"\\u0000"}', '{"\\u0000":1}', '{"a":"\\udc00\\ud800"}', '{"a":["x\\ud83d"]}',
                                  '{"a":"\\u0000","a":1}', '{"a":[{"b":{"\\udc00":1},"b":2}]}'])  # fmt: skip
def test_text_that_jsonb_refuses_is_refused(text: str) -> None:
    with pytest.raises(NotStorable):
        check(json.loads(text), text)


@pytest.mark.parametrize("text", ['{"a":"\\\\u0000"}', '{"a":"\\ud83d\\ude00"}', '{"a":"\\u00e9"}'])
def test_text_that_only_looks_suspicious_is_kept(text: str) -> None:
    check(json.loads(text), text)


def test_depth_is_bounded_not_breadth() -> None:
    broad = "[" + ",".join(["[]"] * 500) + "]"
    deep = "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)

    check(json.loads(broad), broad)
    check(json.loads(deep[1:-1]), deep[1:-1])
    with pytest.raises(NotStorable, match="deeper"):
        check(json.loads(deep), deep)
