"""The words by which a turn of either side shows what it asks for, tells, or did not understand."""

from __future__ import annotations

import re

from copilot.core.stems import AnyOf

# --- what the agent asked for, or told them to do ----------------------------------------------------
ASKS_WHO = AnyOf(
    r"(?:first|last|full|your|account) names?",
    r"(?:e-?mail|postal|zip|billing|mailing|home)(?: (?:address|code))?|phone number",
    r"(?:date of birth|birthday|postcode|address|account (?:number|details|information|id)|order number"
    r"|customer number|case number|policy number|reference|serial number|contact details|user ?name)",
    r"verify your (?:account|identity)",
    r"provide (?:me |us )?(?:with )?(?:the|a|an|your) ",
)
# A sentence that asks for something.
REQUESTS = re.compile(r"\?|\b(?:please|kindly|provide|share|need|may i)\b", re.I)
ASKS_RIGHT = re.compile(r"\b(?:right|correct|is that (?:so|it)|am i right)\s*\?", re.I)
_DO = (
    r"(?:try|trying|click|press|tap|open|go to|restart|reboot|clear|delete|remove|uninstall|reinstall|enable"
    r"|disable|turn (?:on|off)|connect|connecting|unplug|plug|sign (?:in|out)|log (?:in|out)|select|follow"
    r"|download|update|enter|switch|set|use|visit|reset|repair|refresh)"
)
STEPS = AnyOf(
    r"(?:please|kindly|you (?:can|need to|should|could)|let'?s have you|then|and|\d+\.?)"
    rf" (?:now |do )?(?:help me )?{_DO}",
)
STEPS_FIRST = re.compile(rf"(?:^|[.:!,]\s+){_DO}\b", re.I)
HOLD = re.compile(
    r"\b(?:on hold|(?:a|one|few|couple(?: of)?|\d(?:-\d)?) (?:more )?(?:moments?|minutes?|mins?))\b"
    r"[^?]*\?",
    re.I,
)
LEAVE = re.compile(
    r"\b(?:permission|(?:may|can|shall|could) (?:i|we) (?:please )?"
    r"(?!please|have\b|ask\b|know\b|get\b|help\b)"
    r"|do you allow|(?:is|would) (?:that|this|it) (?:be )?(?:ok(?:ay)?|all right|fine)"
    r"|would you like me to)[^?]*\?",
    re.I,
)
# What the agent turned down, put off, or sent them elsewhere for.
TOLD_NO = AnyOf(
    r"(?:unfortunately|afraid|regret\w*)",
    r"(?:is|was|are|am|be) (?:not|un)(?: |-)?(?:possible|able|eligible|available|covered)",
    r"(?:can(?:not|['’]?t)|won['’]?t|wouldn['’]?t) "
    r"(?:be able|offer|refund|change|do|give|help|make|process|provide|cover|accept)",
    r"(?:is|are) final",
    r"(?:nothing|no way|only thing|all) (?:\w+ ){0,2}(?:can|could) (?:be )?do(?:ne)?",
    r"there(?:['’]s| is| are) no (?:way|option|possibility|further|other)",
)
TOLD_WAIT = AnyOf(
    r"(?:please|kindly|have to|need to|you(?:['’]ll| will)|can) (?:\w+ ){0,2}wait",
    r"(?:be|more|your|for) patien(?:t|ce)",
    r"(?:within|in|takes?|up to) (?:\w+ ){0,3}?[\w-]+ (?:business |working )?(?:days?|weeks?)",
    r"(?:keep an eye on|as soon as possible|get back to you|in touch with you)",
)
SENT_ON = AnyOf(
    r"(?:contact|call|reach(?: out to)?|speak (?:to|with)|ask|visit|write to|get in touch with)"
    r" (?:our|the|your|us|them|their)",
    r"(?:via|by|through|on) (?:our|the) (?:website|form|app|live ?chat|hotline)",
    r"(?:different|another|other|right) (?:department|team|line|number)",
)
NEARLY_THROUGH = AnyOf(r"all (?:the )?information", r"connect(?:ing)? you", r"searching", r"permission")
# They put the customer through, or look for somebody who takes over.
CONNECTING = AnyOf(
    r"(?:while|as) (?:we|i) connect you", r"stay on the line", r"transfer you in", r"put(?:ting)? you through"
)
# 'Would you like it by email?' wants a yes, and not the next question.
PROPOSES = re.compile(r"\b(?:did|do|would) you (?:want|like)\b[^?]*\?", re.I)
# What they say can only be passed on.
PASSED_ON = AnyOf(
    r"(?:pass(?:ed|ing)?|share|forward(?:ed)?|take) (?:\w+ ){0,3}(?:comments?|complaint|this|that|it)",
    r"feedback",
)
# The agent has them before them: looked them up, or says what stands there.
HAS_THEM = AnyOf(
    r"i (?:can |could )?(?:see|found|checked)|it (?:looks like|seems) (?:that )?we",
    r"(?:i['’]ve|i have|we have|have) (?:\w+ )?(?:checked|found|looked|reviewed|opened)",
    r"your (?:account|order|case|ticket|booking|claim) (?:is|was|has|shows)",
    r"check (?:the |your |for )?(?:\w+ ){0,2}(?:details|cases?|orders?|accounts?|updates)",
)
SMALL_TALK = re.compile(
    r"how (?:are you|(?:is|'s) it going|you doing)|will (?:be )?assist(?:ing)? you"
    r"|having a (?:good|great|nice) day",
    re.I,
)

# --- what was spoken of already, by either side ------------------------------------------------------
TELLS_ERROR = AnyOf(
    r"errors?|messages?|notices?|it says|i (?:always|still|only|just) get|screenshots?",
    r"appears?|shows?|pops up",
)
TELLS_SINCE = AnyOf(
    r"since|how long|ago|yesterday|last (?:night|week|month)"
    r"|for (?:\w+ ){1,2}(?:days?|weeks?|months?|years?|hours?)"
    r"|this (?:morning|week)|when did"
)
TELLS_TRIED = AnyOf(
    r"tried|trying|restart(?:ed)?|reboot(?:ed)?|reinstall(?:ed)?|reset|troubleshoot\w*|cleared"
)
TELLS_TOOL = AnyOf(
    r"device|browser|version|model|operating system|app|website|computer|laptop|tablet|by phone|chrome"
    r"|windows|mac|android|ios|cables?|adapter|charger"
)

# --- short turns of the customer ---------------------------------------------------------------------
PUZZLED = re.compile(
    r"^\W*(?:huh|what|sorry|pardon(?: me)?|excuse me|come again|say (?:that )?again|which one|for what)\W*$",
    re.I,
)
CALLS_OUT = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|yes|yeah)\W+)?(?:hello|hallo|anyone there|are you (?:still )?there)"
    r"(?:\W+(?:yes|yeah|hello|are you (?:still )?there|anyone|sir|ma'am))*\W*$",
    re.I,
)
REFUSES = re.compile(r"^\W*(?:no\W+)?(?:i|we) (?:don'?t|do not|never) want(?:ed)?\b", re.I)
MISREAD = AnyOf(
    r"you (?:didn'?t|don'?t|did not|do not) (?:even )?(?:understand|get (?:it|me|that)|answer|read)",
    r"(?:that|this)(?:'s| is| was) not (?:an answer|what i (?:asked|said|meant))",
    r"not (?:an answer to )?my question",
    r"(?:do you|can you|does anyone|know how to) (?:not |even |know how to )*(?:read|understand)",
)
MEANING = AnyOf(
    r"what (?:do|did) you mean",
    r"how do you mean",
    r"what (?:is|does) (?:that|this)(?: mean)?(?=\s*\?)",
    r"meaning",
)
HOW_TO = AnyOf(
    r"how (?:do|can|could|should|would|to) (?:i|we|you)?", r"where (?:do|can|should) i", r"what should i do"
)
WORKED = AnyOf(r"worked|works? (?:fine|well|normally|perfectly|now|when|if|with)|is working|did work")

# --- how they take what was said ---------------------------------------------------------------------
DEFIES = AnyOf(
    r"that'?s not (?:happening|good enough|on|fair|acceptable|right)",
    r"(?:no way|out of the question|unbelievable|ridiculous|god knows)",
    r"listen to yourself",
    r"how'?s about",
    r"i'?m not (?:having|accepting|getting|paying|doing)",
    r"(?:are you|you'?re) (?:kidding|serious|joking|having a laugh)",
    r"so that'?s it",
)
REGRETS = AnyOf(
    r"sorry|sry|my bad|i apologi[sz]e|i shouldn'?t (?:have )?(?:shout(?:ed)?|sa(?:y|id)|sworn)|was too much"
)
# 'Done, set to 25': they tell that they did it, or have it.
DID_IT = re.compile(
    r"^\W*(?:(?:omg|oh|haha|ok(?:ay)?|yes|great|and|so)\W+)*"
    r"(?:done|booked|sent|got it|noted|uploaded|wonderful|perfect|brilliant|lovely|super)\b|\bdone\W*$",
    re.I,
)
NOT_YET = AnyOf(r"again|but|still|yet|however")
ANYTHING_ELSE = AnyOf(r"(?:any|some)thing else", r"(?:any )?(?:other|further|more) questions?")
_DEAR = r"(?:husband|wife|partner|mother|father|mum|mom|dad|son|daughter|brother|sister|baby|friend)"
GRIEF = AnyOf(
    rf"(?:he|she|they|who|{_DEAR}) (?:(?:has|had|have|just) )?(?:died|passed away|was killed)",
    # 'they passed me on' is no death.
    rf"{_DEAR} (?:(?:has|had|just) )?passed(?= (?:last|this|in|two|three|a few) |\W*$)",
    rf"(?:lost my|lost our|my late) {_DEAR}",
    r"passed away|funeral|bereave\w*|miscarr\w+",
)
QUOTE = AnyOf(
    r"(?:auto|car|home) insurance",
    r"insurance quotes?",
    r"quotes? (?:for|on) (?:\w+ ){0,3}insurance",
    r"insured with",
    r"coverage",
)
INTRUDED = AnyOf(
    r"hack(?:ed|er|ers|ing)?",
    r"(?:someone|somebody|anyone|a stranger|they) (?:\w+ ){0,3}(?:gone|got|been|went|broke|was) in(?:to)?"
    r" (?:my|our)",
    r"(?:account|cards?|players|items?) (?:\w+ ){0,2}(?:stolen|taken over)",
)
# What was named to them is out of the question.
RULES_OUT = AnyOf(
    r"(?:too|so|very|was|were|they['’]?re|it['’]?s) (?:expensive|high|dear)",
    r"already tried (?:them|it|that)",
    r"don['’]?t want to go (?:back )?(?:to|with)",
    r"^not (?:or )?",
)
# 'Do I have to go there?' after they were told to.
WHETHER_TO = re.compile(
    r"\b(?:must|should|shall|do|can) i (?:(?:have|need) to |really )?(?:go|use|click|open|do|try|enter)\b",
    re.I,
)
WANTS_CALL = AnyOf(r"(?:call|ring|phone) me(?: back)?", r"give me a (?:call|ring)", r"speak on the phone")
GAVE_NAME = re.compile(r"^\W*(?:yes\W+)?(?:my name is|i am|i'm|this is) \W*[A-Z\[#]", re.I)
NOT_COME = AnyOf(r"(?:i|we) (?:have|did|do)(?: not|n['’]t) (?:\w+ )?(?:receiv(?:e|ed)|got|gotten|get|had)")
SWEARS = re.compile(r"\b(?:fuck|shit|bitch|bastard|asshole|cunt|crap)", re.I)
LOYAL = AnyOf(
    r"(?:loyal|regular|long-?(?:time|standing)|platinum|gold|faithful) (?:\w+ )?"
    r"(?:customer|client|member|user|guest)s?",
    r"customer (?:for|since) (?:\w+ ){0,2}(?:years?|\d+)",
)
WISHES = AnyOf(
    r"(?:have|wish (?:you|u)) (?:a|an) (?:\w+ ){0,2}(?:day|night|evening|weekend|week|year|one)",
    r"(?:you|same to you|and you) too",
    r"(?:happy|merry|nice|good) (?:new year|christmas|holidays|weekend|end of the day)",
)
LEAVING = AnyOf(
    r"(?:look|switch|chang|mov|go|find|try)(?:e|ing)? (?:\w+ ){0,3}(?:another|different|new|other)"
    r" (?:providers?|company|companies|networks?|suppliers?|banks?|stores?|shops?|airlines?|one)",
    r"(?:shop|shopping|buy|go|going|switch\w*|business) (?:\w+ )?elsewhere",
    r"(?:i|we)(?:'ll| will)? (?:never|not|won'?t|refuse to) (?:buy|order|fly|shop|book|spend|come back)",
    r"lost (?:me|a customer)",
)
BOT = AnyOf(
    r"(?:talking|speaking|chatting|writing) (?:to|with) (?:a|another) (?:bot|robot|machine|computer|chatbot)",
    r"(?:are you|is this|you'?re|you are) (?:just |even |only )?(?:a|an) (?:\w+ )?(?:bot|robot|machine)",
    r"machine translat\w+|copy[- ]?past\w+",
)
# They told it, gave it or asked it before, by their own words.
SAID_BEFORE = AnyOf(
    r"(?:i|we)(?:['’]ve| have)? (?:already|just|literally) (?:\w+ ){0,2}(?:told|said|explained|written|wrote"
    r"|answered|mentioned|described|given|gave|sent|asked|provided)",
    r"(?:as|like) i (?:already )?(?:said|told|mentioned|explained|wrote)",
    r"(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:nd|rd|th)) (?:time|iteration)",
    r"(?:explain|explained|tell|told|said|say|repeat|asked|ask)(?:ing)? (?:\w+ ){0,4}(?:again|twice"
    r"|(?:three|four|five|six|ten|several|many|\d+) times)",
    r"what did i (?:just )?say|(?:did|do) you (?:not |even )*read|again and again|over and over",
)
# They speak of having come to us.
CAME_BEFORE = AnyOf(
    r"contact(?:ed|ing)?|call(?:ed|ing)?|rang|phoned|wr(?:ote|itten|iting)|e-?mailed|chatted|spoke(?:n)?"
    r"|complain(?:ed|ing)|reported|asked|told|explain(?:ed|ing)?|reached out|in touch",
    r"(?:been|come|came|coming) (?:\w+ )?(?:here|back|to you)",
    r"(?:person|agent|colleague|time) (?:i|we)",
)
# They would rather not tell who they are.
GUARDS = AnyOf(
    r"(?:do(?: not|n['’]?t)|won['’]?t|not going to|not gonna|wouldn['’]?t) (?:\w+ ){0,4}"
    r"(?:give|share|tell|hand|get|send|put) (?:\w+ ){0,4}"
    r"(?:information|info|details|data|(?:phone |card )?number|address|name)(?: out)?",
    r"do(?: not|n['’]?t) want to (?:\w+ ){0,3}personal (?:information|info|details|data)",
    r"did(?: not|n['’]?t) agree to (?:\w+ ){0,3}(?:information|details|data)",
    r"not comfortable (?:giving|sharing|with giving|with sharing)",
)
# Where to write, whom to call.
WANTS_CONTACT = AnyOf(
    r"(?:get hold of|get in touch with|reach|contact) (?:them|those|that (?:team|department))",
    r"(?:provide|give|send|tell|need|want) (?:me |us )?(?:with )?(?:the|a|your|this|that) (?:postal|mailing)"
    r" address",
    r"where (?:can|do|should|could) i (?:\w+ )?(?:give|send|write|leave|complain|file|report)",
    r"number (?:to call|i can call|for them)",
    r"who (?:do|can|should) i (?:complain|write|talk|speak) to",
)
# Something is not clear to them.
UNCLEAR = AnyOf(
    r"(?:don['’]?t|didn['’]?t|do not|can['’]?t|cannot|couldn['’]?t) (?:\w+ )?(?:understand|figure"
    r"|work out|see (?:how|what)|find|follow|get how|make sense)",
    r"confus\w+|unclear|not clear|instructions?|makes? no sense",
    r"how (?:(?:do|can|should) i|does (?:it|that|this)|to)|what (?:do|does) (?:that|this|it|you) mean",
    r"which (?:one|step|button)",
)
