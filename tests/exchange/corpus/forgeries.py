"""Forged and altered drops: only a signature of a key in force, over exactly these bytes, for this use, is taken."""

import base64
import datetime as dt
import hashlib
import struct
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from compact_pipelines.exchange.manifest import MANIFEST, SIGNATURE
from compact_pipelines.exchange.signatures import MANIFEST_NAMESPACE, public_key_line, raw_public_key, sign
from tests.exchange.corpus.building import IGNORED, NOW, Data, Drop, Entry, case, key_of, rows, signed, table

GOOD: Final = table(rows(2))
DAY: Final = dt.timedelta(days=1)


def string(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def armoured(blob: bytes, width: int = 70, newline: str = "\n", name: str = "SSH SIGNATURE") -> bytes:
    text = base64.b64encode(blob).decode()
    lines = [text[start : start + width] for start in range(0, len(text), width)]
    return newline.join([f"-----BEGIN {name}-----", *lines, f"-----END {name}-----", ""]).encode()


def to_sign(message: bytes, namespace: str = MANIFEST_NAMESPACE, name: str = "sha512") -> bytes:
    digest = hashlib.new(name, message).digest()
    return b"SSHSIG" + string(namespace.encode()) + string(b"") + string(name.encode()) + string(digest)


def blob(public: bytes, made: bytes, *, version: int = 1, reserved: bytes = b"", name: str = "sha512") -> bytes:
    head = b"SSHSIG" + struct.pack(">I", version) + string(public) + string(MANIFEST_NAMESPACE.encode())
    return head + string(reserved) + string(name.encode()) + string(made)


def own(key: Ed25519PrivateKey) -> bytes:
    return string(b"ssh-ed25519") + string(raw_public_key(key))


def by_hand(key: Ed25519PrivateKey, message: bytes, **bends: object) -> bytes:
    name = str(bends.get("name", "sha512"))
    made = string(b"ssh-ed25519") + string(key.sign(to_sign(message, name=name)))
    return blob(own(key), made, **bends)  # type: ignore[arg-type]


def with_rsa(_: Ed25519PrivateKey, message: bytes) -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    numbers = key.public_key().public_numbers()
    public = string(b"ssh-rsa") + string(b"\1\0\1") + string(b"\0" + numbers.n.to_bytes(256, "big"))
    made = key.sign(to_sign(message), padding.PKCS1v15(), hashes.SHA512())
    return armoured(blob(public, string(b"rsa-sha2-512") + string(made)))


def with_ecdsa(_: Ed25519PrivateKey, message: bytes) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    public = string(b"ecdsa-sha2-nistp256") + string(b"nistp256") + string(point)
    pair = decode_dss_signature(key.sign(to_sign(message), ec.ECDSA(hashes.SHA256())))
    numbers = b"".join(string(b"\0" + number.to_bytes(32, "big")) for number in pair)
    return armoured(blob(public, string(b"ecdsa-sha2-nistp256") + string(numbers)))


def with_hardware_key(key: Ed25519PrivateKey, message: bytes) -> bytes:
    kind, application = b"sk-ssh-ed25519@openssh.com", b"ssh:"
    public = string(kind) + string(raw_public_key(key)) + string(application)
    flags = b"\1" + struct.pack(">I", 5)
    told = hashlib.sha256(application).digest() + flags + hashlib.sha256(to_sign(message)).digest()
    return armoured(blob(public, string(kind) + string(key.sign(told)) + flags))


def flipped(content: bytes, at: int) -> bytes:
    at %= len(content)
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def _swap_data(folder: object) -> None:
    path = folder / "data.csv"  # type: ignore[operator]
    path.write_bytes(path.read_bytes().replace(b"12.5", b"99.5"))


def _bend_manifest(folder: object) -> None:
    path = folder / MANIFEST  # type: ignore[operator]
    path.write_bytes(path.read_bytes().replace(b'"seq": 1', b'"seq": 2'))


def _signature(name: str, make: object, rules: str = "signature", **more: object) -> Entry:
    return case(name, "REJECTED", Drop({"data.csv": GOOD}, signature=make), rules=rules, **more)  # type: ignore[arg-type]


def _key(name: str, status: str, rules: str = "", **times: object) -> Entry:
    return case(name, status, GOOD, rules=rules, agreement={"key": times})


REFUSED: Final = [
    _signature("sig-empty", lambda *_: b""),
    _signature("sig-not-base64", lambda *_: b"-----BEGIN SSH SIGNATURE-----\n<script>\n-----END SSH SIGNATURE-----\n"),
    _signature("sig-of-stranger", lambda _, message: signed(key_of("a stranger"), message), "known_key"),
    _signature("sig-over-other-bytes", lambda key, message: signed(key, message + b" ")),
    _signature("sig-over-data-file", lambda key, _: signed(key, GOOD.content)),
    _signature("sig-for-git", lambda key, message: sign(key, message, "git").encode()),
    _signature("sig-for-receipt", lambda key, message: sign(key, message, "drop-receipt.v1").encode()),
    _signature("sig-for-next-version", lambda key, message: sign(key, message, "drop-manifest.v2").encode()),
    _signature("sig-without-use", lambda key, message: sign(key, message, "").encode()),
    _signature("sig-cut-off", lambda key, message: signed(key, message)[:150]),
    _signature("sig-one-bit", lambda key, message: armoured(flipped(by_hand(key, message), -1))),
    _signature("sig-key-one-bit", lambda key, message: armoured(flipped(by_hand(key, message), 40))),
    _signature("sig-sha256", lambda key, message: armoured(by_hand(key, message, name="sha256"))),
    _signature("sig-version-2", lambda key, message: armoured(by_hand(key, message, version=2))),
    _signature("sig-reserved", lambda key, message: armoured(by_hand(key, message, reserved=b"x"))),
    _signature("sig-goes-on", lambda key, message: armoured(by_hand(key, message) + b"more")),
    _signature("sig-other-armour", lambda key, message: armoured(by_hand(key, message), width=76)),
    _signature("sig-returns", lambda key, message: armoured(by_hand(key, message), newline="\r\n")),
    _signature("sig-pgp", lambda key, message: armoured(by_hand(key, message), name="PGP SIGNATURE")),
    _signature("sig-twice", lambda key, message: signed(key, message) * 2),
    _signature("sig-binary", by_hand),
    _signature("sig-rsa", with_rsa),
    _signature("sig-ecdsa", with_ecdsa),
    _signature("sig-hardware", with_hardware_key),
    _signature("sig-length-lies", lambda *_: armoured(b"SSHSIG\0\0\0\1\xff\xff\xff\xff")),
    _signature("sig-zero-key", lambda *_: armoured(blob(string(b"ssh-ed25519") + string(bytes(32)),
                                                        string(b"ssh-ed25519") + string(bytes(64)))),
               "known_key"),
    _signature("sig-huge", lambda *_: b"A" * 5_000, "signature"),
    case("manifest-altered", "REJECTED", Drop({"data.csv": GOOD}, then=_bend_manifest), rules="signature"),
    case("data-altered", "REJECTED", Drop({"data.csv": GOOD}, then=_swap_data), rules="file_agrees"),
    case("data-cut-off", "REJECTED", Drop(
        {"data.csv": GOOD}, then=lambda folder: (folder / "data.csv").write_bytes(GOOD.content[:-5]) and None
    ), rules="file_agrees"),
    case("data-goes-on", "REJECTED", Drop(
        {"data.csv": GOOD}, then=lambda folder: (folder / "data.csv").write_bytes(GOOD.content + b"\n") and None
    ), rules="file_agrees"),
    _key("key-expired", "REJECTED", "valid_key", valid_until=NOW),
    _key("key-revoked", "REJECTED", "valid_key", revoked_at=NOW - DAY),
    _key("key-not-yet", "REJECTED", "valid_key", valid_from=NOW + DAY),
    case("no-agreement", "REJECTED", GOOD, rules="known_partner", agreement={"none": True}),
    case("no-key", "REJECTED", GOOD, rules="known_partner", agreement={"keys": [], "status": "proposed"}),
]  # fmt: skip

TAKEN: Final = [
    case("honest", "ACCEPTED", GOOD, counts={"new": 2}),
    case("honest-by-hand", "ACCEPTED", Drop({"data.csv": GOOD}, signature=lambda key, message: armoured(
        by_hand(key, message))), counts={"new": 2}),
    _key("key-on-last-day", "ACCEPTED", valid_until=NOW + DAY, revoked_at=NOW + DAY),
    case("key-rotated", "ACCEPTED", Drop({"data.csv": GOOD}, signature=lambda _, message: signed(
        key_of("key-rotated's next"), message)), counts={"new": 2}, agreement={"more_keys": [
            {"id": "key-2", "public_key": public_key_line(raw_public_key(key_of("key-rotated's next"))),
             "valid_from": NOW - DAY}]}),
    case("not-signed", IGNORED, Drop({"data.csv": GOOD}, then=lambda folder: (folder / SIGNATURE).unlink())),
    case("signature-of-other-name", IGNORED, Drop({"data.csv": GOOD}, then=lambda folder: (folder / SIGNATURE).rename(
        folder / "manifest.json.SIG") and None)),
    case("nothing-but-signature", "REJECTED", Drop({"data.csv": Data(b"x", 0)}, then=lambda folder: [
        (folder / name).unlink() for name in ("data.csv", MANIFEST)] and None), rules="missing_file"),
]  # fmt: skip

ENTRIES: Final = [*REFUSED, *TAKEN]
