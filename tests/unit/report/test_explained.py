"""A failure in parts: what was expected and seen, the query, what to run next."""

import pytest

from fixtures.errors import Unmet
from fixtures.polling import eventually
from fixtures.report.explained import Explained, explained
from fixtures.report.run import Failure

TEST = "tests/integration/layer3_telemetry/test_values.py::test_value_is_true[http_route: '/a_b']"
LONG = """
    def test_it() -> None:
>       assert {'a': 1} == {'a': 2}
E       AssertionError: what /metrics says
E       assert {'a': 1} == {'a': 2}
E
E         Differing items:
E         {'a': 1} != {'a': 2}
E         Use -v to get more diff

tests/integration/layer3_telemetry/test_values.py:107: AssertionError
"""  # pytest writes it so


def of(text: str, crash: str = "") -> Explained:
    return explained(Failure(TEST, "layer3_telemetry", "call", text, crash))


async def unmet(seen: object, hint: str) -> str:
    """Return the message of a wait that ended without what it waited for."""

    async def probe() -> object:
        return seen

    with pytest.raises(Unmet) as raised:
        await eventually(
            probe, lambda _: False, expected="eight\nof them", of="prometheus", within=0, hint=hint, every=0.01
        )
    return str(raised.value)


async def test_unmet_expectation_is_taken_apart() -> None:
    text = f"tests/integration/layer3_telemetry/test_values.py:12: await it\n\n{await unmet(7, 'curl it')}"

    seen = of(text)

    assert [name for name, _ in seen.parts] == ["expected", "of", "waited", "seen"]
    assert dict(seen.parts)["expected"] == "eight\nof them"
    assert (seen.hint, seen.place) == ("curl it", "tests/integration/layer3_telemetry/test_values.py:12")
    assert seen.headline == "expected eight; seen: 7"


async def test_query_is_found_in_a_hint() -> None:
    seen = of(await unmet([], "<prometheus http://127.0.0.1:9090>: sum by (job) (up == 0)"))

    assert seen.query == "sum by (job) (up == 0)"


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("prometheus answered 400 to /api/v1/query {'query': 'rate(up', 'time': 1.0}: parse error", "rate(up"),
        ("assert [<plumbline / CPU A: empty, 0 series, 0 numbers: rate(up[5s])>] == []", "rate(up[5s])"),
        ("assert 1 == 2", ""),
    ],
    ids=["refused", "drawn panel", "none"],
)
def test_query_is_found_where_there_is_one(text: str, query: str) -> None:
    assert of(text).query == query


def test_assertion_is_told_in_pytest_s_words() -> None:
    seen = of(LONG, "AssertionError: what /metrics says\nassert {'a': 1} == {'a': 2}")

    assert seen.headline == "what /metrics says: assert {'a': 1} == {'a': 2}"
    assert dict(seen.parts)["asserted"].splitlines()[1:] == [
        "assert {'a': 1} == {'a': 2}",
        "  Differing items:",
        "  {'a': 1} != {'a': 2}",
    ]
    assert seen.place.endswith("test_values.py:107")


def test_failure_without_a_word_says_so() -> None:
    assert of("").headline == "it failed without a word"
    assert of("").parts == []


def test_test_is_named_in_words_and_run_again_by_name() -> None:
    assert of("x").name == "value is true [http_route: '/a_b']"
    assert (
        of("x").again
        == f""".venv/bin/python -m pytest '{TEST.replace("'", chr(39) + '"' + chr(39) + '"' + chr(39))}'"""
    )
