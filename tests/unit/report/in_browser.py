"""The page in a real browser: nothing asked of the network, no complaint, no sideways scrolling, pictures to look at.

Part of `make report-check` only: it wants Chromium (`apt-get install chromium`). The page of the last run is looked at
beside the four kinds of run; pictures are written to `.build/report-check/`.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from fixtures.report.page import write
from fixtures.settings import ROOT, settings
from tests.unit.report.browser import Page, browser
from tests.unit.report.samples import KINDS, directory

PICTURES = ROOT / ".build" / "report-check"
LAST = "last run"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of each kind of run, and of the last run if there was one."""
    root = tmp_path_factory.mktemp("pages")
    found = {kind: write(directory(kind, root / kind)) for kind in KINDS}
    last = settings().report / "index.html"
    return {**found, LAST: last} if last.exists() else found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page() -> AsyncIterator[Page]:
    """A browser's page; the browser is ended afterwards."""
    async with browser() as one:
        yield one


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("kind", [*KINDS, LAST])
async def test_page_is_whole_in_a_browser(
    page: Page, pages: dict[str, Path], kind: str, width: int, scheme: str
) -> None:
    if kind not in pages:
        pytest.skip("there was no run yet")

    await page.open(pages[kind], width=width, scheme=scheme)
    wide = await page.value("document.documentElement.scrollWidth")
    picture = await page.screenshot()
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / f"{kind.replace(' ', '-')}-{width}-{scheme}.png").write_bytes(picture)

    assert page.complaints == []
    assert page.requests == [pages[kind].as_uri()]
    assert wide == width


SEEN = """
(() => {
  const luminance = (colour) => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((each) => each / 255);
    const linear = parts.map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const faint = new Set();
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((each) => each.nodeType === 3 && each.textContent.trim());
    const box = element.getBoundingClientRect();
    if (!own || box.width < 2 || box.height < 2) continue;
    const style = getComputedStyle(element);
    const inside = element.closest('svg') && element.tagName !== 'svg';
    const [a, b] = [luminance(inside ? style.fill : style.color), luminance(behind(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) faint.add(element.textContent.trim().slice(0, 40));
  }
  return [...faint];
})()
"""
"""Texts whose contrast is below 4.5 to 1 (WCAG 2.2, 1.4.3)."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["passed", "failed"])
async def test_every_text_stands_out(page: Page, pages: dict[str, Path], kind: str, scheme: str) -> None:
    await page.open(pages[kind], width=1280, scheme=scheme)

    assert await page.value(SEEN) == []


async def test_first_key_leads_past_the_chapters(page: Page, pages: dict[str, Path]) -> None:
    await page.open(pages["passed"], width=1280)
    for kind in ("keyDown", "keyUp"):
        await page.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)

    assert await page.value("document.activeElement.textContent") == "Skip to the chapters"
    assert await page.value("document.activeElement.getBoundingClientRect().left >= 0")
