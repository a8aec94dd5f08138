"""The ledger as people read it: a row for each fact, stations in the order that data flows."""

from fixtures.report.ledger import books
from fixtures.report.run import Entry


def page(fact: str, *stations: str, run: str = "flow", wrong: str = "") -> list[Entry]:
    return [Entry(run, fact, each, 1, each != wrong) for each in stations]


def test_facts_of_a_run_share_one_table() -> None:
    entries = [*page("answered", "client", "service"), *page("stored", "rows", "service")]
    entries += page("created", "client", "rows", "service", "prometheus")

    (book,) = books(entries)

    assert book.stations == ["client", "rows", "service", "prometheus"]
    assert [each.name for each in book.facts] == ["answered", "stored", "created"]
    assert "rows" not in book.facts[0].entries


def test_station_that_differs_is_named() -> None:
    first, second = books(
        [*page("a", "client", "service"), *page("b", "client", "service", run="load", wrong="service")]
    )

    assert (first.wrong, second.wrong) == (0, 1)
    assert second.facts[0].broken_at == "service"


def test_remark_of_a_station_is_told_beside_the_fact() -> None:
    (book,) = books(
        [*page("a", "client (5 answered, 2 without an answer)", "service"), *page("b", "client", "service")]
    )

    assert book.stations == ["client", "service"]
    assert [each.name for each in book.facts] == ["a (5 answered, 2 without an answer)", "b"]
