"""What there is to say of rate decks and of the table that holds them; part of :mod:`.findings`."""

from __future__ import annotations

RATES: dict[str, str] = {
    "deck_empty": "The file is empty.",
    "deck_not_text": "This is no text: save the sheet as CSV, in UTF-8, and use that file.",
    "deck_too_big": "The file has {size} MB. No carrier's rates for North America come near {most} MB, so it was not read.",
    "deck_too_many_lines": "The file has more than {most} lines, and there are fewer NPANXX than that. Is it the right one?",
    "deck_unreadable": "The file can't be read ({reason}).",
    "deck_no_number_column": "Which column holds the NPANXX? None of these looks like it: {columns}.",
    "deck_no_rate_column": "Which column holds the rate? None of these looks like it: {columns}.",
    "deck_rate_column_unclear": "Several columns could be the rate ({columns}). Say which one counts.",
    "deck_no_such_column": "There is no column “{column}”. There are: {columns}.",
    "deck_rate_chosen": "Of several rates ({columns}) the column “{column}” is taken. The highest of each line can be chosen instead.",
    "deck_no_rates": "No line of this file has a rate that can be used.",
    "deck_repeats": "{count} lines name an NPANXX again with another rate. The higher one counts, so that no call costs more than was thought.",
    "deck_dear": "Half of the rates are above {rate} a minute. Are they in cents, or is it another column?",
    "deck_bad_lines": "Lines that can't be used: {count}. Nothing was loaded. Mend them, or say that they shall be left out.",
    "deck_line_number": "There is no NPANXX in this line.",
    "deck_line_area_code": "This line is about a whole area code, and VICIdial asks for an NPANXX.",
    "deck_line_too_fine": "This number is longer than an NPANXX, and VICIdial asks for six digits.",
    "deck_line_abroad": "This is no NPANXX of North America.",
    "deck_line_rate": "There is no rate in this line.",
    "deck_line_negative": "The rate is negative.",
    "deck_line_free": "The rate is zero: this carrier would get all these calls.",
    "deck_line_dear": "The rate is 10 or more a minute, which VICIdial's table would sort wrongly, and nobody would pay.",
    "deck_line_short": "This line has fewer columns than the others.",
    "deck_line_long": "This line is longer than any line of a deck.",
    "rates_protocol": (
        "Least-cost routing dials a trunk and a number with a slash in between, which works for SIP (chan_sip) and IAX2. {carrier} is "
        "{protocol}."
    ),
    "rates_no_trunk": "{carrier} has no trunk of its own in its account entry, so there is nothing that a least-cost call could dial.",
    "rates_trunk_long": "Least-cost routing keeps {most} characters of a trunk, and {trunk} is longer. Give {carrier} a shorter trunk name.",
    "rates_carrier_inactive": "{carrier} is switched off: calls that are cheapest there would fail. Switch it on first.",
    "rates_number": "“{number}” is no North American number: ten digits, with or without the 1.",
    "rates_none": "No carrier has a rate for it: the call goes where its dialplan entry sends it by itself; LCRTRUNK is {default}.",
    "rates_none_no_default": "No carrier has a rate for it: the call goes where its dialplan entry sends it by itself.",
    "rates_equal": "{trunks} ask the same: VICIdial takes whichever the database names first.",
    "rates_text_order": (
        "VICIdial compares rates as text, and so takes {trunk} although {other} asks only {rate}. Import both decks with the wizard, which "
        "writes rates that sort rightly."
    ),
    "rates_trunk_gone": "No active carrier has the trunk {trunk}: calls that are cheapest there fail. Remove its rates, or switch the carrier on.",
    "rates_odd": "{count} rates of {trunk} were not loaded by the wizard and don't sort as numbers do. Import its deck again.",
    "rates_half": (
        "The database stopped in the middle of an import for {trunk}: calls see a part of its rates. Import any deck, and the wizard "
        "finishes that one first."
    ),
    "rates_left": "An import for {trunk} ended early. Calls are not affected; the next import clears up.",
    "rates_dropped": "An earlier import for {trunk} had ended early and had changed nothing for calls; what it left is gone.",
    "rates_finished": "An earlier import for {trunk} had ended before it had cleared up; it is finished now.",
    "lcr_missing": "VICIdial's database has no table for rates yet. The first import makes it, if the database lets it: {statement}",
    "lcr_columns": "The table lcr is not as VICIdial's script wants it: {columns}. It needs npanxx MEDIUMINT, rate VARCHAR(10), carrier_string VARCHAR(20).",
    "lcr_unique": "The index {index} of table lcr allows one carrier for each NPANXX. With it rates can't be compared; take it out.",
    "lcr_index": "The table lcr has no index on npanxx, so every call reads all of it. Run: {statement}",
}
