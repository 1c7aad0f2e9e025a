"""The official sources, asked live: pacing, keys, paging, what is kept, what is believed.

One way in for all publishers. A source's file in schemas/sources/ says how it is asked (`contracts/requests.py`); its
dataset module says how an answer is read (`read_answer`); all else is here, and knows no publisher by name.

    requests     the block of YAML, a partition and a page -> one request, with its key
    pacing       when a host may be asked next, for all processes together
    wire         one request -> bytes, or an error that says whether another try is worth it
    deadline     the end of the time that one answer may take
    unpacking    bytes as they travel -> as they are, up to a limit
    received     what one request brought
    reception    bytes -> rows are in it, it is empty, or it is no data at all, as the source's file says
    marks        whether an answer looks as the source's file describes it (pointers: into its JSON)
    paging       how one answer leads to the next, and whether it was cut off
    scaling      published numbers -> base units, by the source's rule
    redaction    keys taken out of everything that is kept or told
    packed       whether a key is inside a workbook or ZIP file, which cannot be redacted
    hosts        the wire of a data root, and stand-ins for rehearsals
    journal      what was asked, what came, what is believed: one SQLite file below the data root
    held         answers that are written down, so that none is asked for twice
    reading      held answers -> rows of the contract, in one file
    meanwhile    reading in a thread, while the next answers are waited for
    pulling      one partition of one source: ask, keep, read, judge, believe or not
    pulled       what came of that, and its entry in the journal
    trust        what differs too much from the last good answer
    sizes        whether its figures are of the size they were
    embedded     figures that came with the program, to judge a first answer by
    overruling   a person's word over a stop
    rows         what is believed of a source, as rows of its contract
    currency     figures in another currency -> US dollars
    schedule     which partitions are due, and what asking for them costs
    periods      2025, 2025-Q3, 2025-10: their last day, and the one after
    rounds       many partitions, one after the other
    freshness    how each source stands, for people
    remedies     what a person can do about it, as whole commands
    standing     what is told beside a stop: which figures stand instead
    telling      what of it everybody may be told
    announcements  what publishers say has changed
    notices      a failed run told to whoever watches
    replay       a data root as it was on a day
    recordings   recorded answers and whose they are; recorded replays them
    formats/     parsers that several sources share

No dagster here: its assets, schedules and sensors are in pulls.py, schedules.py, sensors.py.
"""
