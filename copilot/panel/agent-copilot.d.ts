// Types of <agent-copilot>. The script is /panel/agent-copilot.js of your server; docs/panel.md tells the rest.

export type Act =
  | "listen" | "invite" | "acknowledge" | "empathise" | "apologise" | "probe" | "inform" | "expect" | "offer"
  | "alternative" | "act" | "confirm" | "teach" | "follow_up" | "close" | "boundary" | "escalate" | "disengage";

export type ConnectionState = "connecting" | "live" | "waiting" | "refused" | "ended";
export type Action = "use" | "edit" | "dismiss" | "next" | "previous" | "quiet" | "copy";

/** A card as the API has it; see /openapi.json for every field. */
export interface Suggestion {
  id: string;
  revision: number;
  status: "partial" | "final" | "withdrawn";
  act: Act;
  text: string;
  why: string | null;
  alternatives: string[];
  silence: string | null;
  phase: "venting" | "acknowledged" | "solving" | "closing";
  trigger_seq: number;
  ttl_ms: number | null;
  origin: "llm" | "phrasebook";
}

/** The answer of `POST /v1/conversations/{id}/tickets`, passed on by your back end. `expires_in` in seconds. */
export interface Ticket {
  ticket: string;
  expires_in?: number;
}

export type GetTicket = (conversation: string) => Promise<Ticket | string>;

/** The agent takes a phrase: put `text` into the reply box, or let them say it. */
export interface SuggestionUsed {
  id: string;
  text: string;
  act: Act;
  /** True when it is not the phrase as it was suggested. */
  edited: boolean;
}

/** What the panel tells the server, at the moment that it happens; it arrives later if the line is down. */
export interface FeedbackGiven {
  id: string;
  verdict: "shown" | "used" | "edited" | "dismissed";
  text: string | null;
}

export interface ConnectionChanged {
  state: ConnectionState;
  /** The HTTP status that the server answered with, where it refused. */
  status: number | null;
}

export interface AgentCopilotEventMap {
  "suggestion-used": CustomEvent<SuggestionUsed>;
  feedback: CustomEvent<FeedbackGiven>;
  connection: CustomEvent<ConnectionChanged>;
}

export interface AgentCopilot extends HTMLElement {
  /**
   * Fetches a ticket from your own back end; null (as at first) on a server without keys. An error with a `status` of
   * 403 or 404 is told to the agent as what it is; any other one counts as a lost connection.
   */
  getTicket: GetTicket | null;
  /** Parts of the text catalogue in your own words or language. */
  texts: Record<string, unknown>;
  /** Letters that go with Alt, by action; null switches one off. */
  keyMap: Partial<Record<Action, string | null>>;

  readonly suggestion: Suggestion | null;
  readonly connection: ConnectionState;
  /** Reports that have not reached the server yet. */
  readonly pending: number;

  /** Takes the phrase on show, or `text` in its place. False when there is none. */
  use(text?: string): boolean;
  edit(): boolean;
  dismiss(): boolean;
  /** The phrase that waits, or another one from the server. */
  next(): boolean;
  previous(): boolean;
  /** Without an argument, the other way round. Returns whether it is quiet now. */
  quiet(on?: boolean): boolean;
  /** Copies the wrap-up with the agent's edits. */
  copy(): Promise<boolean>;

  addEventListener<K extends keyof AgentCopilotEventMap>(
    type: K,
    listener: (this: AgentCopilot, event: AgentCopilotEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "agent-copilot": AgentCopilot;
  }
}
