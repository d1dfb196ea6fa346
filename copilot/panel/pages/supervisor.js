// All live conversations of the tenant: one list, one stream, and rows that move only when they should.
import { Along } from "./along.js";
import { Board } from "./board.js";
import { Connection } from "./connection.js";
import { put } from "./making.js";
import { Rows } from "./rows.js";
import { ask, isShut } from "./signing.js";
import { Tickets } from "./tickets.js";

const LIST = "/v1/conversations?status=live&limit=200";
const DRAW = 250; // ms: changes are drawn together
const SETTLE = 2_000; // ms between two orders of the rows
const AFRESH = 30_000; // ms between two lists: what the stream does not tell
const SOON = 1_000;

const at = (id) => document.getElementById(id);
const board = new Board();
const along = new Along();
const rows = new Rows(at("rows"), board, read);

let changed = new Set();
let unordered = true;
let forced = true; // also under a pointer: the first order, and one that somebody asked for
let ordered = 0;
let frame = 0;
let reading = "";
let listing = null;
let soon = 0;

function passes(row) {
  const wanted = at("search").value.trim().toLowerCase();
  const heat = Number(at("heat").value);
  const phase = at("phase").value;
  return (
    row.heat >= heat &&
    (!phase || row.phase === phase) &&
    (!at("unheard").checked || Boolean(row.unheardSince)) &&
    (!wanted || `${row.id} ${row.agent} ${row.words}`.toLowerCase().includes(wanted))
  );
}

/** Rows do not move while a pointer is over them or a key is among them: what one reaches for stays. */
function isHeld() {
  return at("rows").matches(":hover") || at("rows").contains(document.activeElement);
}

/** With the next frame; a page that nobody sees draws nothing. */
function redraw() {
  frame ||= requestAnimationFrame(draw);
}

function draw() {
  frame = 0;
  if (unordered && (forced || (!isHeld() && performance.now() - ordered > SETTLE))) arrange();
  for (const id of changed) {
    const row = board.get(id);
    if (row) rows.draw(row);
  }
  changed = new Set();
}

/** Many rows are made and moved over several frames, so that none of them is long. */
function arrange() {
  const list = board.ordered(passes);
  count(list.length);
  if (rows.arrange(list)) {
    unordered = forced = false;
    ordered = performance.now();
  } else {
    redraw();
  }
}

function count(shown) {
  const all = board.size;
  put(at("count"), shown === all ? `${all}` : `${shown} of ${all}`);
  const empty = at("empty");
  empty.hidden = shown > 0;
  put(empty, all ? "None of them passes the filter." : "No conversation is live. They come here by themselves.");
}

function reorder() {
  unordered = forced = true;
  redraw();
}

async function list() {
  const items = [];
  let cursor = "";
  do {
    const answer = await fetch(cursor ? `${LIST}&cursor=${encodeURIComponent(cursor)}` : LIST, { cache: "no-store" });
    if (answer.status === 401) return shut();
    if (!answer.ok) throw new Error(`list: ${answer.status}`);
    const page = await answer.json();
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  board.replace(items);
  unordered = true;
  for (const { id } of items) changed.add(id);
  return undefined;
}

/** One list at a time; a failed one is tried again with the next. */
function relist() {
  listing ??= list()
    .catch(() => {})
    .finally(() => {
      listing = null;
    });
  return listing;
}

function take(type, data) {
  const row = board.take(type, data);
  if (!row) return;
  changed.add(row.id);
  unordered = true;
  if (row.partial && !soon) {
    soon = setTimeout(() => {
      soon = 0;
      relist();
    }, SOON);
  }
}

function read(id) {
  const again = reading === id;
  reading = again ? "" : id;
  rows.press(reading);
  at("floor").classList.toggle("reading", Boolean(reading));
  if (again) along.close();
  else along.show(id);
}

function shut() {
  location.reload();
}

const STATES = { connecting: "Connecting", live: "Live", waiting: "Reconnecting", refused: "No access" };

async function run() {
  at("floor").hidden = false;
  let first = true;
  const on = {
    event: take,
    reset: relist,
    state: (state, status) => {
      if (status === 401) return shut();
      put(at("state"), STATES[state]);
      // The stream is open before the list is asked for: nothing falls between the two.
      if (state === "live") relist().then(first ? reorder : undefined);
      if (state === "live") first = false;
      return undefined;
    },
  };
  new Connection("/v1", new Tickets(null), on, { last: "", endless: true }).run();
  setInterval(redraw, DRAW);
  setInterval(() => rows.tick(), 1_000);
  setInterval(relist, AFRESH);
}

for (const id of ["search", "phase", "heat", "unheard"]) at(id).addEventListener("input", reorder);
at("along-close").addEventListener("click", () => {
  const id = reading;
  read(id);
  rows.focus(id);
});
at("sign-out").addEventListener("click", async () => {
  await fetch("/supervisor/session", { method: "DELETE" });
  location.reload();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && reading) at("along-close").click();
});

async function signIn(typed) {
  const answer = await fetch("/supervisor/session", { method: "POST", headers: { Authorization: `Bearer ${typed}` } });
  if (answer.status === 401) return "The server does not know this key.";
  if (answer.status === 403) return "This key lacks the scope supervise.";
  return answer.ok ? "" : `The server answered ${answer.status}.`;
}

if (await isShut(LIST)) {
  at("sign-in").hidden = false;
  put(at("state"), "");
  await ask(at("sign-in").querySelector("form"), signIn);
  at("sign-in").hidden = true;
}
run();
// A session is out of this script's reach; where nothing opens without one, there is one to end.
at("sign-out").hidden = !(await isShut(LIST, "omit"));
