// The panel for one conversation: the one in the address or the field, or else the newest, also one to come.
import { ask, bearing, isShut, keep, ticketing } from "./signing.js";
import { make } from "./making.js";

const LIST = "/v1/conversations?status=live&limit=1";
const AGAIN = 2_000;

const field = document.getElementById("conversation");
const stand = document.getElementById("stand");
const none = document.getElementById("none");
let waiting = 0;

function show(id) {
  clearTimeout(waiting);
  none.hidden = true;
  field.value = id;
  const panel = make("agent-copilot", { conversation: id });
  panel.getTicket = ticketing();
  stand.replaceChildren(panel);
}

async function newest() {
  clearTimeout(waiting);
  try {
    const answer = await fetch(LIST, { headers: bearing(), cache: "no-store" });
    const { items } = await answer.json();
    if (items.length) return show(items[0].id);
    none.hidden = false;
  } catch {
    // The server is away: it is asked again.
  }
  waiting = setTimeout(newest, AGAIN + Math.random() * AGAIN);
}

document.getElementById("choose").addEventListener("submit", (event) => {
  event.preventDefault();
  const id = field.value.trim();
  if (/^[A-Za-z0-9_:-][A-Za-z0-9._:-]{0,127}$/.test(id)) show(id);
  else field.select();
});
document.getElementById("newest").addEventListener("click", newest);

// A supervisor's session opens the list and makes no tickets: it is left aside here.
if (await isShut(LIST, "omit")) {
  const place = document.getElementById("sign-in");
  place.hidden = false;
  await ask(place.querySelector("form"), (typed) => keep(typed, LIST));
  place.hidden = true;
}
const asked = new URLSearchParams(location.search).get("conversation");
if (asked) show(asked);
else newest();
