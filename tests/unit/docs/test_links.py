"""Every link leads somewhere: to a page, a file, or a heading that is there."""

import pytest

from fixtures.settings import ROOT
from tests.docs.pages import FILES, Page, anchor, pages


def broken(page: Page) -> list[str]:
    """The links of a page that lead nowhere; those to other sites are left out."""
    known = {**pages(), page.name: page}
    found = []
    for link in (each for each in page.links if "://" not in each):
        path, _, heading = link.partition("#")
        target = ((ROOT / page.name).parent / path).resolve() if path else ROOT / page.name
        name = str(target.relative_to(ROOT)) if target.is_relative_to(ROOT) else ""
        if not target.exists() or (heading and heading not in known.get(name, Page(name, "")).anchors):
            found.append(link)
    return found


@pytest.mark.parametrize("name", FILES)
def test_links_lead_somewhere(name: str) -> None:
    assert pages()[name].links
    assert broken(pages()[name]) == []


@pytest.mark.parametrize("link", ["nowhere.md", "reference.md#nothing", "#nothing", "../../beyond"])
def test_broken_link_is_found(link: str) -> None:
    assert broken(Page("docs/tutorial.md", f"# Here\n[x]({link}) [y](#here) [z](reference.md#settings)\n")) == [link]


def test_every_page_can_be_reached_from_the_readme() -> None:
    linked = {link.partition("#")[0] for link in pages()["README.md"].links}

    assert {name for name in FILES if name != "README.md"} <= linked


def test_heading_becomes_the_anchor_that_github_makes() -> None:
    assert anchor("results.json") == "resultsjson"
    assert anchor("Add a metric: `x_total`") == "add-a-metric-x_total"
