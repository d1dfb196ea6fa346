"""How the panel looks and reads in each state; a picture of each is written to build/screenshots/."""

from __future__ import annotations

import asyncio
from itertools import chain, pairwise

import pytest
from playwright.async_api import Page, expect

from tests.fakes.openai_server import FakeOpenAI, stream, until
from tests.panel.stage import COMPLAINT, OPENING, Stage, axe
from tests.wire.model_faults import EVENTS, FIRST, GROWN, PHRASE
from tests.wire.processes import ServerProcess

pytestmark = [pytest.mark.wire, pytest.mark.asyncio(loop_scope="session")]


async def test_it_is_readable_in_light_and_dark(stage: Stage) -> None:
    """By the reader's wish or the host's, light or dark, axe finds no violation in any state."""
    await stage.open(**OPENING)
    panel = await stage.embed(minimum="0")
    await stage.live()
    await looks(stage, "listening")
    await stage.talk()
    await stage.shown()
    await expect(stage.part("promises")).to_contain_text("Friday")
    await looks(stage, "card")
    await stage.page.locator("agent-copilot summary").click()
    await looks(stage, "wordings")
    await stage.page.keyboard.press("Alt+e")
    await looks(stage, "edit")
    await stage.page.keyboard.press("Escape")
    await stage.page.keyboard.press("Alt+u")
    await looks(stage, "used")
    paper = "panel => getComputedStyle(panel.shadowRoot.querySelector('.panel')).backgroundColor"
    before = await panel.evaluate(paper)
    await panel.evaluate("panel => panel.setAttribute('theme', 'dark')")
    assert await panel.evaluate(paper) != before


async def looks(stage: Stage, name: str) -> None:
    """As it stands it is without fault and has its picture taken, in light and in dark."""
    for scheme in ("light", "dark"):
        await stage.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await stage.picture(f"{name}-{scheme}")
        assert await axe(stage.page, colours_only=scheme == "dark") == []
    await stage.page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("width", [280, 380, 1000])
async def test_it_fits_from_narrow_to_wide(stage: Stage, width: int) -> None:
    """Nothing is cut off or hangs over, and every button can be reached, from 280 pixels on."""
    await stage.page.set_viewport_size({"width": width + 16, "height": 900})
    await stage.open(**OPENING)
    panel = await stage.embed(minimum="0")
    await stage.talk()
    await stage.shown()
    await expect(stage.part("promises")).to_contain_text("Friday")
    assert await panel.evaluate("panel => panel.getBoundingClientRect().width") == width
    assert await panel.evaluate(_HANGS_OVER) == []
    await stage.picture(f"width-{width}")
    assert await axe(stage.page) == []


_HANGS_OVER = """panel => {
  const box = panel.getBoundingClientRect();
  return [...panel.shadowRoot.querySelectorAll("button, p, dd, li, svg, textarea")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest(".unseen"))
    .filter((each) => {
      const { left, right } = each.getBoundingClientRect();
      return left < box.left - 0.5 || right > box.right + 0.5 || each.scrollWidth > each.clientWidth + 1;
    })
    .filter((each) => each.tagName !== "svg" && each.clientWidth && !each.closest("ol"))
    .map((each) => each.outerHTML.slice(0, 80));
}"""


async def test_it_reads_from_right_to_left(stage: Stage) -> None:
    """On a right-to-left page the panel is mirrored, and each text has its own direction."""
    await stage.open(**OPENING)
    panel = await stage.embed(minimum="0")
    await stage.page.evaluate("document.documentElement.dir = 'rtl'")
    await panel.evaluate("panel => { panel.texts = { use: 'استخدم', edit: 'تعديل', dismiss: 'تجاهل' }; }")
    await stage.talk()
    await stage.shown()
    await expect(stage.part("promises")).to_contain_text("Friday")
    use, dismiss = await stage.button("use").bounding_box(), await stage.button("dismiss").bounding_box()
    assert use is not None
    assert dismiss is not None
    assert use["x"] > dismiss["x"]
    await expect(stage.part("phrase")).to_have_css("direction", "ltr")
    await stage.picture("right-to-left")
    assert await axe(stage.page) == []


async def test_motion_is_reduced_on_request(stage: Stage) -> None:
    """Whoever wants less motion gets none."""
    await stage.page.emulate_media(reduced_motion="no-preference")
    await stage.open()
    await stage.embed()
    await stage.live()
    moves = "[...panel.shadowRoot.querySelectorAll('*')].some((each) => still(each) !== '0s')"
    moves = f"((still) => {moves})((each) => getComputedStyle(each).transitionDuration)"
    await stage.until(moves)
    await stage.page.emulate_media(reduced_motion="reduce")
    await stage.until(f"!({moves})")


async def test_everything_is_done_by_keyboard(stage: Stage) -> None:
    """With the tabulator alone every action can be reached, in the order of need, and is seen to be."""
    await stage.open(**OPENING)
    await stage.embed(minimum="0")
    await stage.talk()
    await stage.shown()
    # What came before this card may be told after it.
    await expect(stage.button("previous")).to_be_enabled()
    reached = []
    for _ in range(8):
        await stage.page.keyboard.press("Tab")
        focused = "document.querySelector('agent-copilot').shadowRoot.activeElement"
        reached.append(await stage.page.evaluate(f"{focused}?.dataset.action ?? {focused}?.tagName"))
        outline = await stage.page.evaluate(f"{focused} && getComputedStyle({focused}).outlineStyle")
        assert outline in ("solid", None)
    assert reached[:7] == ["quiet", "use", "edit", "dismiss", "previous", "next", "SUMMARY"]


async def test_a_note_for_the_agent_is_one_and_goes(stage: Stage) -> None:
    """A coach note on the agent's turn shows, at most one, and leaves when the agent speaks again."""
    await stage.open(**OPENING)
    await stage.embed(minimum="0")
    await stage.live()
    await stage.say("customer", COMPLAINT)
    await stage.say("agent", "Calm down, please. You must have given us the wrong address.")
    await stage.say("customer", "Excuse me? I want to know where my parcel is!")
    note = stage.part("note")
    await expect(note).to_be_visible()
    await stage.picture("note")
    assert await axe(stage.page) == []
    await stage.say("agent", "You are right, that was not fair. I am looking it up now.")
    await expect(note).to_be_hidden()


async def test_streaming_text_grows_and_never_jumps(
    page: Page, model_server: tuple[ServerProcess, FakeOpenAI]
) -> None:
    """A model's phrase grows at its end only, what stands below it stays where it is, and it is announced and
    told as shown once, when it is whole."""
    server, upstream = model_server
    # It stops to think after its first sentence.
    seen = asyncio.Event()
    upstream.reply_with(lambda request: stream(chain(EVENTS[:GROWN], until(seen), EVENTS[GROWN:])))
    async with Stage(page, server.base_url) as stage:
        await stage.open()
        await stage.embed()
        await stage.live()
        await stage.page.evaluate(
            """() => {
              const root = document.querySelector("agent-copilot").shadowRoot;
              const phrase = root.querySelector("[part=phrase]");
              const below = root.querySelector("[data-action=use]");
              window.grown = [];
              const look = () => window.grown.push([phrase.textContent, below.getBoundingClientRect().top]);
              const all = { childList: true, characterData: true, subtree: true };
              new MutationObserver(look).observe(phrase, all);
            }"""
        )
        await stage.say("customer", "The kettle leaks again, that is the second one! I am so tired of this.")
        await stage.shows(FIRST)
        await stage.picture("growing")
        seen.set()
        await stage.shows(PHRASE)
        grown = [text for text, _ in await stage.page.evaluate("window.grown")]
        assert grown[0] == FIRST
        assert all(after.startswith(before) for before, after in pairwise(grown))
        tops = {top for _, top in await stage.page.evaluate("window.grown")}
        assert max(tops) - min(tops) < 40
        await stage.until("window.heard.some(([type]) => type === 'feedback')")
        assert [told["verdict"] for told in await stage.heard("feedback")] == ["shown"]
