"""The words by which a customer's turn shows what it does: asks, answers, thanks, leaves, complains."""

from __future__ import annotations

import re

from copilot.core.stems import AnyOf, has_any
from copilot.core.words import folded

_WH = r"(?:what|when|where|which|who|why|how)"
_AUX = (
    r"(?:is|are|was|were|do|does|did|can|could|will|would|should|shall|may|must|have|has|am|"
    r"isn't|aren't|don't|doesn't|didn't|can't|couldn't|won't|wouldn't|haven't|hasn't)"
)
OPENS_QUESTION = re.compile(
    rf"^(?:(?:and|but|so|ok|okay|well|hi|hello|also|or|then|yes|no|great|right|sorry)[,.!]?\s+)*"
    rf"(?:{_WH}\b|(?!(?:do|have)\s+(?:it|that|this|the)\b){_AUX}\s+(?:i|you|we|they|it|he|she|there|this"
    rf"|that|the|my|your|these|those|someone|anyone)\b)",
    re.I,
)
SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
RHETORICAL = AnyOf(
    r"are you (?:kidding|joking|serious|stupid|deaf|blind|even (?:reading|listening))",
    r"is (?:this|that|it) (?:a joke|some kind of joke|normal|how you)",
    r"how (?:dare|hard (?:is|can)|is (?:this|that|it) (?:even )?(?:possible|acceptable|ok|okay|helping"
    r"|fair|legal))",
    r"how (?:many (?:more )?times|much longer|long (?:do|must|am|should|will) (?:i|we))",
    r"what (?:the (?:hell|heck|fuck)|kind of|a joke|sort of|good (?:is|will|does)|is (?:wrong|going on))",
    r"why (?:can'?t|don'?t|won'?t|do|are|is|should|would|am|did) (?:you|i|we|nobody|no one|it|this|they"
    r"|your)",
    r"do(?:n't)? (?:you|they) (?:even |really )?(?:care|read|listen|understand|know how)",
    r"who (?:cares|does that)",
)
THANKS = AnyOf(
    r"thanks?(?: you| u)?",
    r"thank you",
    r"thx",
    r"ty",
    r"cheers",
    r"appreciate(?:d)?",
    r"bless you",
    r"(?:you(?:'re| are) an? )?(?:legend|lifesaver|star|angel)",
    r"much obliged",
    r"grateful",
)
BYE = AnyOf(
    r"bye(?:[- ]?bye)?",
    r"good ?(?:night|evening)",
    r"have a (?:\w+ ){0,2}(?:day|night|evening|weekend|week|one)",
    r"(?:best|kind|warm) (?:regards|wishes)",
    r"take care",
    r"see you",
    r"talk (?:to you )?(?:soon|later)",
    r"(?:nice|good|happy) (?:rest|end) of",
    r"that(?:'s| is| was| will be|'ll be) (?:all|it|everything)",
    r"nothing (?:else|more)",
    r"no more questions",
)
WAIT = AnyOf(
    r"(?:one|a|just a|1) (?:moment|minute|min|sec|second)",
    r"(?:hold|hang) on",
    r"wait(?:ing)?(?: a| one| just)? (?:moment|minute|second|bit|please)",
    r"let me (?:see|check|look|find|get|try|grab)",
    r"i(?:'ll| will|'m going to| am going to) (?:see|check|look|find|get|try|grab|fetch)(?: (?:it|that|out"
    r"|now))?",
    r"give me (?:a|one) (?:\w+ )?(?:moment|minute|second|sec)",
    r"bear with me",
)
PRESENT = re.compile(
    r"^\W*(?:(?:yes|yeah|yep|hello|hi|hey|ok(?:ay)?|sure)\W+)*(?:i(?:'m| am)|am) (?:still )?(?:here|online"
    r"|waiting|with you)\W*$",
    re.I,
)
GREETING = re.compile(
    r"^\W*(?:hello|hi|hey|hiya|good (?:morning|afternoon|evening|day)|greetings|likewise|you too|fine"
    r"|(?:i'm (?:doing )?|all |very )?(?:fine|good|well|great))"
    r"(?:\W+(?:there|again|all|sir|madam|ma'am|team|how are you(?: doing)?(?: today)?|thanks?|thank you"
    r"|to you(?: too)?|"
    r"#?\w+#?))?\W*$",
    re.I,
)
BARE = re.compile(
    r"^\W*(?:(?:yes|yeah|yep|yup|no|nope|nah|ok(?:ay)?|k|sure|right|correct|exactly|alright|all right|fine"
    r"|good|great|"
    r"perfect|i see|understood|i understand|got it|uh-?huh|mm-?hm+|mhm|please|of course|sounds good"
    r"|that's (?:right|correct|fine)|"
    r"it is|i am|i do|i did|i have|he is|she is|they are|sir|ma'am|thanks?)(?:\W+|$))+$",
    re.I,
)
AFFIRMS = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|ok(?:ay)?|sure|right|correct|exactly|alright|fine|please|of course|perfect"
    r"|great|"
    r"(?:that|it) (?:sounds|would be) (?:good|fine|great|perfect)|go ahead|please do|let'?s do (?:it|that)"
    r"|works for me)\b",
    re.I,
)
CONSENTS = AnyOf(
    r"yes,? please",
    r"yes,? (?:if you|do|send|go)",
    r"please do",
    r"go ahead",
    r"(?:just )?(?:do|send|book) (?:it|that)",
    r"if you would",
)
UNDERSTOOD = AnyOf(
    r"got (?:it|that|them)",
    r"understood",
    r"(?:now )?i understand",
    r"makes sense",
    r"that(?:'s| is) clear",
    r"that(?:'ll| will) do",
    r"see you",
)
AGREES = AnyOf(
    r"yes",
    r"yes,? please",
    r"please do",
    r"(?:sounds|looks) (?:good|great|fine|perfect)",
    r"(?:that|this|it)(?:'d| would|'ll| will)? (?:works?|helps?)",
    r"(?:that|this|it)(?:'d| would|'ll| will) be (?:fine|good|great|perfect|in time|lovely)",
    r"go ahead",
    r"let'?s do (?:it|that)",
    r"i(?:'ll| will) take (?:it|that)",
    r"deal",
)
DENIES = re.compile(
    r"^\W*(?:no(?! (?:problem|worries|rush|hurry|bother))"
    r"|nope|nah|not (?:really|at all|interested)|never|absolutely not|i don'?t want|i won'?t"
    r"|i refuse)\b",
    re.I,
)
PERSON = AnyOf(
    r"(?:supervisor|manager|team ?lead(?:er)?|superior|your boss|someone (?:else|higher|senior)"
    r"|somebody else|head office)",
    r"(?:real|actual|live) (?:person|human|agent)",
    r"(?:speak|talk|connect|transfer|put) (?:me )?(?:to|with|through to) (?:a|an|your|the|someone|somebody)",
    r"another (?:agent|person|representative|rep|department|colleague)",
    r"technical support (?:person|team)",
    r"(?:give me a call|(?:please|can you|could you|someone|somebody|anyone|to) (?:\w+ ){0,2}(?:call"
    r"|contact) me(?: back)?)",
)
LEGAL = AnyOf(
    r"lawyer",
    r"attorney",
    r"su(?:e|ing) you",
    r"legal (?:action|steps|advice)",
    r"(?:small claims )?court",
    r"consumer (?:protection|rights|council|forum|court)",
    r"ombudsman",
    r"trading standards",
    r"report(?:ing)? you",
    r"police",
    r"fraud",
    r"scam",
)
REMEDY = AnyOf(
    r"refund(?:ed|s)?",
    r"money back",
    r"reimburse(?:d|ment)?",
    r"compensat(?:e|ed|ion)",
    r"replace(?:d|ment)?",
    r"exchange",
    r"credit(?:ed)?",
    r"discount",
    r"voucher",
    r"cancel(?:led|lation|ing)?",
)
DEMAND = AnyOf(
    r"i (?:want|need|demand|require|request|expect|insist)",
    r"i(?:'d| would) like",
    r"(?:please|just|can you|could you|will you) (?:\w+ )?(?:cancel|refund|send|fix|change|reset|stop"
    r"|remove|close|delete|"
    r"update|resend|check|look|do|help|tell|confirm|put|give|add|make|let)",
    r"do something",
    r"fix (?:it|this|that)",
    r"sort (?:it|this|that) out",
)
UNHEARD = AnyOf(
    r"(?:you|they|y'? ?all) (?:should|ought to|must) (?:\w+ ){0,2}(?:have|know)",
    r"(?:i|we)(?:'ve| have)? (?:already|just|literally) (?:\w+ ){0,2}(?:told|said|did|done|tried|explained"
    r"|sent|given|gave|"
    r"provided|wrote|answered|mentioned|checked|called)",
    r"(?:as|like) i (?:already )?(?:said|told|mentioned|explained|wrote)",
    r"(?:again and again|over and over|every time|each time|same (?:thing|answer|reply|response|message"
    r"|problem|issue))",
    r"(?:you(?:'re| are)|nobody(?: is|'s)?|no one(?: is|'s)?|not) (?:even )?(?:listening|reading"
    r"|understanding|answering|helping)",
    r"(?:second|third|fourth|fifth|sixth|\d+(?:nd|rd|th)) time",
    r"still (?:no|not|nothing|haven'?t|hasn'?t|isn'?t|don'?t|doesn'?t|waiting|can'?t|the same)",
)
TROUBLE = AnyOf(
    r"(?:not|\w+n[’']?t|never|no longer|stopped) (?:\w+ ){0,2}(?:work(?:s|ing|ed)?|charg(?:e|ing)"
    r"|load(?:ing)?|open(?:ing)?|arriv(?:e|ed|ing)|"
    r"receiv(?:e|ed|ing)|respond(?:ing)?|turn(?:ing)?|connect(?:ing)?|come|came|get(?:ting)?|got|find|see"
    r"|access|log|play(?:ing)?|help(?:ing|ed)?)",
    r"broken|defective|faulty|damaged|wrong|missing|lost|stolen|late|delayed|overdue|blocked|locked|error"
    r"|fail(?:s|ed|ing|ure)?|"
    r"crash(?:es|ed|ing)?|(?<!no )(?:problems?|issues?|trouble)|mistake|charged|overcharged|unauthori[sz]ed"
    r"|disconnect(?:s|ed|ing)?",
)
FEELING = AnyOf(
    r"(?:so |very |really |extremely |quite |pretty |rather )?(?:angry|furious|mad|upset|frustrat(?:ed"
    r"|ing)|annoy(?:ed|ing)|"
    r"disappoint(?:ed|ing|ment)|dissatisfied|unhappy|worried|scared|afraid|nervous|anxious|tired of|fed up"
    r"|sick of|ashamed|"
    r"embarrass(?:ed|ing)|ridiculous|unacceptable|disgust(?:ed|ing)|terrible|horrible|awful|appalling"
    r"|outrageous|pathetic|"
    r"useless|shame(?:ful)?|joke|disgrace|nightmare|stress(?:ed|ful)?|sad|heartbroken|devastated|desperate"
    r"|worst)",
)
SELF_BLAME = AnyOf(
    r"my (?:mistake|bad|ignorance)",
    # 'It is not my fault', 'so it's my fault?': blame that they turn away.
    r"(?:i (?:know|guess|think)|probably|maybe|perhaps|sorry|surely) (?:\w+[, ]+){0,3}my fault",
    r"silly me|stupid of me|(?:a|maybe|probably|sorry) (?:silly|stupid|dumb) question",
    r"excuse my",
    r"i feel (?:so )?(?:stupid|silly|dumb)",
)
FIXED = AnyOf(
    r"(?:it|that|this|everything|all)(?:'s| is| has| was|'s all)? (?:now |all |finally )?(?:work(?:s|ed"
    r"|ing)|fixed|sorted|solved|resolved|back|fine|ok|good)(?: now| again)?",
    r"(?:that|it) (?:did|worked|does) (?:it|the trick)",
    r"problem (?:is )?(?:solved|gone)",
    r"i (?:got|found|see|have) it(?: now)?",
    r"i can (?:now )?(?:see|log|access|open|use)",
)
GIVES_UP = AnyOf(
    r"forget (?:it|about it)",
    r"never ?mind",
    r"(?:i )?give up",
    r"don'?t bother",
    r"whatever",
    r"i(?:'m| am) (?:done|leaving|out)",
    r"(?:waste|wasting|wasted) (?:of )?(?:my |our )?time",
)
# Something to look them up by, also where redaction has taken its place.
_LOOKED_UP = (
    r"\w*(?:email|mail|phone|number|id|address|card|code|digits|url|account|order|zip|iban|bank|reference)\w*"
)
DATA = re.compile(
    rf"#{_LOOKED_UP}#|\[{_LOOKED_UP}(?: \d)?\]|\b(?:EMAIL|PHONENUMBER|ALPHANUMERICID|ADDRESS|DEVICEID)\b"
    r"|(?<!\S)[^\s@]+@\S+\.\w+|\b(?=\w*\d\w*\d)\w[\w-]{3,}\b",
    re.I,
)
_DATA_STEMS = ("#", "[", "@", "email", "phonenumber", "alphanumericid", "address", "deviceid")
_DIGIT = re.compile(r"\d")


def holds_data(text: str) -> bool:
    """Whether something stands there to look them up by."""
    possible = _DIGIT.search(text) is not None or has_any(folded(text), _DATA_STEMS)
    return possible and DATA.search(text) is not None


# … or read aloud: digit by digit, or letter by letter.
READ_ALOUD = re.compile(
    r"(?:\b(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|double|triple|\d)\b[\s,.-]*){3,}"
    r"|(?:\b[b-hj-z]\b[\s,.-]+){2}",
    re.I,
)
INSULT = AnyOf(
    r"(?:you(?:'re| are)?|u) (?:\w+ ){0,3}(?:idiots?|morons?|stupid|dumb|useless|liars?|thie(?:f|ves)|scum"
    r"|trash|assholes?|bastards?|bitch(?:es)?|clowns?|incompetent)",
    r"(?:fuck|screw|damn) (?:you|u|off|yourself)",
    r"f\W?\*+\w* (?:you|off)|go to hell|shut up|up (?:your|the|ur) ass|motherfuckers?|assholes?"
    r"|piece of shit",
)
WARNING = AnyOf(
    r"(?:inappropriate|abusive|offensive|that kind of|this kind of|such|strong|foul) (?:language|words?"
    r"|behaviou?r)",
    r"(?:keep|maintain|stay) (?:\w+ ){0,2}(?:respectful|civil|polite|decorum)",
    r"(?:end|close|leave|disconnect|terminate) (?:this|the) (?:chat|call|conversation) if",
    r"if there(?:'s| is) (?:one|any) more",
    r"if (?:it|that|this|they|you) (?:goes|go|keeps?|carry|carries|continues?)(?: on)?[^.?!]{0,30}"
    r" (?:end|close|hang up|leave|stop)",
    r"insult(?:s|ed|ing)?|swearing|abuse",
    r"spoken to (?:like|that way)",
)
KEPT_WAITING = AnyOf(
    r"wait(?:ed|ing)?",
    r"delay(?:s|ed)?",
    r"late",
    r"overdue",
    r"hold",
    r"(?:for|already|almost|nearly|over|last|past|spent|wasted?|been) (?:\w+ ){0,2}(?:\d+|an?|one|two"
    r"|three|four|five|six|several|many) "
    r"(?:\w+ )?(?:minutes?|mins?|hours?|days?|weeks?|months?|years?)",
    r"(?:\d+|an?|two|three|several) (?:minutes|mins|hours?|days|weeks|months) (?:ago|now|already|late"
    r"|delay|and)",
    r"(?:no|any) (?:response|answer|reply|call|feedback|update|news|contact)",
    r"(?:still|yet|ever) (?:no|not|nothing|waiting|sitting|haven'?t|hasn'?t)",
    r"nothing (?:has )?happen(?:ed|s)",
    r"(?:second|third|fourth|fifth|sixth|seventh|tenth|\d+(?:nd|rd|th)) (?:time|attempt|person|agent)",
    r"(?:several|many|multiple|so many|\d+) times",
    r"over and over",
    r"again and again",
    r"same (?:questions?|answers?|reply|thing)",
    r"(?:passed|transferr?(?:ed|ing)?|sent) (?:me )?(?:around|from|back and forth)?",
    r"buck-?passing",
    r"cut (?:me )?off",
    r"hung up",
)
LET_DOWN = AnyOf(
    r"(?:loyal|regular|long-?(?:time|standing)|platinum|gold|good|faithful) (?:\w+ )?(?:customer|client"
    r"|member|user)",
    r"lost (?:me|a customer|us)",
    r"(?:another|different|new) (?:provider|company|network|supplier|bank|store|shop)",
    r"elsewhere",
    r"(?:bad|poor|terrible|pathetic|dreadful|awful|horrible|worst|shocking|appalling"
    r"|disgraceful) (?:\w+ )?(?:service|experience|support|treatment|company|apology)",
    r"never again",
    r"last (?:purchase|time|order)",
    r"apologi[sz]ed?",
    r"useless",
    r"to the wrong",
    r"wrong (?:address|town|city|item|size|one)",
)
BURDEN = AnyOf(
    r"(?:my|our) (?:business|job|work|wedding|birthday|event|holiday|trip|vacation|health|exam|flight"
    r"|kids?|child(?:ren)?|son|daughter|mother|father|family|baby|income)",
    r"(?:lose|losing|lost) (?:\w+ ){0,3}(?:clients?|money|income|customers?|credits?|everything|access"
    r"|hours?)",
    r"hack(?:ed|er|ers|ing)?",
    r"stolen",
    r"stole",
    r"scared",
    r"worried",
    r"afraid",
    r"alone",
    r"sick",
    r"ill",
    r"hospital",
    r"hurt",
    r"injured",
    r"(?:cut|burn(?:ed|t)|bleeding) my",
    r"bleeding",
    r"disappoint(?:ed|ing|ment)",
    r"unbearable",
    r"unacceptable",
    r"frustrat(?:ed|ing)",
    r"upset",
    r"sad",
    r"desperate",
    r"exhaust(?:ed|ing)",
    r"tired",
    r"fed up",
    r"sick of",
    r"need (?:some )?help",
    r"get (?:the|any) help",
    r"(?:a |what a |this a )joke",
    r"tonight",
    r"tomorrow",
    r"give up",
    r"forget it",
    r"angry",
    r"cry(?:ing)?",
)
LOST = AnyOf(
    r"(?:i )?(?:don'?t|do not|didn'?t) (?:even )?(?:know|understand|see) (?:how|what|where|which|this|that"
    r"|it|why)",
    r"no idea",
    r"how (?:do|can|should|would|to) (?:i|we|you)?",
    r"what (?:should|do|can) i do",
    r"what do you mean",
    r"confus(?:ed|ing)",
    r"where (?:do|can|is)",
)
MORE = AnyOf(
    r"(?:one|another|a) (?:more |other |last |quick |further )?questions?",
    r"something else",
    r"one more thing",
    r"ask you something",
)
WHEN = re.compile(
    r"(?:when|how long|how many (?:more )?(?:minutes?|hours?|days?|weeks?)|by when|what time|how soon)(?!\w)"
)
CLAIM_CHECK = AnyOf(
    r"right", r"correct", r"is that (?:so|true|right|correct)", r"(?:are|is|do|did|will) you sure"
)
DOUBTS = re.compile(
    r"^\W*(?:(?:yes|yeah|ok(?:ay)?|well|fine|right|so|and|but)\W+)*(?:(?:what|but|and) if\b"
    r"|if \w+ (?:don'?t|doesn'?t|isn'?t|won'?t|says? no)|and (?:then|who(?:'s| is) to say)\b"
    r"|then (?:i|they|he|she|somebody|someone|we)\b|so until\b|last time\b|like (?:the )?last time)",
    re.I,
)
AGENT_LOOKS = AnyOf(
    r"(?:one|a|just a|a few|two|\d+) (?:moments?|minutes?|mins?|seconds?|secs?)",
    r"(?:bear|stay) with me",
    r"(?:hold|hang) on|on hold",
    r"let me (?:see|check|look|find|get|have|take|read|pull|open|search)",
    r"(?:i'm|i am|just) (?:\w+ )?(?:looking|checking|opening|reading|loading|searching|finding)",
    r"i(?:'ll| will) (?:just )?(?:look|check|open|have a look|find|search)",
    r"thank(?:s| you) for (?:waiting|your patience|holding)",
)
TRIES = AnyOf(
    r"i(?:'ll| will|'m going to| am going to) (?:try|check|test|(?:have|take) a look)",
    r"let me try",
    r"give (?:it|that) a (?:try|shot|go)",
)
