"""Signatures both ways: made here and taken by OpenSSH, made by OpenSSH and taken here; and all that is refused."""

import base64
import shutil
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.errors import UsageError
from compact_pipelines.exchange.signatures import (
    BEGIN,
    END,
    MANIFEST_NAMESPACE,
    RECEIPT_NAMESPACE,
    SIGNATURE_BYTES,
    BadSignature,
    fingerprint,
    public_key_line,
    raw_public_key,
    read_private_key,
    read_public_key,
    sign,
    verify,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = raw_public_key(KEY)
MESSAGE = b'{"spec": "drop/1"}\n'
SIGNATURE = sign(KEY, MESSAGE, MANIFEST_NAMESPACE).encode()
OPENSSH = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH is not on this machine")


def ssh_keygen(*words: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["ssh-keygen", *words], input=stdin, capture_output=True, check=False)  # noqa: S603, S607


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A key that ssh-keygen made."""
    path = tmp_path / "key"
    made = ssh_keygen("-q", "-t", "ed25519", "-N", "", "-C", "made up", "-f", str(path))
    assert made.returncode == 0, made.stderr
    return path


def armoured(blob: bytes) -> bytes:
    text = base64.b64encode(blob).decode()
    return "\n".join([BEGIN, *(text[at : at + 70] for at in range(0, len(text), 70)), END, ""]).encode()


def blob_of(signature: bytes) -> bytes:
    return base64.b64decode(b"".join(signature.splitlines()[1:-1]))


def refusal(signature: bytes, message: bytes = MESSAGE, namespace: str = MANIFEST_NAMESPACE) -> BadSignature:
    with pytest.raises(BadSignature) as error:
        verify(signature, message, namespace)
    return error.value


# Both ways


def test_what_is_signed_here_is_taken_here() -> None:
    assert verify(SIGNATURE, MESSAGE, MANIFEST_NAMESPACE) == PUBLIC


@OPENSSH
def test_what_is_signed_here_is_taken_by_openssh(tmp_path: Path, key_file: Path) -> None:
    key = read_private_key(key_file.read_bytes())
    signature, allowed = tmp_path / "manifest.json.sig", tmp_path / "allowed"
    signature.write_text(sign(key, MESSAGE, MANIFEST_NAMESPACE), encoding="ascii")
    allowed.write_text(f"us-bea {public_key_line(raw_public_key(key))}\n", encoding="ascii")
    words = ("-n", MANIFEST_NAMESPACE, "-s", str(signature))
    verified = ssh_keygen("-Y", "verify", "-f", str(allowed), "-I", "us-bea", *words, stdin=MESSAGE)
    assert verified.returncode == 0, verified.stderr
    assert ssh_keygen("-Y", "check-novalidate", *words, stdin=MESSAGE).returncode == 0
    assert ssh_keygen("-Y", "check-novalidate", *words, stdin=MESSAGE + b" ").returncode != 0


@OPENSSH
def test_what_openssh_signs_is_taken_here(tmp_path: Path, key_file: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_bytes(MESSAGE)
    assert ssh_keygen("-Y", "sign", "-n", MANIFEST_NAMESPACE, "-f", str(key_file), str(manifest)).returncode == 0
    signature = manifest.with_name("manifest.json.sig").read_bytes()
    public = read_public_key(key_file.with_name("key.pub").read_text(encoding="utf-8"))
    assert verify(signature, MESSAGE, MANIFEST_NAMESPACE) == public
    assert signature == sign(read_private_key(key_file.read_bytes()), MESSAGE, MANIFEST_NAMESPACE).encode()


@OPENSSH
def test_a_fingerprint_and_a_key_line_are_those_of_openssh(key_file: Path) -> None:
    line = key_file.with_name("key.pub").read_text(encoding="utf-8")
    raw = read_public_key(line)
    assert public_key_line(raw, "made up") == line.rstrip("\n")
    assert fingerprint(raw) in ssh_keygen("-l", "-f", str(key_file)).stdout.decode()


# What is refused


def test_any_other_byte_anywhere_in_the_file_is_refused() -> None:
    for place, byte in enumerate(SIGNATURE):
        for bit in range(8):
            changed = bytearray(SIGNATURE)
            changed[place] = byte ^ (1 << bit)
            refusal(bytes(changed))


def test_a_byte_more_or_less_is_refused() -> None:
    for place in range(len(SIGNATURE)):
        refusal(SIGNATURE[:place] + SIGNATURE[place + 1 :])
        refusal(SIGNATURE[:place] + b"\n" + SIGNATURE[place:])
    refusal(SIGNATURE + b"\n")


def test_any_other_byte_of_what_it_holds_is_refused() -> None:
    blob = blob_of(SIGNATURE)
    for place, byte in enumerate(blob):
        changed = bytearray(blob)
        changed[place] = byte ^ 1
        refusal(armoured(bytes(changed)))


@given(st.binary(max_size=300))
def test_any_other_message_is_refused(message: bytes) -> None:
    if message != MESSAGE:
        assert "not over this file" in str(refusal(SIGNATURE, message))


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused_with_a_sentence(content: bytes) -> None:
    for signature in (content, armoured(content), armoured(b"SSHSIG\x00\x00\x00\x01" + content)):
        error = refusal(signature)
        assert error.found.endswith(".")
        assert error.allowed.endswith(".")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.rstrip("\n"),
        lambda text: f" {text}",
        lambda text: text.replace("\n", "\n\n", 1),
        lambda text: f"{BEGIN}\n{''.join(text.splitlines()[1:-1])}\n{END}\n",
        lambda text: text + text,
        lambda text: f"\ufeff{text}",
    ],
)
def test_armour_of_another_make_is_refused(change: Callable[[str], str]) -> None:
    refusal(change(SIGNATURE.decode()).encode())


def test_a_signature_for_another_use_is_refused() -> None:
    receipt = sign(KEY, MESSAGE, RECEIPT_NAMESPACE).encode()
    assert refusal(receipt).found == "The signature's namespace is 'drop-receipt.v1'."
    assert verify(receipt, MESSAGE, RECEIPT_NAMESPACE) == PUBLIC


def test_a_key_of_another_type_is_refused_with_its_name() -> None:
    hardware = b"sk-ssh-ed25519@openssh.com"
    key = struct.pack(">I", len(hardware)) + hardware + struct.pack(">I", 32) + bytes(32)
    blob = b"SSHSIG" + struct.pack(">I", 1) + struct.pack(">I", len(key)) + key
    error = refusal(armoured(blob))
    assert "sk-ssh-ed25519@openssh.com" in error.found
    assert "Hardware keys sign in another way" in error.allowed


def test_another_hash_and_another_version_are_refused() -> None:
    blob = blob_of(SIGNATURE)
    assert "hash is 'sha256'" in str(refusal(armoured(blob.replace(b"sha512", b"sha256"))))
    assert "version is 2" in str(refusal(armoured(blob.replace(b"\x00\x00\x00\x01", b"\x00\x00\x00\x02", 1))))


def test_something_after_the_end_is_refused() -> None:
    assert "after its end" in str(refusal(armoured(blob_of(SIGNATURE) + b"\x00")))


def test_a_file_that_is_too_long_is_not_looked_at() -> None:
    assert f"{SIGNATURE_BYTES:,}" in str(refusal(b"a" * (SIGNATURE_BYTES + 1)))


@OPENSSH
def test_a_signature_of_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    path, manifest = tmp_path / "ecdsa", tmp_path / "manifest.json"
    manifest.write_bytes(MESSAGE)
    ssh_keygen("-q", "-t", "ecdsa", "-N", "", "-f", str(path))
    ssh_keygen("-Y", "sign", "-n", MANIFEST_NAMESPACE, "-f", str(path), str(manifest))
    assert "ecdsa" in refusal(manifest.with_name("manifest.json.sig").read_bytes()).found
    with pytest.raises(UsageError, match="not of the type ssh-ed25519"):
        read_private_key(path.read_bytes())
    with pytest.raises(UsageError, match="is no public key"):
        read_public_key(path.with_suffix(".pub").read_text(encoding="utf-8"))


# Keys


def test_a_private_key_is_read_from_openssh_form() -> None:
    content = KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    assert raw_public_key(read_private_key(content)) == PUBLIC


@OPENSSH
def test_a_locked_key_is_refused_and_the_way_out_is_named(tmp_path: Path) -> None:
    ssh_keygen("-q", "-t", "ed25519", "-N", "made up", "-f", str(tmp_path / "locked"))
    with pytest.raises(UsageError, match=r"ssh-keygen -Y sign -n drop-manifest\.v1 -f KEY manifest\.json"):
        read_private_key((tmp_path / "locked").read_bytes())


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"])
def test_what_is_no_private_key_is_refused(content: bytes) -> None:
    with pytest.raises(UsageError, match="no private key"):
        read_private_key(content)


def test_a_public_key_is_written_as_it_is_read() -> None:
    assert read_public_key(public_key_line(PUBLIC)) == PUBLIC
    assert read_public_key(public_key_line(PUBLIC, "desk 4\n")) == PUBLIC


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-ed25519 !!!!",
        public_key_line(PUBLIC).replace("ssh-ed25519", "ssh-rsa", 1),
        f"cert-authority {public_key_line(PUBLIC)}",
        f"{public_key_line(PUBLIC)}=",
        f"{public_key_line(PUBLIC)}\n{public_key_line(PUBLIC)}",
        public_key_line(PUBLIC[:31]),
        public_key_line(PUBLIC, "x" * 2_000),
        "ssh-ed25519 \u00e9",
    ],
)
def test_what_is_no_public_key_is_refused(line: str) -> None:
    with pytest.raises(UsageError, match="is no public key"):
        read_public_key(line)
