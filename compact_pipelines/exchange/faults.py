"""What can be wrong with a drop as a whole, and how a receipt says it; faults of files and rows are `contracts.faults`.

Rules named HOLDING hold the drop, rules with severity warning or info are told and hold nothing, the others refuse it.
"""

from typing import Final

from compact_pipelines.contracts.faults import Fault, Told, Wording, severity_of, tell
from compact_pipelines.contracts.findings import CellFinding
from compact_pipelines.contracts.model import Table
from compact_pipelines.exchange.manifest import MANIFEST_BYTES

WORDINGS: Final[dict[str, Wording]] = {
    # picking up
    "plain_file": Wording(
        "A drop holds plain files, each with one name: no folders, links or pipes.",
        "Upload the file itself; take away what is no part of the drop.",
    ),
    "drop_files": Wording("A drop has a manifest, its signature and 1 to 20 data files.", "Send more in a next drop."),
    "file_name": Wording(
        "A name has lower-case letters, digits, dots, hyphens and underscores, begins with a letter or digit, and has "
        "at most 100 characters.",
        "Rename the file, pack and sign the drop again.",
    ),
    # who sends
    "known_partner": Wording(
        "Only a partner with an agreement in force and a key may send.", "Ask the exchange to set up your agreement."
    ),
    "manifest_size": Wording(
        f"A manifest has at most {MANIFEST_BYTES:,} bytes.", "Let compact drop pack write the manifest, sign it again."
    ),
    "signature": Wording(
        "manifest.json.sig is an SSH signature (Ed25519, namespace drop-manifest.v1) over the bytes of manifest.json.",
        "Sign manifest.json again as the last step, and change nothing afterwards.",
    ),
    "known_key": Wording(
        "A drop is signed with a key of the partner's agreement.",
        "Sign with the key you registered, or have the new one registered.",
    ),
    "valid_key": Wording(
        "A key signs between its first and its last day, and not once it is revoked.",
        "Sign with a key that is in force.",
    ),
    "own_drop": Wording(
        "The manifest names the partner whose inbox it is in.", "Put your own id into the manifest, and sign again."
    ),
    "own_exchange": Wording(
        "The manifest names this exchange, so that a drop for another cannot be replayed here.",
        "Pack the drop for this exchange.",
    ),
    "own_dataflow": Wording("A partner sends the tables of its agreement.", "Have the agreement extended first."),
    "own_format": Wording("A partner sends the formats of its agreement.", "Save the file in one of these formats."),
    "present_structure": Wording("The structure is the table at its present version.", "Start from today's template."),
    "created_in_the_past": Wording(
        "A drop is made before it arrives.", "Set the clock of the machine that packs, pack and sign again."
    ),
    # what is sent
    "missing_file": Wording(
        "Every file of the manifest is in the drop.", "Upload the missing file, then the signature again."
    ),
    "unlisted_file": Wording(
        "Every file in the drop is in its manifest.", "Remove the file, or pack the drop with it."
    ),
    "file_agrees": Wording(
        "A file has the length and the SHA-256 that the manifest gives.",
        "Upload the file again; if it was changed, pack and sign again.",
    ),
    "kept_as_it_came": Wording(
        "The exchange keeps every file as it came.",
        "The fault is the exchange's: tell it, and upload the drop once more.",
    ),
    "sequence": Wording(
        "Drops of one partner and table are numbered 1, 2, 3 and so on; a number is used once.",
        "Give the drop the next number, pack and sign again.",
    ),
    "sequence_gap": Wording(
        "Drops are taken in the order of their numbers.", "Send the drops before this one within 14 days.", "info"
    ),
    "waited_too_long": Wording("A drop waits 14 days for those before it.", "Send the drops in order."),
    "partner_paused": Wording(
        "After 20 rejected drops in a day, and where the exchange says so, a partner's drops wait untouched.",
        "Call the exchange; it will take the drops up once the pause ends.",
        "info",
    ),
    "supersedes_a_drop": Wording("supersedes names an earlier drop of the same table.", "Check the number.", "warning"),
    "same_manifest": Wording(
        "A drop is sent once; the same again changes nothing.",
        "Nothing to do: see the first one's receipt. Where the data changed, pack and sign them as the next drop.",
        "info",
    ),
    # how much is wrong
    "too_much_is_held": Wording(
        "Where 50 rows or more, and more than 20 % of the drop, would be held, the whole drop is.",
        "Mend the rows below and send the whole as the next drop.",
    ),
    "all_or_nothing": Wording(
        "With mode all_or_nothing, one held row holds the drop.", "Mend the rows below and send the next drop."
    ),
    # against what was sent before
    "unit_slip": Wording(
        "Values keep their unit: those that change do not all change by the same power of ten.",
        "Check unit_mult. If the change is real, tell the exchange, which can release the drop.",
    ),
    "mass_delete": Wording(
        "A drop takes away at most 10 % of what the partner has in a table.",
        "If it is meant, tell the exchange, which can release the drop.",
    ),
    "usual_revision": Wording(
        "A revision is usually of the size of those before it.",
        "Check the value; nothing to do if it is right.",
        "warning",
    ),
    "sign_kept": Wording(
        "A value seldom changes its sign in a revision.", "Check the value; nothing to do if it is right.", "warning"
    ),
    "break_is_marked": Wording(
        "Where a series jumps tenfold from one period to the next, obs_status says B.",
        "Mark the break, or check the value.",
        "warning",
    ),
    "parts_add_up": Wording(
        "A total for the world (W00) is not less than the areas below it together.",
        "Check the total and its parts.",
        "warning",
    ),
    "mirror_is_near": Wording(
        "The counterpart publishes another figure for the same flow; such gaps are normal.", "Nothing to do.", "info"
    ),
    "delete_of_nothing": Wording(
        "A row that deletes names an observation that is there.", "Nothing to do; nothing was deleted.", "warning"
    ),
    "outside_the_period": Wording(
        "Rows lie between period_from and period_to of the manifest.", "Check the period, or the manifest.", "warning"
    ),
}
HOLDING: Final = frozenset({"too_much_is_held", "all_or_nothing", "unit_slip", "mass_delete"})


def finding(fault: Fault, file: str = "", table: Table | None = None) -> CellFinding:
    """A fault, told as a receipt has it.

    Args:
        fault: what was found.
        file: the file it is in; blank for the drop.
        table: the contract, if one is known by then.
    """
    wording = WORDINGS.get(fault.rule)
    if wording is None:
        told, severity = tell(fault, table), severity_of(fault.rule)
    else:
        told, severity = Told(f"{fault.found}.", wording.allowed, wording.mend), wording.severity
    return CellFinding(
        file, fault.row, fault.column, fault.value, fault.rule, severity, **vars(told), message=str(told)
    )
