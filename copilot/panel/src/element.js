// <agent-copilot>: puts the parts together. Attributes in, events out; what happens between is in the parts.
import { catalogue } from "./texts.js";
import { Session } from "./session.js";
import { KEYS, actionOf } from "./keys.js";
import { STYLES } from "./styles.js";
import { button, make, put, toggle } from "./nodes.js";
import { Hands } from "./hands.js";
import { CardView } from "./card.js";
import { StandingView } from "./standing.js";
import { WrapUpView } from "./wrapup.js";

const CALM = 1_500; // ms: a connection that is back sooner was never gone
const PROPERTIES = ["getTicket", "texts", "keyMap"];

export class AgentCopilot extends HTMLElement {
  static observedAttributes = ["server", "conversation", "lang", "keys", "minimum", "readonly"];

  #getTicket = null;
  #ownTexts = {};
  #keyMap = KEYS;
  #texts = catalogue("en");
  #drafts = new Map();
  #session = null;
  #parts = null;
  #planned = false;
  #stop = null;
  #timer = 0;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: false });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
    root.addEventListener("click", (event) => this.#clicked(event));
    root.addEventListener("keydown", (event) => this.#typed(event));
  }

  // --- what a host sets -------------------------------------------------------------------------

  /** `async (conversation) => ({ticket, expires_at})`, from the host's own back end; null where none is needed. */
  get getTicket() {
    return this.#getTicket;
  }

  set getTicket(callback) {
    this.#getTicket = typeof callback === "function" ? callback : null;
    this.#plan();
  }

  /** Parts of the catalogue in the host's own words. */
  get texts() {
    return this.#ownTexts;
  }

  set texts(own) {
    this.#ownTexts = own ?? {};
    this.#plan();
  }

  /** Letters by action; `null` switches one off. */
  get keyMap() {
    return { ...this.#keyMap };
  }

  set keyMap(map) {
    this.#keyMap = { ...KEYS, ...map };
    this.#plan();
  }

  connectedCallback() {
    for (const name of PROPERTIES) {
      // Set before the script came: taken off the object, so that it goes through the setter.
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    this.#plan();
  }

  disconnectedCallback() {
    this.#plan();
  }

  attributeChangedCallback(name, before, now) {
    if (before !== now) this.#plan();
  }

  // --- what a host asks -------------------------------------------------------------------------

  /** The suggestion on show, or null. */
  get suggestion() {
    const shown = this.#session?.schedule.shown;
    return shown && !shown.suggestion.silence ? { ...shown.suggestion } : null;
  }

  /** `connecting`, `live`, `waiting`, `refused` or `ended`. */
  get connection() {
    return this.#session?.connection ?? "ended";
  }

  /** How many reports of what was done have not reached the server yet. */
  get pending() {
    return this.#session?.outbox.size ?? 0;
  }

  /** Takes the phrase on show, or `text` in its place. False when there is none. */
  use(text) {
    const session = this.#session;
    const shown = session?.schedule.shown;
    if (!this.#isUsable(shown)) return false;
    const { suggestion } = shown;
    const said = typeof text === "string" && text.trim() ? text.trim() : suggestion.text;
    const edited = said !== suggestion.text;
    session.schedule.used();
    this.#parts.card.editing(null);
    this.#tell(suggestion.id, edited ? "edited" : "used", edited ? said : undefined);
    this.#send("suggestion-used", { id: suggestion.id, text: said, act: suggestion.act, edited });
    this.#draw();
    return true;
  }

  /** Opens the phrase for editing. */
  edit() {
    const shown = this.#session?.schedule.shown;
    if (!this.#isUsable(shown)) return false;
    this.#parts.card.editing(shown.suggestion.text);
    this.#hold();
    this.#draw();
    return true;
  }

  dismiss() {
    const session = this.#session;
    const shown = session?.schedule.shown;
    if (!this.#isUsable(shown) || shown.state === "used") return false;
    this.#parts.card.editing(null);
    session.schedule.dismiss(performance.now());
    this.#tell(shown.suggestion.id, "dismissed");
    this.#hold();
    this.#draw();
    return true;
  }

  /** The phrase that waits, or else another one from the server. */
  next() {
    const session = this.#session;
    if (!session || session.standing.closed) return false;
    this.#parts.card.editing(null);
    if (!session.schedule.next(performance.now())) session.ask();
    this.#draw();
    return true;
  }

  /** The phrase before the one on show. */
  previous() {
    const found = this.#session?.schedule.previous(performance.now()) ?? false;
    if (found) this.#parts.card.editing(null);
    this.#draw();
    return found;
  }

  /** No phrases but on request until it is switched off; without an argument, the other way round. */
  quiet(on = !this.#session?.schedule.quiet) {
    const session = this.#session;
    if (!session || session.standing.closed || this.hasAttribute("readonly")) return false;
    this.#parts.card.editing(null);
    session.hush(Boolean(on));
    this.#draw();
    return session.schedule.quiet;
  }

  /** Copies the wrap-up as it stands, with the agent's edits. */
  async copy() {
    return (await this.#parts?.wrapup.copy()) ?? false;
  }

  #isUsable(shown) {
    if (!shown || shown.suggestion.silence || this.hasAttribute("readonly")) return false;
    // What is withdrawn is not said any more, unless its words are the agent's own by now.
    return shown.state !== "growing" && (shown.state !== "withdrawn" || this.#parts.card.isEditing);
  }

  // --- beginning and end ------------------------------------------------------------------------

  /** Several attributes set one after another make one start. */
  #plan() {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      this.#end();
      if (this.isConnected) this.#begin();
    });
  }

  #begin() {
    const lang = this.getAttribute("lang") ?? this.closest("[lang]")?.getAttribute("lang");
    this.#texts = catalogue(lang, this.#ownTexts);
    this.#build();
    const conversation = this.getAttribute("conversation");
    if (!conversation) return this.#draw();
    const options = {
      server: this.getAttribute("server") || location.origin,
      conversation,
      getTicket: this.#getTicket,
      minimum: this.hasAttribute("minimum") ? Number(this.getAttribute("minimum")) || 0 : undefined,
    };
    this.#session = new Session(options, {
      change: () => this.#draw(),
      connection: (state, status) => this.#connected(state, status),
    });
    this.#listen();
    this.#session.start();
    this.#draw();
  }

  #end() {
    this.#stop?.abort();
    clearTimeout(this.#timer);
    this.#session?.stop();
    this.#session = null;
  }

  #build() {
    const texts = this.#texts;
    const map = this.getAttribute("keys") === "off" ? {} : this.#keyMap;
    const who = make("bdi");
    const connection = make("span", { class: "connection", part: "connection" });
    const quiet = button(texts.quiet, "quiet", map.quiet, "button minor");
    const live = make("div", { class: "unseen", "aria-live": "polite", "aria-atomic": "true" });
    const card = new CardView(texts, map);
    const standing = new StandingView(texts);
    const wrapup = new WrapUpView(texts, map, (text) => this.#wrote(text));
    const name = make("span", { class: "who", part: "who" }, who);
    const top = make("div", { class: "top", part: "top" }, connection, name, quiet);
    const panel = make("div", { class: "panel", part: "panel", role: "group", "aria-label": texts.panel });
    panel.append(top, card.root, standing.root, wrapup.root, live);
    this.shadowRoot.replaceChildren(panel);
    const hands = new Hands(card.root, () => this.#hold());
    this.#parts = { who, connection, quiet, live, card, standing, wrapup, hands };
    wrapup.keep(this.#drafts.get(this.getAttribute("conversation")));
  }

  /** What the page tells, until the end of this session. */
  #listen() {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    if (this.getAttribute("keys") !== "inside") {
      document.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    }
    document.addEventListener("visibilitychange", () => this.#draw(), { signal });
  }

  // --- what goes out ----------------------------------------------------------------------------

  #connected(state, status) {
    this.#send("connection", { state, status: status ?? null });
    if (state === "waiting") setTimeout(() => this.#draw(), CALM);
  }

  /** A panel that only reads along reports nothing: it was not the agent who saw it. */
  #tell(id, verdict, text) {
    if (this.hasAttribute("readonly")) return;
    this.#session.tell(id, verdict, text);
    this.#send("feedback", { id, verdict, text: text ?? null });
  }

  #wrote(text) {
    this.#drafts.set(this.getAttribute("conversation"), text);
    if (!this.hasAttribute("readonly")) this.#session?.keepRecord(text);
  }

  #send(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  // --- hands and eyes ---------------------------------------------------------------------------

  #hold() {
    const session = this.#session;
    if (!session) return;
    const { card, hands } = this.#parts;
    session.schedule.hold(hands.on || card.isEditing, performance.now());
    this.#draw();
  }

  #clicked(event) {
    const pressed = event.target.closest?.("button[data-action]");
    if (!pressed || pressed.disabled) return;
    const { action, index } = pressed.dataset;
    if (action === "other") this.use(this.suggestion?.alternatives[Number(index)]);
    else this.#do(action);
  }

  #do(action) {
    const { card } = this.#parts;
    if (action === "save") this.use(card.written);
    else if (action === "cancel") this.#cancel();
    else if (action === "close-note") {
      this.#session.standing.note = null;
      this.#draw();
    } else if (Object.hasOwn(KEYS, action)) this[action]();
  }

  #cancel() {
    this.#parts.card.editing(null);
    this.#hold();
  }

  #typed(event) {
    const { card } = this.#parts;
    if (card.isEditing && !event.isComposing) {
      if (event.key === "Escape") this.#cancel();
      else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        this.use(card.written);
      }
    }
    if (this.getAttribute("keys") === "inside") this.#pressed(event);
  }

  #pressed(event) {
    if (event.defaultPrevented || event.repeat || this.getAttribute("keys") === "off") return;
    const action = actionOf(event, this.#keyMap);
    if (!action) return;
    event.preventDefault();
    this.#do(action);
  }

  // --- what is seen -----------------------------------------------------------------------------

  #draw() {
    if (!this.#parts) return;
    const session = this.#session;
    const { who, connection, quiet, card, standing, wrapup } = this.#parts;
    quiet.setAttribute("aria-pressed", String(session?.schedule.quiet ?? false));
    quiet.disabled = session?.standing.closed ?? false;
    if (!session) {
      card.draw(null, { more: false, canGoBack: false, quiet: false, ended: false, hint: "", away: "" });
      return;
    }
    const { schedule } = session;
    schedule.tick(performance.now());
    put(who, session.standing.customer);
    this.#drawConnection(session, connection);
    const shown = schedule.shown;
    const ended = session.standing.closed;
    const hint = session.nothingElse ? this.#texts.nothingElse : "";
    if (card.isEditing) card.mark(shown?.state);
    else {
      const { more, canGoBack, quiet: hushed } = schedule;
      const away = Object.hasOwn(this.#texts.away, session.access) ? session.access : "";
      card.draw(shown, { more, canGoBack, quiet: hushed, ended, hint, away });
    }
    standing.draw(session.standing);
    wrapup.draw(session.standing);
    toggle(card.root, !(ended && session.standing.wrapup));
    this.#noticed(session, shown);
    clearTimeout(this.#timer);
    const wake = schedule.wake;
    if (wake !== null) this.#timer = setTimeout(() => this.#draw(), Math.max(16, wake - performance.now()));
  }

  #drawConnection(session, node) {
    const brief = session.lost && performance.now() - session.lost < CALM;
    const state = brief ? "live" : session.access;
    node.dataset.state = state;
    const unsent = session.outbox.size && state !== "live" ? ` · ${this.#texts.unsent(session.outbox.size)}` : "";
    put(node, this.#texts.connection[state] + unsent);
  }

  /** Once a whole phrase is there to see: a screen reader says it, once, and the server is told. */
  #noticed(session, shown) {
    if (!shown || shown.suggestion.silence || shown.state !== "ready") return;
    const { id, text } = shown.suggestion;
    put(this.#parts.live, `${this.#texts.say}: ${text}`);
    if (document.visibilityState === "visible" && session.sees(id)) this.#tell(id, "shown");
  }
}

if (!customElements.get("agent-copilot")) customElements.define("agent-copilot", AgentCopilot);
