// The demonstration: plays a conversation into the server as a softphone would, or takes what one types.
import { ask, bearing, isShut, keep, ticketing } from "./signing.js";
import { clean, make } from "./making.js";
import { Softphone } from "./softphone.js";

const LIST = "/v1/conversations?status=live&limit=1";
const TYPING = 350; // ms between the partials of what is typed

const at = (id) => document.getElementById(id);
const ui = {
  play: at("play"), speed: at("speed"), script: at("script"), again: at("again"), hangUp: at("hang-up"),
  said: at("said"), form: at("type"), text: at("text"), send: at("send"), stand: at("stand"), state: at("state"),
  who: at("who"), hint: at("hint"),
};

let scripts = [];
let call = null;

/** A conversation from its beginning to its end: the script's position, and what stands on the page. */
class Call {
  constructor(script) {
    this.script = script;
    this.phone = new Softphone(bearing, (text) => (ui.state.textContent = text));
    this.place = 0;
    this.clock = 0;
    this.playing = false;
    this.timer = 0;
    this.lines = new Map();
    this.typed = 0;
    this.revision = 0;
    this.opened = this.phone.open(script.opening);
  }

  get over() {
    return this.phone.closed || this.place >= this.script.steps.length;
  }

  play() {
    if (this.over) return;
    this.playing = true;
    this.plan();
    draw();
  }

  pause() {
    this.playing = false;
    clearTimeout(this.timer);
    draw();
  }

  plan() {
    const step = this.script.steps[this.place];
    const wait = (step.at_ms - this.clock) / Number(ui.speed.value);
    this.timer = setTimeout(() => this.step(step), Math.max(0, wait));
  }

  step(step) {
    this.clock = step.at_ms;
    this.place += 1;
    this.hear(step.fragments);
    if (this.place < this.script.steps.length) this.plan();
    else this.end();
  }

  /** Says it on the page and to the server. What was typed meanwhile moved the conversation's time on. */
  hear(fragments) {
    for (const fragment of fragments) this.show(fragment);
    return this.phone.send(fragments);
  }

  show({ utterance_id, speaker, text, final }) {
    let line = this.lines.get(utterance_id);
    if (!line) {
      const names = { customer: this.script.opening.customer?.name ?? "Customer", agent: this.script.opening.agent?.name ?? "Agent" };
      line = make("li", { class: speaker }, make("span", { class: "who" }, names[speaker] ?? "System"), make("span", { dir: "auto" }));
      ui.said.querySelector(".empty")?.remove();
      ui.said.append(line);
      this.lines.set(utterance_id, line);
      draw();
    }
    line.lastChild.textContent = clean(text);
    line.classList.toggle("growing", !final);
    ui.said.scrollTop = ui.said.scrollHeight;
  }

  type(speaker, text, final) {
    if (this.phone.closed) return;
    const now = this.phone.now;
    if (this.revision === 0) this.typedAt = now;
    const fragment = {
      utterance_id: `typed-${this.typed}`, revision: this.revision, final, speaker, text,
      start_ms: this.typedAt, end_ms: now,
    };
    this.revision += 1;
    if (final) {
      fragment.turn_end = true;
      this.typed += 1;
      this.revision = 0;
    }
    this.hear([fragment]);
  }

  async end() {
    this.pause();
    if (this.phone.closed) return;
    await this.phone.close();
    if (this !== call) return;
    draw();
    ui.said.append(make("li", { class: "system" }, "The call has ended."));
    ui.said.scrollTop = ui.said.scrollHeight;
  }
}

async function start(index) {
  call?.pause();
  const script = scripts[index];
  call = new Call(script);
  ui.said.replaceChildren(
    make("li", { class: "empty" }, "Play the call, or type below: as the customer, and then as the agent who answers."),
  );
  ui.text.value = "";
  ui.state.textContent = "";
  ui.who.textContent = script.opening.channel === "voice" ? "by telephone" : "by chat";
  draw();
  const mine = call;
  await mine.opened;
  if (mine !== call) return;
  const panel = make("agent-copilot", { conversation: mine.phone.id });
  panel.getTicket = ticketing();
  panel.addEventListener("suggestion-used", ({ detail }) => reply(detail.text));
  ui.stand.replaceChildren(panel);
}

/** A phrase that the agent takes goes into the reply box, as a host would do it. */
function reply(text) {
  if (call.playing) call.pause();
  as("agent");
  ui.text.value = text;
  ui.text.focus();
}

function speaker() {
  return ui.form.elements.speaker.value;
}

function as(who) {
  ui.form.elements.speaker.value = who;
  hint();
}

function hint() {
  ui.text.placeholder =
    speaker() === "customer" ? "Type as the customer: complain, ask, accuse…" : "Type as the agent, or take a phrase from the right…";
}

function draw() {
  const closed = call.phone.closed;
  ui.play.textContent = call.playing ? "Pause" : call.over ? "▶ Play again" : call.place ? "Go on" : "▶ Play";
  ui.hangUp.disabled = closed || !call.lines.size;
  ui.text.disabled = ui.send.disabled = closed;
}

let lastSent = 0;
ui.text.addEventListener("input", () => {
  if (call.playing) call.pause();
  const text = ui.text.value.trim();
  const now = performance.now();
  // While they type they hold the floor: the copilot hears it grow, as it would hear somebody speak.
  if (text && speaker() === "customer" && now - lastSent > TYPING) {
    lastSent = now;
    call.type("customer", text, false);
  }
});
ui.text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  ui.form.requestSubmit();
});
ui.form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = ui.text.value.trim();
  if (!text) return;
  call.type(speaker(), text, true);
  ui.text.value = "";
  as(speaker() === "customer" ? "agent" : "customer");
});
ui.form.addEventListener("change", hint);
ui.play.addEventListener("click", () => {
  if (call.playing) return call.pause();
  if (call.over) start(ui.script.selectedIndex);
  return call.play();
});
ui.again.addEventListener("click", () => start(ui.script.selectedIndex));
ui.script.addEventListener("change", () => start(ui.script.selectedIndex));
ui.speed.addEventListener("change", () => {
  if (!call.playing) return;
  clearTimeout(call.timer);
  call.plan();
});
ui.hangUp.addEventListener("click", () => call.end());

// A supervisor's session opens the list and makes no tickets: it is left aside here.
if (await isShut(LIST, "omit")) {
  const place = at("sign-in");
  place.hidden = false;
  await ask(place.querySelector("form"), (typed) => keep(typed, LIST));
  place.hidden = true;
}
scripts = await (await fetch("/panel/demo/scripts")).json();
ui.script.append(...scripts.map(({ title }) => make("option", {}, title)));
at("desk").hidden = false;
await start(0);
