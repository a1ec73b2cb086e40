"""Writes onnx/src/schema.csv: first opset, the one that changed it last, inputs and attributes of every listed
operation, from the schemas of the pinned onnx package, over all versions of an operation that are read."""

import csv
from pathlib import Path

import onnx.defs

from listed import LISTED

OUT = Path(__file__).parent.parent.parent / "onnx/src/schema.csv"
OLDEST = 7


def read(domain, op):
    """The schemas that models of a supported opset can mean."""
    known = onnx.defs.get_all_schemas_with_history()
    found = [s for s in known if (s.domain, s.name) == (domain, op)]
    if domain:
        return found
    first = max((s.since_version for s in found if s.since_version <= OLDEST), default=0)
    return [s for s in found if s.since_version >= first]


def row(domain, op):
    """Domain, operator, first and last version, least and most inputs, attributes with the types they have had."""
    found = read(domain, op)
    attributes = {}
    for schema in found:
        for name, attribute in schema.attributes.items():
            attributes.setdefault(name, set()).add(attribute.type.name.lower())
    text = " ".join(f"{n}:{'|'.join(sorted(kinds))}" for n, kinds in sorted(attributes.items()))
    least, most = min(s.min_input for s in found), max(s.max_input for s in found)
    known = onnx.defs.get_all_schemas_with_history()
    versions = [s.since_version for s in known if (s.domain, s.name) == (domain, op)]
    return [domain, op, min(versions), max(versions), least, most, text]


# Operations whose node tests are of strings.
FURTHER = [("ai.onnx.ml", "LabelEncoder")]

rows = [row(domain, op) for domain, op in sorted([*LISTED, *FURTHER])]
with open(OUT, "w") as file:
    csv.writer(file, lineterminator="\n").writerows([["domain", "op", "since", "last", "least", "most", "attributes"], *rows])
print(len(rows))
