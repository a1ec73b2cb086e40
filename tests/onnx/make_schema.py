"""Writes onnx/src/schema.csv: first opset, the one that changed it last, inputs and attributes of every listed
operation, from the schemas of the pinned onnx package, over all versions of an operation that are read, and of
onnxruntime's own operators from its schemas (the packages of requirements-quantized.txt)."""

import csv
from pathlib import Path

import onnx.defs
from onnxruntime.capi.onnxruntime_pybind11_state import get_all_operator_schema

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


def contributed(domain, op):
    """The same of an operator of onnxruntime's own."""
    [found] = [s for s in get_all_operator_schema() if (s.domain, s.name, s.since_version) == (domain, op, 1)]
    kinds = {name: str(a.type).split(".")[-1].lower() for name, a in found.attributes.items()}
    text = " ".join(f"{name}:{kind}" for name, kind in sorted(kinds.items()))
    least = sum("Optional" not in str(i.option) for i in found.inputs)
    return [domain, op, 1, 1, least, len(found.inputs), text]


# Operations whose node tests are of strings, or of what no circuit holds, and some without node tests.
FURTHER = [("ai.onnx.ml", "LabelEncoder"), ("ai.onnx.ml", "OneHotEncoder"), ("", "IsInf"), ("", "IsNaN")]
# Operators that onnxruntime writes in place of several.
FUSED = """BiasGelu EmbedLayerNormalization FastGelu FusedConv FusedGemm FusedMatMul Gelu QuickGelu SkipLayerNormalization
    SkipSimplifiedLayerNormalization TransposeMatMul"""
CONTRIBUTED = [("", "SimplifiedLayerNormalization"), *(("com.microsoft", op) for op in FUSED.split())]

rows = [row(domain, op) for domain, op in [*LISTED, *FURTHER]] + [contributed(*op) for op in CONTRIBUTED]
# onnxruntime has had it since its beginning, and its optimizer writes it whatever a model's opset is.
[early] = [r for r in rows if r[:2] == ["", "LayerNormalization"]]
early[2] = 1
rows.sort()
with open(OUT, "w") as file:
    csv.writer(file, lineterminator="\n").writerows([["domain", "op", "since", "last", "least", "most", "attributes"], *rows])
print(len(rows))
