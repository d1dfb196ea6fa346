// How it looks. Every value that a host may want to set is a custom property `--copilot-…`.

export const STYLES = `
:host {
  --paper: var(--copilot-paper, light-dark(#ffffff, #15181d));
  --raised: var(--copilot-raised, light-dark(#f5f6f8, #1f242b));
  --line: var(--copilot-line, light-dark(#d9dde3, #363d48));
  --ink: var(--copilot-ink, light-dark(#12161c, #f3f5f7));
  --muted: var(--copilot-muted, light-dark(#545c69, #a9b2bf));
  --faint: var(--copilot-faint, light-dark(#767d88, #7d8694));
  --accent: var(--copilot-accent, light-dark(#1d4fb8, #9dbdff));
  --on-accent: var(--copilot-on-accent, light-dark(#ffffff, #0c1424));
  --warm: var(--copilot-warm, light-dark(#b4430c, #ffa66b));
  --hot: var(--copilot-hot, light-dark(#a8123a, #ff8fa8));
  --radius: var(--copilot-radius, 10px);
  display: block;
  container-type: inline-size;
  color-scheme: light dark;
  font: 400 var(--copilot-size, 0.9375rem)/1.45
    var(--copilot-font, system-ui, "Segoe UI", Roboto, Inter, "Helvetica Neue", sans-serif);
  color: var(--ink);
  text-align: start;
}
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
:host([readonly]) :is(.actions, .turning, .top button) { display: none; }
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; margin: 0; padding: 0; }
ol, ul { list-style: none; }

.panel {
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 1.125em;
  padding: 1em;
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: calc(var(--radius) + 4px);
  overflow-wrap: anywhere;
}

/* the row on top: calm, small */
.top { display: flex; min-inline-size: 0; align-items: center; gap: 0.75em; min-block-size: 1.75em; font-size: 0.8125em; color: var(--muted); }
.who { flex: 1; min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--ink); font-weight: 600; }
.connection { display: inline-flex; align-items: center; gap: 0.45em; white-space: nowrap; }
.connection::before { content: ""; inline-size: 0.5em; block-size: 0.5em; border-radius: 50%; background: var(--muted); }
.connection[data-state="live"]::before { background: light-dark(#19784a, #5fd39a); }
.connection[data-state="waiting"]::before, .connection[data-state="refused"]::before,
.connection[data-state="unknown"]::before { background: var(--warm); }

/* the card */
.card { display: grid; grid-template-columns: minmax(0, 1fr); align-content: start; gap: 0.625em; }
.head { display: flex; justify-content: space-between; gap: 1em; min-block-size: 1.45em; font-size: 0.8125em; font-weight: 600; }
.act { color: var(--accent); }
.mark { color: var(--muted); font-weight: 400; }
.phrase {
  min-block-size: calc(3 * 1.32em);
  font-size: var(--copilot-phrase-size, clamp(1.1875rem, 0.95rem + 1.7cqi, 1.75rem));
  line-height: 1.32;
  font-weight: 500;
  letter-spacing: -0.006em;
  text-wrap: pretty;
  transition: color 0.4s;
}
.card[data-state="growing"] .phrase::after {
  content: ""; display: inline-block; inline-size: 0.5em; block-size: 0.09em; margin-inline-start: 0.15em;
  background: var(--accent);
}
.card[data-state="withdrawn"] .phrase, .card[data-state="expired"] .phrase, .card[data-state="earlier"] .phrase,
.card[data-state="used"] .phrase { color: var(--muted); }
.card[data-state="withdrawn"] .phrase { text-decoration: line-through 1px; }
.card[data-state="silent"] .phrase { color: var(--muted); font-weight: 400; }
.why { min-block-size: 1.45em; color: var(--muted); }
.hint { font-size: 0.8125em; color: var(--muted); }

.actions { display: flex; flex-wrap: wrap; gap: 0.5em; margin-block-start: 0.25em; }
button {
  display: inline-flex; align-items: center; justify-content: center; gap: 0.6em;
  min-block-size: 2.5em; padding-inline: 0.8em;
  font: inherit; font-size: 0.875em; font-weight: 500; color: var(--ink); text-align: start;
  background: var(--paper); border: 1px solid var(--line); border-radius: var(--radius); cursor: pointer;
}
button:hover:not(:disabled) { background: var(--raised); border-color: var(--muted); }
button:disabled { color: var(--faint); background: none; cursor: default; }
button:disabled kbd { color: inherit !important; }
button.primary { flex: 1 1 8em; max-inline-size: 18em; font-weight: 600; color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
button.primary:hover:not(:disabled) { background: var(--accent); border-color: var(--ink); }
button.primary:disabled { color: var(--faint); background: var(--raised); border-color: var(--raised); }
button[part~="minor"] { border-color: transparent; background: none; color: var(--muted); }
button[part~="minor"]:hover:not(:disabled) { background: var(--raised); color: var(--ink); }
.turning { display: flex; gap: 0.25em; margin-inline-start: -0.7em; }
.turning button { min-block-size: 2em; padding-inline: 0.8em; font-size: 0.8125em; }
.turning button:disabled { color: var(--faint); }
button[data-more] { color: var(--accent); font-weight: 600; }
button[aria-pressed="true"] { color: var(--on-accent); background: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
kbd { font: inherit; font-size: 0.8571em; font-weight: 400; opacity: 1; }
button:not(.primary) kbd { color: var(--muted); }

.pen, .draft {
  inline-size: 100%; min-block-size: 6em; padding: 0.6em 0.7em; resize: vertical; field-sizing: content;
  font: inherit; color: var(--ink); background: var(--raised); border: 1px solid var(--muted); border-radius: var(--radius);
}
.pen { font-size: var(--copilot-phrase-size, clamp(1.1875rem, 0.95rem + 1.7cqi, 1.75rem)); line-height: 1.32; font-weight: 500; }
.draft { max-block-size: 28em; line-height: 1.5; }
.others summary { unicode-bidi: plaintext; inline-size: fit-content; font-size: 0.8125em; color: var(--muted); cursor: pointer; }
.others ul { display: grid; gap: 0.375em; margin-block-start: 0.5em; }
.others button { inline-size: 100%; justify-content: start; padding-block: 0.5em; font-size: 1em; font-weight: 400; line-height: 1.4; }

/* where it stands */
.standing { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.875em; align-content: start; padding-block-start: 1em; border-block-start: 1px solid var(--line); }
.phases { display: flex; gap: 0.375em; font-size: 0.8125em; color: var(--muted); }
.phases li { flex: 1 1 auto; padding-block-start: 0.4em; border-block-start: 3px solid var(--line); white-space: nowrap; transition: border-color 0.3s; }
.phases li[aria-current] { border-color: var(--accent); color: var(--ink); font-weight: 600; }
.heat-row { display: grid; grid-template-columns: 1fr auto; align-items: center; gap: 0.75em; font-size: 0.8125em; }
.heat { inline-size: 100%; block-size: 26px; overflow: visible; }
.heat path { fill: none; stroke: var(--muted); stroke-width: 1.5; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.heat .heat-peaks { stroke: var(--warm); stroke-width: 6; }
:host(:dir(rtl)) .heat { transform: scaleX(-1); }
.heat-word { min-inline-size: 5em; text-align: end; color: var(--muted); }
.heat-word[data-heat="2"] { color: var(--warm); font-weight: 600; }
.heat-word[data-heat="3"] { color: var(--hot); font-weight: 600; }
.note { display: grid; grid-template-columns: 1fr auto; gap: 0.125em 0.5em; padding: 0.7em 0.4em 0.8em 0.9em; background: var(--raised); border-radius: var(--radius); }
.note b { align-self: center; font-size: 0.8125em; color: var(--muted); font-weight: 600; }
.note p { grid-row: 2; grid-column: 1 / -1; padding-inline-end: 0.5em; }
.note button { min-block-size: 1.75em; min-inline-size: 1.75em; padding: 0; font-size: 1em; }
.facts dt { font-size: 0.8125em; color: var(--muted); }
.facts dd + dt { margin-block-start: 0.75em; }
.facts dd + dd { margin-block-start: 0.25em; }
.by { font-weight: 600; white-space: nowrap; }

.wrapup { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.625em; padding-block-start: 1em; border-block-start: 1px solid var(--line); }
.wrapup h2 { font-size: 1em; font-weight: 600; }
.wrapup .primary { justify-self: start; }

.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

@container (max-width: 24rem) {
  .panel { padding: 0.75em; gap: 0.875em; }
  kbd .alt { display: none; }
  .actions button { flex: 1 1 auto; }
  .actions .primary { flex-basis: 100%; max-inline-size: none; }
  .phases .step { visibility: hidden; }
  .phases li { flex: 1 1 0; min-inline-size: 0; }
  .phases li[aria-current] .step { visibility: visible; }
  .phases li:nth-child(n + 3) { display: flex; justify-content: flex-end; }
}
@container (min-width: 44rem) {
  .panel { grid-template-columns: minmax(0, 1.7fr) minmax(16rem, 1fr); column-gap: 2em; padding: 1.25em 1.5em 1.5em; }
  .top, .wrapup { grid-column: 1 / -1; }
  .standing { padding-block-start: 0; border-block-start: 0; padding-inline-start: 2em; border-inline-start: 1px solid var(--line); }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
@media (forced-colors: active) {
  .phases li[aria-current] { border-color: Highlight; }
  button.primary { border-width: 2px; }
}
`;
