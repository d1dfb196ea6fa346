"""A phrase is something to say to a customer: no instructions, no schema, no talk of being a machine."""

from __future__ import annotations

import re
from collections.abc import Callable

from copilot.core.stems import has_any
from copilot.core.types import Draft, Moment, Refusal

_ECHO = re.compile(
    r"\bas an? (?:ai|artificial|large language|language model|assistant|virtual assistant|chat ?bot|bot"
    r"|machine)\b"
    r"|\b(?:language model|chatgpt|openai|system prompt(?!s? (?:you|me|us|for|to))|system message"
    r"|developer message|prompt injection|"
    r"training data|knowledge cut-?off|untrusted|copilot)\b"
    r"|\b(?:ignore|disregard|forget|override) (?:all |any |the |my |your |these |those )*(?:previous|prior"
    r"|above|earlier|"
    r"instructions?|prompts?|rules|guidelines)\b"
    r"|\bmy rules (?:are|say)\b"
    r"|\b(?:my|the|your|these|those|following) (?:instructions|guidelines|prompt|programming)\b"
    r"|\binstruct(?:ed|ions) (?:to|say|are|were)\b"
    r"|\bi(?:'m| am) (?:just |only )?(?:an? )?(?:ai|bot|language model|virtual assistant|computer program)\b"
    r"|\bi (?:cannot|can't|am unable to|won't) (?:comply|fulfil+ (?:this|that) request|generate|roleplay"
    r"|reveal)\b"
    r"|\b(?:here(?:'s| is)|this is) (?:a|the|my|your) (?:suggested |possible |suitable |short |next |best )*"
    r"(?:phrase|response|reply|draft|output|rewrite|version|suggestion)\b"
    r"|^\s*(?:the )?(?:next|best|suggested|possible|recommended)[\w ]{0,20} "
    r"(?:phrase|response|reply|line|answer|sentence)\s*:"
    r"|\b(?:ignore|disregard|forget) (?:what|everything|anything) (?:i was|you were|i've been"
    r"|you've been|was) "
    r"|^\s*(?:agent|customer|assistant|user|system|act|phrase|text|why|response|reply|output|suggestion"
    r"|note|human)\s*:"
    r"|\b(?:the )?agent (?:should|could|can|must|will|needs to) (?:now )?\w+\b"
    r"|\b(?:tell|ask|inform|thank|reassure|acknowledge) the customer\b"
    r"|[{}]|\"\s*:\s*[\"\[]|</?\w+>|\[/?(?:inst|sys|system)\]|<\|",
    re.I,
)
_TELLS = (
    " ai", "model", "gpt", "openai", "prompt", "system", "message", "injection", "training", "cut",
    "untrusted",
    "copilot", "instruct", "ignore", "disregard", "forget", "override", "guideline", "programming", "bot",
    "assistant",
    "machine", "comply", "fulfil", "generate", "roleplay", "reveal", "here's", "here is", "this is", ":",
    "agent", "my rules",
    "the customer", "{", "}", "<", "[", "artificial", "an ai",
)  # fmt: skip


def echoing(canary: str | None = None) -> Callable[[Draft, Moment], Refusal | None]:
    """The rule, and a canary: a string that stands in the prompt and must never come out of it."""

    def prompt_echo(draft: Draft, moment: Moment) -> Refusal | None:
        text = draft.text
        if canary and canary in text:
            return Refusal("prompt_echo", "the prompt's canary")
        low = text.lower()
        if has_any(low, _TELLS) and (found := _ECHO.search(low)):
            return Refusal("prompt_echo", f"not something to say to a customer: {found[0]!r}")
        return None

    return prompt_echo
