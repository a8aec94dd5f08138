"""Every command of every page is accounted for, and those that are fast do what the page says."""

import subprocess
from collections.abc import Iterator, Sequence

import pytest

from fixtures.settings import ROOT
from tests.docs import scripts
from tests.docs.following import Copy, Otherwise, copied
from tests.docs.pages import FILES, Page, pages
from tests.docs.scripts import Command, Step

PAGE = Page("docs/x.md", "```bash\nmake one  # why\nmake \\\n  two\n```\n")
ROWS = [Command("make one", "fast"), Command("make two", "stack")]


@pytest.mark.parametrize("name", FILES)
def test_every_command_has_a_row_and_every_row_a_command(name: str) -> None:
    assert scripts.unaccounted(pages()[name], scripts.table().get(name, ())) == []


def test_rows_are_of_pages_that_exist() -> None:
    assert set(scripts.table()) <= set(FILES)
    assert sum(len(rows) for rows in scripts.table().values()) > 40


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(ROWS, [], id="all accounted for"),
        pytest.param(ROWS[:1], ["docs/x.md:1: make two has no row"], id="a command without a row"),
        pytest.param([*ROWS, Command("make three", "fast")], ["nobody says make three"], id="a row without a command"),
        pytest.param(ROWS[::-1], ["not in the order of the page"], id="another order"),
    ],
)
def test_what_is_not_accounted_for_is_told(rows: list[Command], said: list[str]) -> None:
    found = scripts.unaccounted(PAGE, rows)

    assert len(found) == len(said)
    assert all(words in one for words, one in zip(said, found, strict=True))


@pytest.mark.parametrize("wrong", [{"how": "shown"}, {"how": "fast", "because": "slow"}, {"how": "maybe"}])
def test_row_that_checks_nothing_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="make one"):
        Command(run="make one", **wrong)  # type: ignore[arg-type]


def test_blocks_are_of_known_languages() -> None:
    assert scripts.languages() <= {"bash", "diff", "text", "json", "yaml", "python", "mermaid"}


def edited() -> set[str]:
    """The files that somebody is working on: they differ from what is committed."""
    done = subprocess.run(["git", "diff", "--name-only", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return set(done.stdout.splitlines())


def changed(steps: Sequence[Step]) -> set[str]:
    """The files that a page's diffs change."""
    return {line[6:] for each in steps for line in (each.diff or "").splitlines() if line.startswith("--- a/")}


@pytest.mark.parametrize("name", scripts.having("fast"))
def test_page_can_be_followed(name: str) -> None:
    wanted = scripts.of(name, "fast")
    if tried := edited() & changed(wanted):
        pytest.skip(f"{', '.join(sorted(tried))}: edited and not committed; pages speak of what is")

    with copied() as copy:
        done = copy.follow(wanted)

    assert done == [each.command.run for each in wanted if each.command]


@pytest.fixture(scope="module")
def copy() -> Iterator[Copy]:
    with copied() as made:
        yield made


@pytest.mark.parametrize(
    ("command", "said"),
    [
        pytest.param(Command("exit 3", "fast"), "seen: exit code 3", id="another exit code"),
        pytest.param(Command("echo one", "fast", says=["two"]), "expected: exit code 0, 'two'", id="other words"),
        pytest.param(Command("false | cat", "fast"), "seen: exit code 1", id="the first of a pipe"),
        pytest.param(Command("read x < /dev/tty; tail -f README.md", "fast", seconds=0.2), "no end after", id="no end"),
        pytest.param(Command("echo on; exit 0", "fast", until="at work"), "'at work'", id="never at work"),
    ],
)
def test_command_that_does_otherwise_is_told(copy: Copy, command: Command, said: str) -> None:
    with pytest.raises(Otherwise) as told:
        copy.run(command, "docs/x.md:7")

    assert str(told.value).startswith(f"docs/x.md:7: {command.run}\n")
    assert said in str(told.value)


def test_command_at_work_is_interrupted(copy: Copy) -> None:
    copy.run(Command("echo at work; exec tail -f README.md", "fast", until="at work"), "docs/x.md:7")


def test_reading_is_tried_again_until_it_is_there(copy: Copy) -> None:
    script = "echo x >> tries; test $(wc --lines < tries) = 3 && echo there"

    copy.run(Command(script, "fast", says=["there"], within=30), "docs/x.md:7")

    assert (copy.directory / "tries").read_text() == "x\nx\nx\n"


def test_change_that_does_not_apply_is_told(copy: Copy) -> None:
    diff = "--- a/README.md\n+++ b/README.md\n@@ -1,1 +1,1 @@\n-nothing of the kind\n+x\n"

    with pytest.raises(Otherwise, match=r"docs/x\.md:7: git apply refused it"):
        copy.change(Step("docs/x.md:7", diff=diff))
