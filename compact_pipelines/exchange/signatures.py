"""Signatures as OpenSSH makes them (SSHSIG), with Ed25519 keys only.

A signature made here is one that `ssh-keygen -Y verify` takes, and one that `ssh-keygen -Y sign` makes is taken here.
The form is that of OpenSSH's PROTOCOL.sshsig, narrowed: one key type, one hash, and the armour exactly as ssh-keygen
writes it, so that no two files are the same signature. A namespace binds a signature to one use.
"""

import base64
import binascii
import hashlib
import struct
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_ssh_private_key

from compact_pipelines.contracts.faults import shown
from compact_pipelines.errors import DropError, UsageError

MANIFEST_NAMESPACE: Final = "drop-manifest.v1"
RECEIPT_NAMESPACE: Final = "drop-receipt.v1"
SIGNATURE_BYTES: Final = 4_096  # the longest file that is looked at; a signature has about 300 bytes
PUBLIC_KEY_BYTES: Final = 32
KEY_TYPE: Final = "ssh-ed25519"
HASH: Final = "sha512"
MAGIC: Final = b"SSHSIG"
VERSION: Final = 1
BEGIN: Final = "-----BEGIN SSH SIGNATURE-----"
END: Final = "-----END SSH SIGNATURE-----"
COLUMNS: Final = 70  # of a line of base64
KEY_LINE_CHARACTERS: Final = 1_000
MEND: Final = {
    MANIFEST_NAMESPACE: "Sign anew: compact drop sign FOLDER --key KEY, or "
    f"ssh-keygen -Y sign -n {MANIFEST_NAMESPACE} -f KEY manifest.json.",
    RECEIPT_NAMESPACE: "Fetch the receipt and its signature anew.",
}


class BadSignature(DropError):
    """A signature that is none, or is not over these bytes.

    Attributes:
        found: what was found.
        allowed: what is allowed.
        mend: what to do.
    """

    def __init__(self, found: str, allowed: str, mend: str) -> None:
        self.found, self.allowed, self.mend = found, allowed, mend
        super().__init__(f"{found} {allowed} {mend}")


def sign(key: Ed25519PrivateKey, message: bytes, namespace: str) -> str:
    """Sign a message: the armoured signature, as ssh-keygen writes it to a file."""
    public = raw_public_key(key)
    signature = _string(KEY_TYPE.encode()) + _string(key.sign(_signed(message, namespace)))
    return _armoured(_blob(public, namespace, signature))


def verify(signature: bytes, message: bytes, namespace: str) -> bytes:
    """Check a signature over a message.

    Args:
        signature: the armoured signature, byte for byte as in its file.
        message: what was signed.
        namespace: for which use.

    Returns:
        The public key that signed, 32 bytes. Whose it is, and whether it is valid, is for the caller to ask.

    Raises:
        BadSignature: it is not a signature of this form, for this use, over this message.
    """
    mend = MEND.get(namespace, "Sign anew.")
    public, made = _Fields(_dearmoured(signature, mend), mend).read(namespace)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(made, _signed(message, namespace))
    except (InvalidSignature, ValueError):
        raise BadSignature(
            "The signature is not over this file.",
            "A signature is over the file as it is, byte for byte.",
            f"The file was changed after signing, or the signature is another's. {mend}",
        ) from None
    return public


def raw_public_key(key: Ed25519PrivateKey) -> bytes:
    """The public half of a key, 32 bytes."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def read_private_key(content: bytes) -> Ed25519PrivateKey:
    """Read a private key from the bytes of its file, in OpenSSH's form.

    Raises:
        UsageError: it is no such key, is not Ed25519, or is locked with a passphrase.
    """
    make = "make one with: ssh-keygen -t ed25519"
    try:
        key = load_ssh_private_key(content, password=None)
    except TypeError:
        raise UsageError(
            "the key is locked with a passphrase, which is not asked for here; sign with: "
            f"ssh-keygen -Y sign -n {MANIFEST_NAMESPACE} -f KEY manifest.json"
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(f"this is no private key in OpenSSH's form; {make}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"the key is not of the type {KEY_TYPE}, the only one taken; {make}")
    return key


def read_public_key(line: str) -> bytes:
    """Read a public key, as in a .pub file: the type, the key in base64, and a comment if there is one.

    Returns:
        The key, 32 bytes.

    Raises:
        UsageError: it is no such line, or of another type.
    """
    words = line.strip().split(None, 2) if len(line) <= KEY_LINE_CHARACTERS and len(line.splitlines()) == 1 else []
    start = _string(KEY_TYPE.encode())
    try:
        blob = base64.b64decode(words[1], validate=True) if words[:1] == [KEY_TYPE] else b""
    except (IndexError, ValueError):
        blob = b""
    raw = blob[len(start) + 4 :]
    is_canonical = blob == start + _string(raw) and base64.b64encode(blob).decode() == "".join(words[1:2])
    if len(raw) != PUBLIC_KEY_BYTES or not is_canonical:
        raise UsageError(
            f"'{shown(line)}' is no public key; it is one line of a .pub file that begins with {KEY_TYPE}, "
            "without options before it; hardware keys (sk-) and other types are not taken"
        )
    return raw


def public_key_line(raw: bytes, comment: str = "") -> str:
    """A public key as its .pub file has it, without a line break."""
    encoded = base64.b64encode(_key_blob(raw)).decode()
    return f"{KEY_TYPE} {encoded} {comment}".rstrip()


def fingerprint(raw: bytes) -> str:
    """A public key's fingerprint as `ssh-keygen -l` prints it: SHA256:..."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(_key_blob(raw)).digest()).decode().rstrip("=")


def _key_blob(raw: bytes) -> bytes:
    return _string(KEY_TYPE.encode()) + _string(raw)


def _signed(message: bytes, namespace: str) -> bytes:
    """What the key signs: the message's hash with its use before it."""
    digest = hashlib.new(HASH, message).digest()
    return MAGIC + b"".join(_string(part) for part in (namespace.encode(), b"", HASH.encode(), digest))


def _blob(public: bytes, namespace: str, signature: bytes) -> bytes:
    parts = (_key_blob(public), namespace.encode(), b"", HASH.encode(), signature)
    return MAGIC + struct.pack(">I", VERSION) + b"".join(_string(part) for part in parts)


def _string(content: bytes) -> bytes:
    """A string of the SSH protocol: its length in four bytes, then itself."""
    return struct.pack(">I", len(content)) + content


def _armoured(blob: bytes) -> str:
    text = base64.b64encode(blob).decode()
    lines = [text[start : start + COLUMNS] for start in range(0, len(text), COLUMNS)]
    return "\n".join([BEGIN, *lines, END, ""])


def _dearmoured(signature: bytes, mend: str) -> bytes:
    """The bytes within the armour; armour of any other make is refused, so that a signature has one form only."""
    allowed = f"A signature is the file that ssh-keygen writes, from '{BEGIN}' to '{END}', with nothing changed."
    if len(signature) > SIGNATURE_BYTES:
        raise BadSignature(f"The signature has more than {SIGNATURE_BYTES:,} bytes.", allowed, mend)
    try:
        lines = signature.decode("ascii").split("\n")
        blob = base64.b64decode("".join(lines[1:-2]), validate=True)
    except (UnicodeDecodeError, binascii.Error):
        raise BadSignature("The signature is not in this form.", allowed, mend) from None
    if _armoured(blob).encode() != signature:
        raise BadSignature("The signature is not written as ssh-keygen writes it.", allowed, mend)
    return blob


class _Fields:
    """Takes a signature apart, field by field, and refuses what is not exactly as it must be."""

    def __init__(self, blob: bytes, mend: str) -> None:
        self._rest, self._mend = blob, mend

    def read(self, namespace: str) -> tuple[bytes, bytes]:
        """The public key and the signature proper, 32 and 64 bytes."""
        self._require(self._take(len(MAGIC)) == MAGIC, "The signature does not begin as one.", "It begins with SSHSIG.")
        version = int.from_bytes(self._take(4), "big")
        self._require(version == VERSION, f"The signature's version is {version}.", f"It is {VERSION}.")
        public = self._keyed(self._string(), "The key that signed", PUBLIC_KEY_BYTES)
        self._require_text("namespace", namespace)
        self._require_text("reserved field", "")
        self._require_text("hash", HASH)
        made = self._keyed(self._string(), "The signature", 64)
        self._require(not self._rest, "The signature goes on after its end.", "Nothing follows it.")
        return public, made

    def _keyed(self, content: bytes, what: str, size: int) -> bytes:
        """What a blob holds after the type of its key."""
        inner = _Fields(content, self._mend)
        kind, held = inner._string(), inner._string() if inner._rest else b""
        named = f"'{shown(kind.decode('utf-8', errors='backslashreplace'))}'"
        hardware = " Hardware keys sign in another way and are not taken yet." if kind.startswith(b"sk-") else ""
        allowed = f"Keys are of the type {KEY_TYPE}.{hardware}"
        self._require(kind == KEY_TYPE.encode(), f"{what} is of the type {named}.", allowed)
        whole = len(held) == size and not inner._rest
        self._require(whole, f"{what} has not the length that it must have.", f"It has {size} bytes.")
        return held

    def _require_text(self, what: str, text: str) -> None:
        found = self._string()
        told = shown(found.decode("utf-8", errors="backslashreplace"))
        allowed = f"It is '{text}'." if text else "It is empty."
        self._require(found == text.encode(), f"The signature's {what} is '{told}'.", allowed)

    def _string(self) -> bytes:
        return self._take(int.from_bytes(self._take(4), "big"))

    def _take(self, count: int) -> bytes:
        self._require(
            count <= len(self._rest), "The signature ends too early.", "It is whole, as ssh-keygen writes it."
        )
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def _require(self, holds: bool, found: str, allowed: str) -> None:  # noqa: FBT001  (a condition, as assert has it)
        if not holds:
            raise BadSignature(found, allowed, self._mend)
