"""The rows of tables whose ids are random, to be compared: of a nested one with the row that it is in, in place of ids."""

import collections

IDS = ("_dlt_id", "_dlt_parent_id", "_dlt_root_id")  # random, or made of random ones


def without_ids(tables):
    """Rows of each table, each as often as it is there. `tables`: the rows by the table's name, as dictionaries. A nested
    table without rows is none: whether there is one depends on what came before."""
    places = {}  # by id
    counted = {}
    for name in sorted(tables):  # parents first
        lines = []
        for row in tables[name]:
            place = places.get(row["_dlt_parent_id"], "nowhere") if "_dlt_parent_id" in row else ""
            line = place + repr(sorted((column, value) for column, value in row.items() if column not in IDS and value is not None))
            if "_dlt_root_id" in row and not place.startswith(places.get(row["_dlt_root_id"], "nowhere")):
                line += " is not below its root"
            if "_dlt_id" in row:
                places[row["_dlt_id"]] = line
            lines.append(line)
        if lines or "__" not in name:
            counted[name] = collections.Counter(lines)
    return counted
