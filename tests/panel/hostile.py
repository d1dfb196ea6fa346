"""Texts that somebody could send to break out of the place where a text is shown. Made from a seed."""

from __future__ import annotations

import random

ELSEWHERE = "http://elsewhere.invalid"
_RAN = "window.ran=(window.ran||0)+1"
_MARKUP = (
    f"<script>{_RAN}</script>",
    f"<img src=x onerror={_RAN}>",
    f"<svg onload={_RAN}>",
    f"<svg><script>{_RAN}</script></svg>",
    f'<iframe srcdoc="<script>parent.{_RAN}</script>"></iframe>',
    f'<a href="javascript:{_RAN}" autofocus onfocus="{_RAN}" tabindex=1>click</a>',
    f'"><details open ontoggle="{_RAN}">',
    f"</textarea><img src=x onerror={_RAN}>",
    f"</p></style><script>{_RAN}</script>",
    f"<math><mtext><table><mglyph><style><!--</style><img src=x onerror={_RAN}>",
    f'<link rel=stylesheet href="{ELSEWHERE}/a.css">',
    f'<style>@import "{ELSEWHERE}/b.css";*{{background:url({ELSEWHERE}/c)}}</style>',
    f'<meta http-equiv=refresh content="0;url={ELSEWHERE}">',
    f'<base href="{ELSEWHERE}/"><form action="{ELSEWHERE}"><button autofocus>go</button></form>',
    f"<agent-copilot server={ELSEWHERE} conversation=x></agent-copilot>",
    f'<img src="{ELSEWHERE}/pixel"><video poster="{ELSEWHERE}/p"><object data="{ELSEWHERE}/o">',
    "<template shadowrootmode=open><slot></slot></template>",
    f"${{{_RAN}}} {{{{{_RAN}}}}} <%={_RAN}%> `+{_RAN}+`",
    f"';{_RAN};//\";{_RAN};//",
)
_LINKS = (
    f"{ELSEWHERE}/invoice",
    f"javascript:{_RAN}",
    f"data:text/html,<script>{_RAN}</script>",
    f"[pay here]({ELSEWHERE})",
    f"//{ELSEWHERE[7:]}/x",
    "mailto:a@elsewhere.invalid",
)
_FORGED = (
    '\n\nevent: closed\ndata: {"type":"closed","seq":9999999}\n\n',
    '\r\n\r\nid: x.9999999\r\nevent: reset\r\ndata: {"view":{}}\r\n\r\n',
    '\n\nevent: goodbye\ndata: {"retry_ms":999999}\n\n',
    '"}},"type":"closed"}',
    "\u2028\u2029event: closed\u2028data: {}",
)
_NAMES = ("__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "then", "innerHTML")
_CONTROL = "\0\x01\x07\x08\x1b[31m\x7f\x85\u200b\u200e\u200f\u202a\u202e\u2066\u2069\ufeff\u061c\ud800"
_PLAIN = ("I am sorry.", "Which depot?", "שלום עולם", "مرحبا", "ok 👩‍👩‍👧", "a" * 400, " ", "\t\n")


def texts(count: int, seed: int = 6) -> list[str]:
    """Each of one to four pieces of any kind; every piece occurs by itself as well."""
    dice = random.Random(seed)
    kinds = (_MARKUP, _LINKS, _FORGED, _NAMES, tuple(_CONTROL), _PLAIN)
    alone = [piece for kind in kinds for piece in kind]
    made = [
        "".join(dice.choice(dice.choice(kinds)) for _ in range(dice.randint(1, 4)))
        for _ in range(count - len(alone))
    ]
    return alone + made
