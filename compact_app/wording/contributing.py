"""The texts of the page on which partners contribute, by key."""

from typing import Final

CONTRIBUTING: Final = {
    "nav_contribute": "Contribute",
    "contribute_title": "Check a file against its contract, bind it in a manifest, and send it signed",
    "contribute_lead": (
        "Four steps, each of use by itself; nothing has to be installed except for the signature. Checking keeps "
        "nothing: a file is read once and removed."
    ),
    "contribute_table": "Table",
    "contribute_partner": "Whose file",
    "contribute_not_said": "not said",
    "contribute_partner_help": (
        "A partner's rows may speak for no area but its own. Where none is named, that is not looked at."
    ),
    "contribute_no_agreements": (
        "The agreements with partners cannot be read here, so no partner can be named and nothing can be sent; the "
        "log of this server says why."
    ),
    "contribute_tab_template": "1 Template",
    "contribute_tab_check": "2 Check",
    "contribute_tab_pack": "3 Manifest",
    "contribute_tab_send": "4 Send",
    # Template
    "template_lead": "Fill in one row an observation. The workbook offers the codes of each column to choose from.",
    "template_csv": "Template as CSV",
    "template_xlsx": "Template as workbook (XLSX)",
    "template_columns": "What each column means",
    "template_language": "Titles of columns in",
    "template_codes": "Codes of",
    "template_must": "yes",
    "template_may": "no",
    "template_more_codes": "{codes} … {count} codes, listed below",
    "column_column": "Column",
    "column_title": "Title",
    "column_required": "Must be filled",
    "column_allowed": "Allowed",
    "column_meaning": "Meaning",
    "column_example": "Such as",
    "column_code": "Code",
    "written_text": "text",
    "written_decimal": "digits with a point, such as 1234.5",
    "written_period": "2024, 2024-Q3 or 2024-07",
    "written_date": "2024-05-21",
    "written_datetime": "2026-06-30T12:00:00Z",
    # Check
    "check_file": "A file to check: CSV, our workbook (XLSX) or Parquet",
    "check_reading": "Reading and judging",
    "check_trouble": "The file cannot be judged: a fault of this program, not of your file; its log says more.",
    "check_passed": "All {rows} rows keep the contract {table} {version}.",
    "check_one_passed": "The one row keeps the contract {table} {version}.",
    "check_warned": "None of the {rows} rows would be held by the contract {table} {version}; there are warnings.",
    "check_held": "{held} of {rows} rows would be held by the contract {table} {version}; the others would go in.",
    "check_refused": "The file would be refused as a whole by the contract {table} {version}. Rows read: {rows}.",
    "check_counts": "How often each rule is broken",
    "check_findings": "What to mend, place by place",
    "check_told": "Told are {told} of {total} findings: the first hundred of each rule and column. All are counted.",
    "check_download": "Findings as CSV",
    "check_excerpt": "The rows as they are in the file",
    "check_excerpt_note": (
        "A cell at fault is shaded and begins with {mark}; where a whole row or key is at fault, its number is marked. "
        "Rows are counted from 1 below the header. Shown: {shown} of {rows} rows at fault."
    ),
    "check_mark": "⚠",
    "check_blank": "(blank)",
    "check_next": "Mend the file and upload it again; when nothing is held, go on to step 3.",
    "column_severity": "Severity",
    "column_row": "Row",
    "column_cell": "Cell as it stands",
    "column_found": "Found",
    "column_mend": "What to do",
    "column_rule": "Rule",
    "column_times": "Times",
    "column_file": "File",
    # Manifest
    "pack_lead": (
        "A manifest says what a drop is and binds its files by their hashes: what is signed cannot be changed unseen."
    ),
    "pack_files": "The data files of the drop",
    "pack_seq": "Number of the drop",
    "pack_seq_help": "One more than that of your last drop of this table; the first is 1. A refused drop uses none up.",
    "pack_action": "What its rows do",
    "pack_action_merge": "add and revise (merge)",
    "pack_action_replace": "replace whole observations (replace)",
    "pack_action_delete": "take observations away (delete)",
    "pack_mode": "If rows are held",
    "pack_mode_rows": "the others go in (rows)",
    "pack_mode_all_or_nothing": "all wait (all_or_nothing)",
    "pack_from": "First period, if you say it",
    "pack_to": "Last period, if you say it",
    "pack_contact": "Whom to ask, if you say it",
    "pack_make": "Make the manifest",
    "pack_needs_partner": "Choose above whose drop it is: a manifest names its partner.",
    "pack_needs_files": "Upload the data files first.",
    "pack_made": "The manifest binds these files. Download it, sign it, change nothing in it.",
    "pack_held": "{held} of {rows} rows would be held.",
    "pack_held_whole": "{held} of {rows} rows would be held, which holds the whole drop.",
    "pack_refused": "The exchange would refuse these files, so there is no manifest; this is what to mend.",
    "pack_no_key": "The agreement with this partner has no key yet: the exchange takes no drop of it until it has one.",
    "pack_download": "Download manifest.json",
    "pack_sign": "Sign it on your own machine, where your private key is. It never leaves it:",
    "pack_sign_command": "ssh-keygen -Y sign -n drop-manifest.v1 -f KEY manifest.json",
    "pack_sign_note": (
        "ssh-keygen is part of OpenSSH, which Windows, macOS and Linux bring along; KEY is the path of your Ed25519 "
        "private key. It writes manifest.json.sig beside the manifest: proof that it is yours and unchanged."
    ),
    "column_given": "Your file",
    "column_named": "Its name in the drop",
    "column_bytes": "Bytes",
    # Send
    "send_off": (
        "Drops are not taken through this page here. Put the data files, manifest.json and, last, manifest.json.sig "
        "into your inbox as you agreed with the exchange."
    ),
    "send_lead": (
        "Signature, manifest and hashes are looked at before anything is kept; what is signed by no registered key "
        "goes nowhere. At most {most} drops of a partner may wait here at a time."
    ),
    "send_data": "Data files, as they were when the manifest was made",
    "send_manifest": "manifest.json",
    "send_signature": "manifest.json.sig",
    "send_button": "Send the drop",
    "send_needs": "Upload manifest.json and manifest.json.sig, and the data files unless you only look for a receipt.",
    "send_refused": "Nothing was kept. This is what to mend:",
    "send_pending": (
        "Nothing was kept: {most} drops of this partner wait already. Send again when one of them has its receipt."
    ),
    "send_trouble": "Nothing was sent: the inbox cannot be written. Tell the exchange; its log says more.",
    "send_done": "The drop is in the inbox and waits for pick-up. Its name is",
    "send_again": "This drop was sent before; nothing was changed. Its name is",
    "send_later": (
        "To see its receipt later, upload the same manifest.json and manifest.json.sig here once more and send."
    ),
    "receipt_look": "Look again",
    "receipt_none": "There is no receipt yet.",
    "receipt_status": "Status: {status}",
    "receipt_counts": (
        "{in_} rows in = {stored} stored + {held} held. Of those stored, {new} are new, {revised} revise a value, "
        "{unchanged} change nothing, {deleted} delete one."
    ),
    "receipt_download": "Download receipt.json",
    "receipt_keep": "Keep it: the head of the audit log in it is your witness. Entry {entry}, head",
}
