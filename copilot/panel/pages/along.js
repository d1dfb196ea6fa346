// Reads along with one conversation: what is said, where it stands, the phrase on offer. It sends nothing.
import { Connection } from "./connection.js";
import { HEAT, clean, make, put } from "./making.js";
import { Tickets } from "./tickets.js";

const at = (id) => document.getElementById(id);

export class Along {
  #stop = null;
  #lines = new Map();
  #names = {};
  #place = at("along");
  #said = at("along-said");

  /** Shows a conversation until another one is shown or `close` is called. */
  async show(id) {
    this.close();
    const stop = (this.#stop = new AbortController());
    put(at("along-title"), id);
    put(at("along-state"), "Opening …");
    this.#lines.clear();
    this.#said.replaceChildren();
    at("along-card").hidden = at("along-about").hidden = true;
    this.#place.hidden = false;
    const path = `/v1/conversations/${encodeURIComponent(id)}`;
    try {
      const answer = await fetch(path, { cache: "no-store", signal: stop.signal });
      if (!answer.ok) return put(at("along-state"), answer.status === 410 ? "It was erased." : "It cannot be read.");
      const view = await answer.json();
      this.#open(view);
      const on = {
        event: (type, data) => this.#take(type, data),
        reset: (known) => this.#open(known),
        state: (state) => this.#place.classList.toggle("away", state === "waiting"),
      };
      const connection = new Connection(path, new Tickets(null), on, { last: view.next_event_id });
      stop.signal.addEventListener("abort", () => connection.stop());
      await connection.run();
    } catch (error) {
      if (!stop.signal.aborted) put(at("along-state"), "It cannot be read.");
    }
  }

  close() {
    this.#stop?.abort();
    this.#stop = null;
    this.#place.hidden = true;
  }

  #open(view) {
    const { opening } = view;
    this.#names = { customer: opening.customer?.name ?? "Customer", agent: opening.agent?.name ?? "Agent", system: "System" };
    this.#stand(view.state);
    const about = at("along-about");
    about.hidden = !view.matter;
    put(about, view.matter ? `About: ${clean(view.matter)}` : "");
    this.#said.replaceChildren();
    this.#lines.clear();
    for (const said of view.transcript) this.#say(said);
    this.#card(view.suggestion);
    if (view.closed) this.#end();
  }

  #take(type, data) {
    if (type === "transcript") this.#say(data);
    else if (type === "phase") this.#stand(data);
    else if (type === "suggestion") this.#card(data.suggestion);
    else if (type === "closed") this.#end();
  }

  #say({ utterance_id, speaker, text }) {
    let line = this.#lines.get(utterance_id);
    const atEnd = this.#said.scrollTop + this.#said.clientHeight >= this.#said.scrollHeight - 40;
    if (!line) {
      line = make("li", { class: speaker }, make("span", { class: "who" }, clean(this.#names[speaker])), make("span", { dir: "auto" }));
      this.#lines.set(utterance_id, line);
      this.#said.append(line);
    }
    put(line.lastChild, clean(text));
    // Whoever reads further up is left there.
    if (atEnd) this.#said.scrollTop = this.#said.scrollHeight;
  }

  #stand(state) {
    put(at("along-state"), `${state.phase}, ${HEAT[state.heat]}${state.heard ? "" : ", not acknowledged yet"}`);
  }

  #card(suggestion) {
    const card = at("along-card");
    card.hidden = !suggestion || suggestion.status === "withdrawn" || !suggestion.text;
    if (card.hidden) return;
    put(card.querySelector(".act"), `On the agent's screen: ${suggestion.act.replace("_", " ")}`);
    put(card.querySelector(".phrase"), clean(suggestion.text));
    put(card.querySelector(".why"), clean(suggestion.why));
  }

  #end() {
    at("along-card").hidden = true;
    put(at("along-state"), "It has ended.");
  }
}
