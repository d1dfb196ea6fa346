"""The panel against a real server: what the agent sees, does, and what the server learns of it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.panel.stage import COMPLAINT, Stage, hold_clock, soon

pytestmark = [pytest.mark.wire, pytest.mark.asyncio(loop_scope="session")]


async def test_the_phrase_comes_with_its_act_and_reason(stage: Stage) -> None:
    """After the customer's turn the panel shows what the server suggests, and tells that it was shown."""
    await stage.open()
    await stage.embed()
    await stage.live()
    await expect(stage.part("phrase")).to_have_text("Listening")
    await stage.say("customer", COMPLAINT)
    card = await stage.shown()
    await expect(stage.part("why")).to_have_text(card["why"])
    await expect(stage.part("act")).to_have_text("Apologise")
    await expect(stage.page.locator("agent-copilot [aria-current=step]")).to_have_text("Venting")
    await expect(stage.part("heat-word")).to_have_text("Angry")
    await expect(stage.part("matter")).to_contain_text("parcel")
    await expect(stage.part("who")).to_have_text("Jo Parker")
    await until_told(stage, card["id"], [("shown", None)])


async def test_a_panel_that_comes_late_shows_where_it_stands(stage: Stage) -> None:
    """Opened in the middle of a call, the panel shows the card that stands, the heat so far, and has what was
    shown before one key away."""
    await stage.open()
    await stage.say("customer", COMPLAINT)
    first = await stage.suggestion()
    await stage.say("agent", "Two weeks and not one call: I am sorry. I will call the depot by Friday.")
    await stage.say("customer", "So where is it now? And who pays for my trip?")
    await stage.embed()
    second = await stage.shown()
    assert second["id"] != first["id"]
    await expect(stage.part("questions")).to_have_count(2)
    await expect(stage.part("promises")).to_contain_text("by Friday")
    await stage.page.keyboard.press("Alt+b")
    await stage.shows(first["text"])
    await expect(stage.part("mark")).to_have_text("Earlier phrase")
    await stage.page.keyboard.press("Alt+n")
    await stage.shows(second["text"])


async def test_use_hands_the_phrase_to_the_host(stage: Stage) -> None:
    """The key for use, pressed while the agent types elsewhere, gives the host the text."""
    await stage.open()
    await stage.embed(page_html='<textarea aria-label="Reply" autofocus></textarea>')
    await stage.live()
    await stage.say("customer", COMPLAINT)
    card = await stage.shown()
    await stage.page.locator("textarea[aria-label=Reply]").press("Alt+u")
    await expect(stage.part("mark")).to_have_text("Used")
    used = {"id": card["id"], "text": card["text"], "act": card["act"], "edited": False}
    assert await stage.heard("suggestion-used") == [used]
    await until_told(stage, card["id"], [("shown", None), ("used", None)])
    assert await stage.page.locator("textarea[aria-label=Reply]").input_value() == ""


async def test_edit_tells_what_was_said_instead(stage: Stage) -> None:
    """The phrase is edited in its place and taken with Enter; Escape leaves it as it was."""
    await stage.open()
    await stage.embed()
    await stage.live()
    await stage.say("customer", COMPLAINT)
    card = await stage.shown()
    await stage.page.keyboard.press("Alt+e")
    await expect(stage.part("pen")).to_be_focused()
    await expect(stage.part("pen")).to_have_value(card["text"])
    await stage.part("pen").press("Escape")
    await stage.shows(card["text"])
    await stage.page.keyboard.press("Alt+e")
    await stage.part("pen").fill("I hear you, and I am on it.")
    await stage.part("pen").press("Enter")
    await until_told(stage, card["id"], [("shown", None), ("edited", "I hear you, and I am on it.")])
    assert [used["text"] for used in await stage.heard("suggestion-used")] == ["I hear you, and I am on it."]


async def test_dismiss_clears_the_card(stage: Stage) -> None:
    """The key for dismiss takes the card away and tells the server; it stays one key away."""
    await stage.open()
    await stage.embed()
    await stage.live()
    await stage.say("customer", COMPLAINT)
    card = await stage.shown()
    await stage.page.keyboard.press("Alt+x")
    await stage.shows("Listening")
    await until_told(stage, card["id"], [("shown", None), ("dismissed", None)])
    await stage.button("previous").click()
    await stage.shows(card["text"])


async def test_another_asks_the_server(stage: Stage) -> None:
    """With nothing waiting, the key for another gets one from the server, at once."""
    await stage.open()
    await stage.embed()
    await stage.live()
    await stage.say("customer", COMPLAINT)
    first = await stage.shown()
    await stage.page.keyboard.press("Alt+n")
    await expect(stage.part("phrase")).not_to_have_text(first["text"])
    assert (await stage.shown())["id"] != first["id"]


async def test_other_wordings_are_folded_and_can_be_taken(stage: Stage) -> None:
    """An alternative taken is told as what was said instead."""
    await stage.open()
    await stage.embed()
    await stage.live()
    await stage.say("customer", COMPLAINT)
    card = await stage.shown()
    other = stage.part("alternative").first
    await expect(other).to_be_hidden()
    await stage.page.locator("agent-copilot summary").click()
    await other.click()
    assert [used["text"] for used in await stage.heard("suggestion-used")] == [card["alternatives"][0]]
    await until_told(stage, card["id"], [("shown", None), ("edited", card["alternatives"][0])])


async def test_quiet_brings_phrases_only_on_request(stage: Stage) -> None:
    """While it is quiet no phrase shows by itself, the key brings one, and the server knows: a panel opened
    anew is quiet too."""
    await stage.open()
    await stage.embed()
    await stage.live()
    await stage.page.keyboard.press("Alt+q")
    await expect(stage.button("quiet")).to_have_attribute("aria-pressed", "true")
    await until_quiet(stage)
    await stage.say("customer", COMPLAINT)
    await expect(stage.part("matter")).to_contain_text("parcel")
    await expect(stage.part("phrase")).to_contain_text("Quiet")
    await stage.embed()
    await stage.live()
    await expect(stage.button("quiet")).to_have_attribute("aria-pressed", "true")
    await stage.page.keyboard.press("Alt+n")
    await expect(stage.part("act")).not_to_have_text("")
    await stage.shown()
    await stage.page.keyboard.press("Alt+q")
    await expect(stage.button("quiet")).to_have_attribute("aria-pressed", "false")


async def test_a_card_does_not_change_under_the_eye(stage: Stage) -> None:
    """A further turn's card is announced as ready and waits for the minimum time; a key brings it at once."""
    await hold_clock(stage.page)
    await stage.open()
    await stage.embed()
    await stage.live()
    await stage.say("customer", COMPLAINT)
    first = await stage.shown()
    await stage.say("agent", "I am sorry that you had to wait.")
    await stage.say("customer", "So where is it now? And who pays for my trip?")
    await expect(stage.button("next")).to_have_attribute("data-more", "")
    await stage.pass_ms(3_900)
    await stage.shows(first["text"])
    await stage.pass_ms(200)
    second = await stage.shown()
    await stage.say("agent", "I will call the depot by Friday.")
    await stage.say("customer", "By Friday? You told me that last week, this is ridiculous!")
    await expect(stage.button("next")).to_have_attribute("data-more", "")
    await stage.shows(second["text"])
    await stage.button("next").click()
    assert (await stage.shown())["id"] != second["id"]


async def test_a_card_does_not_change_under_the_pointer(stage: Stage) -> None:
    """While the pointer is on the card nothing takes its place; when it leaves, the newer one does."""
    await hold_clock(stage.page)
    await stage.open()
    await stage.embed(minimum="0")
    await stage.live()
    await stage.say("customer", COMPLAINT)
    first = await stage.shown()
    await stage.part("phrase").hover()
    await stage.say("agent", "I am sorry that you had to wait.")
    await stage.say("customer", "So where is it now? And who pays for my trip?")
    await expect(stage.button("next")).to_have_attribute("data-more", "")
    await stage.pass_ms(15_000)
    await stage.shows(first["text"])
    await stage.page.mouse.move(1, 1)
    await stage.shown()


async def test_the_whole_phrase_is_announced_once(stage: Stage) -> None:
    """The live region is polite and says a whole phrase once; it says nothing of silence or of phases."""
    await stage.open()
    await stage.embed()
    await stage.live()
    await stage.page.evaluate(
        """() => {
          const live = document.querySelector("agent-copilot").shadowRoot.querySelector("[aria-live]");
          window.announced = [];
          new MutationObserver(() => window.announced.push(live.textContent))
            .observe(live, { childList: true, characterData: true, subtree: true });
        }"""
    )
    await stage.say("customer", COMPLAINT)
    card = await stage.shown()
    await expect(stage.part("matter")).to_contain_text("parcel")
    await stage.page.keyboard.press("Alt+u")
    await expect(stage.part("mark")).to_have_text("Used")
    assert await stage.page.evaluate("window.announced") == [f"Say: {card['text']}"]
    live = stage.page.locator("agent-copilot [aria-live]")
    await expect(live).to_have_attribute("aria-live", "polite")


async def test_keys_can_be_changed_and_switched_off(stage: Stage) -> None:
    """A host's own letters count and are shown; `keys="off"` leaves every key to the host."""
    await stage.open()
    panel = await stage.embed()
    await stage.live()
    await stage.say("customer", COMPLAINT)
    card = await stage.shown()
    await panel.evaluate("panel => { panel.keyMap = { use: 'j', dismiss: null }; }")
    await stage.shows(card["text"])
    await expect(stage.button("use")).to_have_attribute("aria-keyshortcuts", "Alt+J")
    await stage.page.keyboard.press("Alt+u")
    await stage.page.keyboard.press("Alt+x")
    await stage.shows(card["text"])
    await stage.page.keyboard.press("Alt+j")
    await expect(stage.part("mark")).to_have_text("Used")
    await panel.evaluate("panel => panel.setAttribute('keys', 'off')")
    await expect(stage.button("use")).not_to_have_attribute("aria-keyshortcuts", "Alt+J")
    await stage.shows(card["text"])
    await stage.page.keyboard.press("Alt+j")
    assert len(await stage.heard("suggestion-used")) == 1


async def test_another_conversation_is_another_panel(stage: Stage) -> None:
    """When the attribute changes, what belongs to the last conversation is gone."""
    first = await stage.open()
    panel = await stage.embed()
    await stage.live()
    await stage.say("customer", COMPLAINT)
    await stage.shown()
    second = await stage.open()
    assert first != second
    await panel.evaluate("(panel, id) => panel.setAttribute('conversation', id)", second)
    await stage.shows("Listening")
    await expect(stage.part("matter")).to_have_count(0)
    await stage.say("customer", "My bill is wrong again, for the third time! I am furious.")
    await stage.shown()


async def test_it_speaks_german(stage: Stage) -> None:
    """`lang` chooses the catalogue; a host may put its own words in."""
    await stage.open()
    panel = await stage.embed(lang="de-AT")
    await stage.shows("Hört zu")
    await panel.evaluate("panel => { panel.texts = { listening: 'Bin dabei' }; }")
    await stage.shows("Bin dabei")
    await expect(stage.button("quiet")).to_contain_text("Ruhe")


async def test_a_withdrawn_phrase_cannot_be_used(stage: Stage) -> None:
    """What the server withdrew stays to be read under the pointer, struck through; neither its button nor
    its key takes it, and another phrase is a key away."""
    await hold_clock(stage.page)
    await stage.open()
    await stage.embed()
    await stage.live()
    await stage.say("customer", COMPLAINT)
    first = await stage.shown()
    await stage.part("phrase").hover()
    path = f"/v1/conversations/{stage.conversation}/quiet"
    (await stage.http.post(path, json={"quiet": True})).raise_for_status()
    await expect(stage.part("mark")).to_have_text("No longer fits")
    await stage.pass_ms(15_000)
    await stage.shows(first["text"])
    for action in ("use", "edit", "dismiss"):
        await expect(stage.button(action)).to_be_disabled()
    await stage.picture("withdrawn")
    await stage.page.keyboard.press("Alt+u")
    await stage.page.keyboard.press("Alt+n")
    await expect(stage.part("phrase")).not_to_have_text(first["text"])
    await expect(stage.button("use")).to_be_enabled()
    assert await stage.heard("suggestion-used") == []


@pytest.mark.parametrize(
    ("lang", "state", "words"), [("en", "Not there yet", "has this id"), ("de", "Noch nicht da", "Kennung")]
)
async def test_it_waits_for_a_conversation(stage: Stage, lang: str, state: str, words: str) -> None:
    """A conversation that nobody knows is said to be just that; when it begins, the panel is there."""
    stage.conversation = f"later-{uuid4().hex[:12]}"
    await stage.embed(lang=lang)
    await expect(stage.part("connection")).to_have_text(state)
    await expect(stage.part("phrase")).to_contain_text(words)
    await stage.picture(f"unknown-{lang}")
    opening = {"id": stage.conversation, "channel": "chat"}
    (await stage.http.post("/v1/conversations", json=opening)).raise_for_status()
    await stage.page.evaluate("window.dispatchEvent(new Event('online'))")
    await stage.live()


async def test_silence_is_said_quietly(stage: Stage) -> None:
    """While the customer goes on, no card is drawn: the panel says to let them finish."""
    await stage.open(channel="voice")
    await stage.embed()
    await stage.live()
    partial = {
        "utterance_id": "p1",
        "revision": 0,
        "final": False,
        "speaker": "customer",
        "text": "And then nobody called me back and I waited",
        "start_ms": 0,
        "end_ms": 2000,
    }
    path = f"/v1/conversations/{stage.conversation}/fragments"
    (await stage.http.post(path, json=partial)).raise_for_status()
    await stage.shows("Let them finish")
    await expect(stage.button("use")).to_be_disabled()


async def until_told(stage: Stage, suggestion_id: str, expected: list[tuple[str, str | None]]) -> None:
    """Waits until the server knows just this of a suggestion."""
    told = await soon(lambda: stage.told(suggestion_id), lambda told: told == expected)
    assert told == expected


async def until_quiet(stage: Stage) -> None:
    """Waits until the server keeps this conversation quiet."""
    view = await soon(stage.view, lambda view: view["quiet"])
    assert view["quiet"], "the server does not know that it is quiet"
