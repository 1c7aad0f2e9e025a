"""Keys taken out of everything that is kept or told.

A publisher may echo a key in whatever form: as it is, percent-encoded in a link, escaped inside JSON or HTML, or a
mixture of them. So a key is looked for letter by letter, each in any of its forms and in either case. Two more forms
are looked for as a whole: Base64, wherever the key may stand in what was encoded, and UTF-16.
"""

import base64
import html.entities
import re
from collections.abc import Iterable
from typing import Final

REDACTED: Final = "REDACTED"
# Without these a body holds only what it says letter by letter, except that a blank may be a plus.
SIGNS_OF_ESCAPING: Final = (b"%", b"&", b"\\")
WIDE: Final = ("utf-16-le", "utf-16-be")
# Base64 has one sign for six bits, a character has eight: where a secret begins after none, one or two others, it is
# written in three ways, less the signs at both ends that its neighbours have a share in.
BASE64_BITS: Final = 6
BEFORE: Final = (0, 1, 2)
# Names that HTML has for a character, such as amp and quot.
NAMES: Final = {
    character: [name.rstrip(";") for name, text in html.entities.html5.items() if text == character and len(name) > 1]
    for character in map(chr, range(32, 127))
}


class Redactor:
    """Replaces secrets by `REDACTED`."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """Look for these; blank ones are passed over, of two the longer one is looked for first."""
        known = sorted({secret for secret in secrets if secret}, key=lambda secret: (-len(secret), secret))
        encoded = sorted({form for secret in known for form in _in_base64(secret)}, key=lambda form: (-len(form), form))
        forms = [*map(_any_form, known), *map(_base64_form, encoded)]
        self._plain = [form.lower().encode() for form in (*known, *encoded)]
        self._wide = [(_wide_form(known, coding), REDACTED.encode(coding)) for coding in WIDE if known]
        self._text = re.compile("|".join(forms) or r"(?!)")
        self._bytes = re.compile("|".join(forms).encode() or rb"(?!)")

    def text(self, said: str) -> str:
        """A text without secrets."""
        clean = self._text.sub(REDACTED, said)
        while clean != said:  # what stood left and right of a secret may be one, now that they are neighbours
            said, clean = clean, self._text.sub(REDACTED, clean)
        return clean

    def content(self, body: bytes) -> bytes:
        """A body without secrets; the same object where there is none in it."""
        if b"\0" in body:
            for form, redacted in self._wide:
                body = form.sub(redacted, body) if form.search(body) else body
        if not self._may_hold_one(body):
            return body
        clean = self._bytes.sub(REDACTED.encode(), body)
        while clean != body:
            body, clean = clean, self._bytes.sub(REDACTED.encode(), clean)
        return clean

    def holds(self, body: bytes) -> bool:
        """Whether there is a secret in a body."""
        return self.content(body) != body

    def _may_hold_one(self, body: bytes) -> bool:
        """A quick look, so that large bodies without any sign of escaping are not searched letter by letter."""
        if not self._plain:
            return False
        if any(sign in body for sign in SIGNS_OF_ESCAPING):
            return True
        lowered = body.lower()
        return any(secret in lowered or b" " in secret for secret in self._plain)


def _any_form(secret: str) -> str:
    return "".join(_forms_of(character) for character in secret)


def _forms_of(character: str) -> str:
    """A pattern of one character in all its forms; each begins with a letter of its own, so that a search is fast."""
    cases = [case for case in (character, character.lower(), character.upper()) if len(case) == 1]
    forms: list[str] = []
    for case in dict.fromkeys(cases):
        number = ord(case)
        octets = "".join(f"%(?:25)*{_either_case(f'{octet:02x}')}" for octet in case.encode())
        forms += [
            re.escape(case),
            octets,
            rf"\\+u{_either_case(f'{number:04x}')}",
            rf"\\+x{_either_case(f'{number:02x}')}",
            rf"&(?:amp;)*#0*{number};?",
            rf"&(?:amp;)*#[xX]0*{_either_case(f'{number:x}')};?",
            *(rf"&(?:amp;)*{re.escape(name)};?" for name in NAMES.get(case, [])),
        ]
        if case == " ":
            forms.append(r"\+")
        if not case.isalnum():
            forms.append(rf"\\+{re.escape(case)}")
    return f"(?:{'|'.join(dict.fromkeys(forms))})"


def _in_base64(secret: str) -> set[str]:
    """What of a secret is sure to be seen in Base64, in both alphabets, for each case and place of it."""
    forms = set()
    for case in {secret, secret.lower(), secret.upper()}:
        for before in BEFORE:
            octets = b"\0" * before + case.encode()
            first, end = -(-8 * before // BASE64_BITS), 8 * len(octets) // BASE64_BITS
            form = base64.b64encode(octets).decode()[first:end]
            forms |= {form, form.translate(str.maketrans("+/", "-_"))}
    return forms


def _base64_form(form: str) -> str:
    """A pattern of Base64: its letters as they are, since their case tells; its signs in any form."""
    return "".join(letter if letter.isalnum() else _forms_of(letter) for letter in form)


def _wide_form(secrets: Iterable[str], coding: str) -> re.Pattern[bytes]:
    """A pattern of secrets in two bytes a character, each in either case."""

    def letter(character: str) -> bytes:
        cases = dict.fromkeys([character, character.lower(), character.upper()])
        return b"(?:" + b"|".join(re.escape(case.encode(coding)) for case in cases) + b")"

    return re.compile(b"|".join(b"".join(map(letter, secret)) for secret in secrets))


def _either_case(hexadecimal: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in hexadecimal)
