"""Keys are taken out of whatever is kept or told."""

import base64
import html
import json
import string
from urllib.parse import quote, quote_plus

from hypothesis import assume, given
from hypothesis import strategies as st

from compact_pipelines.live.redaction import REDACTED, Redactor

KEY = "a/B+c=9&\"<é>'k\\ z"
FORMS = {
    "plain": lambda key: key,
    "upper": str.upper,
    "lower": str.lower,
    "percent": lambda key: quote(key, safe=""),
    "percent, lower": lambda key: quote(key, safe="").lower(),
    "percent, as in a path": quote,
    "percent, as in a form": quote_plus,
    "percent, twice": lambda key: quote(quote(key, safe=""), safe=""),
    "every letter percent": lambda key: "".join(f"%{octet:02X}" for octet in key.encode()),
    "JSON": lambda key: json.dumps(key)[1:-1],
    "JSON in JSON": lambda key: json.dumps(json.dumps(key)[1:-1])[1:-1],
    "JSON, slashes escaped": lambda key: json.dumps(key)[1:-1].replace("/", "\\/"),
    "JSON, every letter": lambda key: "".join(f"\\u{ord(letter):04X}" for letter in key),
    "HTML": html.escape,
    "HTML, decimal": lambda key: "".join(f"&#{ord(letter)};" for letter in key),
    "HTML, hexadecimal": lambda key: "".join(f"&#x{ord(letter):x};" for letter in key),
    "HTML in HTML": lambda key: html.escape(html.escape(key)),
    "percent in HTML": lambda key: html.escape(quote(key)),
}

secrets = st.text(string.ascii_letters + string.digits + "-_=+/.&%\"'<> \\{}", min_size=8, max_size=40)
around = st.text(string.ascii_letters + string.digits + '&=%\\"{};#*', max_size=12)


@given(secrets, st.sampled_from(sorted(FORMS)), around, around)
def test_no_secret_survives_in_any_form(secret: str, form: str, before: str, after: str) -> None:
    assume(REDACTED.lower() not in secret.lower() and secret.lower() not in REDACTED.lower())
    written = FORMS[form](secret)
    redactor = Redactor([secret])
    for said in (
        redactor.text(before + written + after),
        redactor.content((before + written + after).encode()).decode(),
    ):
        assert REDACTED in said
        assert secret.lower() not in said.lower()
        assert written.lower() not in said.lower()


@given(secrets, around)
def test_what_holds_no_secret_stays_as_it_is(secret: str, said: str) -> None:
    assume(len(said) < len(secret))
    assert Redactor([secret]).text(said) == said
    assert Redactor([secret]).content(said.encode()) == said.encode()


def test_every_form_of_a_key_with_all_signs_is_found() -> None:
    redactor = Redactor([KEY])
    for name, form in FORMS.items():
        assert redactor.text(f'{{"key": "{form(KEY)}"}}') == f'{{"key": "{REDACTED}"}}', name
        assert redactor.content(f"<{form(KEY)}>".encode()) == f"<{REDACTED}>".encode(), name


def test_a_mixture_of_forms_is_found() -> None:
    redactor = Redactor(["abcdefgh12"])
    assert redactor.text("x=A%62c\\u0064e&#102;GH12;") == f"x={REDACTED};"


def test_two_secrets_of_which_one_holds_the_other_are_both_found() -> None:
    redactor = Redactor(["abcdefgh", "abcdefghijkl"])
    assert redactor.text("abcdefghijkl, abcdefgh") == f"{REDACTED}, {REDACTED}"


def test_neighbours_that_make_a_secret_are_found_too() -> None:
    assert Redactor(["abcdabcd12"]).text("abcdabcdabcd1212") == "abcdREDACTED12"
    assert "tedabcdefg" not in Redactor(["TEDabcdefg"]).text("TEDabcdefgabcdefg").lower()


def test_blank_secrets_are_passed_over() -> None:
    assert Redactor(["", ""]).text("nothing to hide") == "nothing to hide"
    body = b"nothing to hide"
    assert Redactor([]).content(body) is body


def test_a_key_in_base64_is_found_wherever_it_stands() -> None:
    redactor = Redactor([KEY, "plainkey0123"])
    for key in (KEY, "plainkey0123"):
        for before in ("", "u", "us", "user:", "a:b:c:"):
            for encode in (base64.b64encode, base64.urlsafe_b64encode):
                said = encode(f"{before}{key};rest".encode()).decode()
                sure = encode(f"{'x' * len(before)}{key};rest".encode()).decode()[-(-len(before) * 4 // 3) :]
                for written in (said, quote(said, safe=""), said.replace("/", "\\/")):
                    clean = redactor.text(f'{{"basic": "{written}"}}')
                    assert REDACTED in clean
                    assert sure[:10] not in clean
                    assert redactor.content(written.encode()).decode() == redactor.text(written)


@given(secrets, st.sampled_from(["utf-16", "utf-16-le", "utf-16-be"]), st.sampled_from([str, str.upper, str.lower]))
def test_a_key_in_two_bytes_a_character_is_found(secret: str, coding: str, case: object) -> None:
    assume(REDACTED.lower() not in secret.lower() and secret.lower() not in REDACTED.lower())
    written = case(secret)  # type: ignore[operator]
    clean = Redactor([secret]).content(f"<p>{written}</p>".encode(coding)).decode(coding)
    assert clean == f"<p>{REDACTED}</p>"


def test_bytes_that_are_no_text_stay_as_they_are() -> None:
    body = bytes(range(256)) * 4
    assert Redactor(["abcdefgh12"]).content(body) == body
    assert Redactor(["abcdefgh12"]).content(body + b"abcdefgh12") == body + REDACTED.encode()
