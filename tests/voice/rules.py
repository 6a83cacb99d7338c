"""Writing rules that a program can check. Each yields what to change in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from tests.voice.texts import Text

MAXIMUM_MESSAGE = 140

#: Words to avoid, and their replacements.
WORDS = {
    r"told|tell(?:s|ing)?(?! apart)": "show, report, return, warn",
    r"mend(?:s|ed|ing)?": "fix",
    r"anew": "again",
    r"stands?(?!-)|stood": "is, appears, means",
    r"meanwhile": "while you were editing; since then",
    r"any more": "no longer",
    r"(?:is|are|was|were|be) not there": "not found",
    r"of (?:one's|its|their|your|our|his|her) own": "your, their, its",
    r"go(?:es|ing)? on|went on": "continue, keep",
    r"may not": "can't; don't have permission; might not",
    r"lately": "recently",
    r"nothing is said": "nothing is sent",
    r"(?:is|are|was|were|be|been) asked for": "is requested; last request",
    r"(?:is|are|be|was) true": "matches",
    r"FullStory (?:is told|gets)": "is sent to FullStory",
    r"kept sample|keep(?:s|ing)? (?:a|the|this) sample": "test case; save as test case",
    r"set-ups?|log-ins?": "setup, login; to set up, to log in",
    r"e-mails?": "email",
    r"web sites?": "website",
    r"whoever|nobody|somebody": "name the actor: users, editors, the server",
    r"he|she|his|hers?|him": "they, their, them",
    r"publications?": "publish, scheduled publish",
}
BRITISH = (
    r"licen[c]e[sd]?|(?:colou|behaviou|favou|honou|neighbou|flavou|labou|humou|endeavou)r\w*|cancell(?:ed|ing)"
    r"|label(?:led|ling)|model(?:led|ling)|travel(?:led|ling)|signal(?:led|ling)|centre[sd]?|catalogues?|grey\w*"
    r"|whilst|amongst|towards|defence|artefacts?|judgement|analys(?:e|ed|es|ing)|dialogues?"
    r"|(?:organ|recogn|normal|initial|serial|optim|minim|maxim|summar|authori[sz]?|custom|special|general|synchron"
    r"|util|visual|categor|emphas|final|local|token|capital|saniti)is(?:e|ed|es|ing|ation|ations|er|ers)"
)
_words = [(re.compile(rf"(?<![\w-])(?:{word})(?![\w-])", re.IGNORECASE), use) for word, use in WORDS.items()]
_british = re.compile(rf"(?<![\w-])(?:{BRITISH})(?![\w-])", re.IGNORECASE)
#: The product's own sentence about the identify action.
_allowed = re.compile(r"Tells FullStory who the visitor is")

#: A sentence may ask "Who ...?" but has no "Who ..." as its subject.
_who = re.compile(r"(?:^|[.!?] )(?:Who|What) (?!else)[^.?!]*[.!](?:\s|$)")

#: First words of buttons. One word alone is enough if the page shows its object.
VERBS = frozenset(
    re.findall(
        r"\w+",
        """
        Accept Add Allow Apply Approve Archive Ask Cancel Change Check Choose Clear Close Compare Configure Confirm
        Connect Copy Create Customize Decline Delete Deny Deploy Disable Discard Download Duplicate Edit Enable Enroll
        Expand Export Fix Generate Go Hide Identify Import Insert Install Invite Load Log Migrate Move Open Overwrite
        Paste Pause Pin Preview Print Promote Publish Read Redo Reload Remove Rename Reorder Replace Request Reset
        Resolve Restore Resume Retry Return Review Revoke Roll Rotate Run Save Schedule Search Select Send Set Show
        Sign Skip Start Stop Switch Test Track Try Turn Undo Update Upload Use Validate View Withdraw
        """,
    )
)
ALONE = frozenset(
    re.findall(
        r"\w+",
        """
        Apply Back Cancel Close Compare Confirm Continue Copy Delete Disable Discard Duplicate Edit Enable Group
        Identify Alias Migrate Next Page Publish Reset Restore Revoke Save Search Track
        """,
    )
)
#: Words that keep their capital inside a button.
_names = re.compile(
    r"FullStory|Segment|JSON|FQL|API|URL|Google|V2|Quick|Device|Mode|Actions?|CSP|Ctrl\S*|ID|Liquid|GTM|Tag|Manager"
)
_sentence_break = re.compile(r"[a-z`”\"'){}][.!?] +[A-Z“]")
_final = re.compile(r"[.!?:…)”\"'`>}/-]\s*$|[.!?]\S{0,3}$")


def problems(text: Text) -> Iterator[str]:
    """The problems of a text, each as a short phrase."""
    yield from _wording(text.text)
    if text.kind in ("docstring", "comment", "prose"):
        return
    shown = unescape(re.sub(r"<[^>]*>", "", " ".join(text.text.split())))
    if len(shown) > MAXIMUM_MESSAGE:
        yield f"{len(shown)} characters; {MAXIMUM_MESSAGE} at most"
    if text.kind == "button":
        yield from _button(shown)
    else:
        yield from _periods(text.kind, shown)


def _wording(text: str) -> Iterator[str]:
    text = re.sub(r"(`+).+?\1", "…", _allowed.sub("", " ".join(text.split())))
    for pattern, use in _words:
        for found in pattern.finditer(text):
            yield f'"{found[0]}": {use}'
    for found in _british.finditer(text):
        yield f'"{found[0]}": American spelling'
    for found in _who.finditer(text):
        yield f'"{" ".join(found[0].split()[:4])} …": name the actor or the thing'


def _button(text: str) -> Iterator[str]:
    words = re.sub(r"[{}#“”…]+\S*", "", text).split()
    if not words:
        return
    if text.endswith("."):
        yield "a button has no period"
    if words[0] not in VERBS | ALONE or (len(words) == 1 and text == words[0] and words[0] not in ALONE):
        yield "a button is a verb and a noun"
    for word in words[1:]:
        if word[0].isupper() and not _names.match(word):
            yield f'"{word}": a button is in sentence case'


def _periods(kind: str, text: str) -> Iterator[str]:
    if re.search(r"(?<!\.)\.\.(?!\.)|[!?]\.(?:\s|$)|\. \.|,\.", text):
        yield "double period"
    if kind == "label" and text.endswith("."):
        yield "a label has no final period"
    if (kind in ("help", "sentence") and " " in text and not _final.search(text)) or (
        _sentence_break.search(text) and not _final.search(text)
    ):
        yield "missing final period"
