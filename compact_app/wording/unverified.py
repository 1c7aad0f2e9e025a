"""The texts on the accession simulator about agreements of which it could not be verified whether they hold, by key."""

from typing import Final

UNVERIFIED: Final = {
    "accession_agreements_one": "1 agreement that could not be verified",
    "accession_agreements_many": "{count} agreements that could not be verified",
    "accession_open_names": "whether {names} gains or loses depends on {agreements}",
    "accession_open_count": "whether {count} members gain or lose depends on {agreements}",
    "accession_open_beside": "{losers}, and {open}",
    "accession_title_unverified": "Whether anything changes depends on {agreements}",
    "accession_title_one_open": (
        "What joining {members} is worth to {candidate} depends on {agreements}: {gain} of real income with those "
        "pairs as they are, {other} if they are new; {losers} (base year {year}, {draws} draws)"
    ),
    "accession_title_many_open": (
        "Whether joining {members} pays for {candidates} depends on {agreements}; {losers} (base year {year}, {draws} "
        "draws)"
    ),
    "accession_title_forms_open": (
        "What agreements of {members} with each other are worth to them together depends on {agreements}: {gain} of "
        "their real income with those pairs as they are, {other} if they are new; {losers} (base year {year}, {draws} "
        "draws)"
    ),
    "accession_told_pairs_one": (
        "Of 1 pair it could not be verified whether it has an agreement. The draws leave it as it is; the column "
        "Unverified new gives it one too."
    ),
    "accession_told_pairs_many": (
        "Of {count} pairs it could not be verified whether they have an agreement. The draws leave them as they are; "
        "the column Unverified new gives them one too."
    ),
    "accession_told_whole_open": "Whether those inside the set gain together depends on {agreements}.",
    "accession_told_outside_open": "Of {count} of {all} areas outside it depends on {agreements} if they gain or lose.",
    "accession_told_only_unverified": (
        "Every other pair has an agreement already, so there is no gain that is known of; the table says what it would "
        "be if those pairs are new, without draws."
    ),
    "accession_column_gain_if_unknown_new": "Unverified new (%)",
    "accession_column_value_if_unknown_new": "Unverified new",
    "accession_reason_agreement_unknown": (
        "of every pair without an agreement it could not be verified, so it is not known what changes"
    ),
    "accession_reason_one_member_in_base": "one member alone is in it, which forms no set",
    "accession_reason_not_solved": "no equilibrium was found",
    "accession_no_sigma": "Sigma {sigma}: no answer for {area}, {why}.",
    "accession_share_all_have": (
        "Every pair has an agreement already, so there is nothing to gain and nothing to share out."
    ),
    "accession_share_unverified": (
        "Of {pairs} it could not be verified whether they have an agreement, and they are left as they are. If they "
        "are new, together they reach {total}, and {name} adds the most, {value}."
    ),
}
