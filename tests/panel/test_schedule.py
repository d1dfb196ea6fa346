"""Which card is on show: nothing changes under eye or hand, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

from tests.panel.modules import run

pytestmark = pytest.mark.asyncio(loop_scope="session")

# `s(id, trigger, more)` is a suggestion; `seen()` is what is on show as 'id:state'.
_PRELUDE = """
const { Schedule } = await load("schedule");
const schedule = new Schedule({ minimum: 4000, linger: 2000 });
const s = (id, trigger, more = {}) => ({
  id, trigger_seq: trigger, status: "final", text: `text of ${id}`, silence: null, ttl_ms: 30000, ...more,
});
const hush = (id, trigger) => s(id, trigger, { text: "", silence: "customer_speaking" });
const seen = () => (schedule.shown ? `${schedule.shown.suggestion.id}:${schedule.shown.state}` : null);
const log = [];
const look = () => log.push(seen());
"""


async def looks(modules: Page, script: str) -> list[Any]:
    found: list[Any] = await run(modules, f"{_PRELUDE}{script}; return log;")
    return found


async def test_a_card_stays_for_its_minimum_time(modules: Page) -> None:
    """An answer to the next trigger waits until the card on show has had its time; the newest one comes."""
    script = """
    schedule.offer(s("a", 1), 0); look();
    schedule.offer(s("b", 2), 1000); schedule.offer(s("c", 3), 2000); look();
    log.push(schedule.more, schedule.wake);
    schedule.tick(3999); look();
    schedule.tick(4000); look();
    """
    assert await looks(modules, script) == ["a:ready", "a:ready", True, 4000, "a:ready", "c:ready"]


async def test_a_held_card_stays(modules: Page) -> None:
    """What pointer or focus rests on is not replaced until they leave; a key replaces it at once."""
    script = """
    schedule.offer(s("a", 1), 0); schedule.hold(true, 10);
    schedule.offer(s("b", 2), 1000); schedule.tick(9000); look();
    log.push(schedule.wake > 9000);
    schedule.hold(false, 9500); look();
    schedule.hold(true, 9600); schedule.offer(s("c", 3), 9700); log.push(schedule.next(9800)); look();
    """
    assert await looks(modules, script) == ["a:ready", True, "b:ready", True, "c:ready"]


async def test_a_later_answer_to_the_same_trigger_waits_for_a_key(modules: Page) -> None:
    """It waits however long, says that it is there, and comes with the key."""
    script = """
    schedule.offer(s("a", 1), 0); schedule.offer(s("late", 1), 1500);
    schedule.tick(20000); look(); log.push(schedule.more);
    schedule.next(20001); look();
    """
    assert await looks(modules, script) == ["a:ready", True, "late:ready"]


async def test_the_next_trigger_overtakes_a_later_answer(modules: Page) -> None:
    """When the next trigger's card comes, the late one of the last is not shown any more."""
    script = """
    schedule.offer(s("a", 1), 0); schedule.offer(s("late", 1), 1500); schedule.offer(s("b", 2), 5000); look();
    log.push(schedule.more);
    """
    assert await looks(modules, script) == ["b:ready", False]


async def test_growing_text_only_grows(modules: Page) -> None:
    """Text that goes on is shown at once; one that is another text waits its turn."""
    script = """
    const text = (words, status = "partial") => s("a", 1, { text: words, status });
    schedule.offer(text("I am"), 0); look();
    schedule.offer(text("I am sorry."), 100); log.push(schedule.shown.suggestion.text);
    schedule.offer(text("Another phrase.", "final"), 200); log.push(schedule.shown.suggestion.text);
    schedule.tick(4000); log.push(schedule.shown.suggestion.text);
    """
    expected = ["a:growing", "I am sorry.", "I am sorry.", "Another phrase."]
    assert await looks(modules, script) == expected


async def test_a_withdrawn_card_fades_then_leaves(modules: Page) -> None:
    """It is marked at once, leaves after its time, and does not come back; what waited comes instead."""
    script = """
    schedule.offer(s("a", 1), 0);
    schedule.offer(s("a", 1, { status: "withdrawn", revision: 2 }), 1000); look();
    schedule.tick(3999); look(); schedule.tick(4000); look();
    schedule.offer(s("a", 1), 4100); look();
    log.push(schedule.previous(4200)); look();
    """
    expected = ["a:withdrawn", "a:withdrawn", None, None, True, "a:earlier"]
    assert await looks(modules, script) == expected


async def test_silence_gives_way_at_once(modules: Page) -> None:
    """Silence comes in its turn, and anything may take its place; its release leaves nothing."""
    script = """
    schedule.offer(s("a", 1), 0); schedule.offer(hush("q", 2), 100); look(); log.push(schedule.more);
    schedule.tick(4000); look();
    schedule.offer(s("b", 3), 4001); look();
    schedule.offer(hush("r", 4), 9000); look();
    schedule.offer({ ...hush("r", 4), status: "withdrawn" }, 9001); look();
    """
    assert await looks(modules, script) == ["a:ready", False, "q:ready", "b:ready", "r:ready", None]


async def test_an_expired_card_is_said_to_be_old(modules: Page) -> None:
    """Its time is counted from when it came, by the clock here alone."""
    script = """
    schedule.offer(s("a", 1, { ttl_ms: 5000, valid_until: 1 }), 100); log.push(schedule.wake); look();
    schedule.tick(5100); look(); log.push(schedule.wake);
    schedule.offer(s("b", 1), 5200); look();
    """
    assert await looks(modules, script) == [5100, "a:ready", "a:expired", None, "b:ready"]


async def test_older_cards_are_a_key_away(modules: Page) -> None:
    """Backwards and forwards through what was shown, and back to what still stands."""
    script = """
    for (const [index, id] of ["a", "b", "c"].entries()) schedule.offer(s(id, index), index * 5000);
    look(); log.push(schedule.canGoBack);
    schedule.previous(10100); look(); schedule.previous(10200); look();
    log.push(schedule.previous(10300), schedule.canGoBack); look();
    schedule.next(10400); look(); schedule.next(10500); look();
    """
    assert await looks(modules, script) == [
        "c:ready", True, "b:earlier", "a:earlier", False, False, "a:earlier", "b:earlier", "c:ready",
    ]  # fmt: skip


async def test_a_card_that_was_fetched_back_has_its_time(modules: Page) -> None:
    """While an older card is read, a newer one waits as for any card."""
    script = """
    schedule.offer(s("a", 1), 0); schedule.offer(s("b", 2), 5000);
    schedule.previous(6000); schedule.offer(s("c", 3), 6100); look();
    schedule.tick(10000); look();
    """
    assert await looks(modules, script) == ["a:earlier", "c:ready"]


async def test_used_gives_way_at_once_and_dismissed_is_gone(modules: Page) -> None:
    """A used card stays until the next one comes; a dismissed one leaves, and its late revisions with it."""
    script = """
    schedule.offer(s("a", 1), 0); schedule.used(); look();
    schedule.offer(s("b", 2), 10); look();
    schedule.dismiss(20); look();
    schedule.offer(s("b", 2, { revision: 2 }), 30); look();
    schedule.offer(s("c", 3), 40); look();
    """
    assert await looks(modules, script) == ["a:used", "b:ready", None, None, "c:ready"]


async def test_a_card_that_was_asked_for_comes_at_once(modules: Page) -> None:
    """With nothing waiting the key says so; the answer then does not wait, even for the same trigger."""
    script = """
    schedule.offer(s("a", 1), 0); log.push(schedule.next(100));
    schedule.offer(s("b", 1), 200); look();
    schedule.offer(s("c", 1), 300); look();
    """
    assert await looks(modules, script) == [False, "b:ready", "b:ready"]


async def test_quiet_shows_nothing_but_on_request(modules: Page) -> None:
    """What was on show goes and nothing comes by itself; the key brings what there is; after the end the
    newest comes."""
    script = """
    schedule.offer(s("a", 1), 0); schedule.hush(true, 100); look();
    schedule.offer(s("b", 2), 200); schedule.offer(hush("q", 3), 250); schedule.tick(9000); look();
    log.push(schedule.more, schedule.next(9050)); look();
    log.push(schedule.next(9060)); schedule.offer(s("c", 3), 9070); look();
    schedule.dismiss(9080); schedule.offer(s("d", 4), 9100); look();
    schedule.hush(false, 9200); look();
    """
    expected = [None, None, False, True, "b:ready", False, "c:ready", None, "d:ready"]
    assert await looks(modules, script) == expected


async def test_disorder_never_swaps_a_card_early(modules: Page) -> None:
    """Whatever comes in whatever order (seeded, 3,000 steps), no card on show is replaced before its minimum
    time, nor while it is held, unless by a key or after its use."""
    script = """
    let seed = 7;
    const random = (n) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * n);
    };
    let now = 0, held = false, trigger = 1, made = 0, checked = 0;
    const fresh = (more) => s(`s${(made += 1)}`, (trigger += random(2)), more);
    const comes = [
      () => schedule.offer(fresh({ ttl_ms: 1 + random(9000) }), now),
      () => schedule.offer(fresh({ text: "", silence: "customer_speaking" }), now),
      () => schedule.shown && schedule.offer({ ...schedule.shown.suggestion, status: "withdrawn" }, now),
      () => {},
    ];
    const keys = [
      () => schedule.next(now) || schedule.unasked(),
      () => schedule.previous(now),
      () => schedule.dismiss(now),
      () => schedule.used(),
    ];
    for (let step = 0; step < 3000; step += 1) {
      now += random(1500);
      if (random(4) === 0) schedule.hold((held = !held), now);
      schedule.tick(now);
      if (random(6) === 0) {
        keys[random(keys.length)]();
        schedule.hold(held, now);
      }
      const before = schedule.shown && { ...schedule.shown };
      comes[random(comes.length)]();
      schedule.tick(now);
      if (!before || before.suggestion.silence || before.state === "used") continue;
      const same = schedule.shown?.suggestion.id === before.suggestion.id;
      if (!same && held) log.push([step, "held", before.state]);
      if (!same && now < before.since + 4000) log.push([step, "early", before.state]);
      checked += 1;
    }
    log.push(checked > 500);
    """
    assert await looks(modules, script) == [True]
