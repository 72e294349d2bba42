"""Whether two names are of the same holder, as banks and people write them differently.

Case, accents, order, titles, legal forms and the usual ways to write Cyrillic and Greek letters
make no difference. Where it is in doubt the answer is no, and a person looks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LEAST_IN_COMMON = 2  # of the words, where one of the two says more: a middle name, a branch
# Titles, words between names, and legal forms as they stand once their dots are gone.
TELLS_NOBODY = """
    dr prof mr mrs ms mx herr frau mag ing dipl and und et y e of the
    gmbh mbh ug haftungsbeschrankt ag kg ohg gbr ek eg ev co ltd limited llp llc lllp lp inc
    incorporated corp corporation company plc pte pty sa sas sasu sarl eurl rl srl spa snc sl slu
    lda bv nv vof cv ab hb oy oyj as asa aps sp z oo zoo sro doo dd kft zrt nyrt eood ood ad ooo
    oao zao pao ip kk gk
"""
IGNORED = frozenset(TELLS_NOBODY.split())
LETTERS = str.maketrans(
    {
        "ß": "ss",
        "æ": "a",
        "œ": "o",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "ı": "i",
        "ħ": "h",
        **dict(
            zip(
                "абвгдезийклмнопрстуфыэіѓґ",
                "abvgdeziiklmnoprstufyeigg",
                strict=True,
            )
        ),
        "ж": "zh",
        "х": "kh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "shch",
        "ъ": "",
        "ь": "",
        "ю": "yu",
        "я": "ya",
        "є": "ye",
        "ђ": "d",
        "љ": "lj",
        "њ": "nj",
        "ћ": "c",
        "џ": "dz",
        **dict(zip("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo", strict=True)),
        "θ": "th",
        "χ": "ch",
        "ψ": "ps",
    }
)
# Written as two letters where a keyboard has no umlaut, and as one where it has.
UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))


def is_same(holder: str, *names: str) -> bool:
    """Tell whether the *holder* of an account is one of *names*."""
    theirs = words_of(holder)
    return any(_is_one(theirs, words_of(name)) for name in names if name)


def words_of(name: str) -> frozenset[str]:
    """Return what of a name tells one holder from another, in no order."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    latin = plain.translate(LETTERS)
    for written, letter in UMLAUTS:
        latin = latin.replace(written, letter)
    found = re.findall(r"\w+", re.sub(r"(?<=\w)[.'’](?=\w)|\.", "", latin))
    return frozenset(_told(found))


def _told(found: list[str]) -> Iterable[str]:
    """A name may be made of nothing but such words, and is then all of them."""
    return [word for word in found if word not in IGNORED] or found


def _is_one(theirs: frozenset[str], ours: frozenset[str]) -> bool:
    if not theirs or not ours:
        return False
    one_says_more = theirs <= ours or ours <= theirs
    return theirs == ours or (one_says_more and len(theirs & ours) >= LEAST_IN_COMMON)
