"""Files that are no model, models of the wrong version, and data outside the file."""

from onnx import ModelProto, StringStringEntryProto, helper

from .build import T, bad, dense, graph, model, node, value


def files():
    good = model(dense()).SerializeToString(deterministic=True)
    yield bad("truncated", "cut at 60 %", "truncated.onnx", good[: len(good) * 6 // 10])
    yield bad("text", "text, not protobuf", "text.onnx", b"this is not a model\n")
    yield bad("empty", "empty file", "empty.onnx", b"")
    # field 7 (the graph) with a length of 2^62: nothing may be reserved for it
    length = b"\xff" * 8 + b"\x3f"
    yield bad("length_huge", "graph of 2^62 bytes", "length_huge.onnx", b"\x08\x0a\x3a" + length)
    yield bad("varint_long", "varint of 11 bytes", "varint_long.onnx", b"\x08" + b"\xff" * 11)
    yield bad("no_graph", "no graph", "no_graph.onnx", ModelProto(ir_version=10))
    yield bad("nested", "500 graphs inside each other", "nested.onnx", nested(500))


def nested(depth):
    """Written byte by byte, because protobuf's own writers refuse it too."""

    def field(number, data):
        size, length = len(data), b""
        while size > 127:
            length, size = length + bytes([size & 127 | 128]), size >> 7
        return bytes([number << 3 | 2]) + length + bytes([size]) + data

    inner = b""
    for _ in range(depth):
        # a node If (4) with an attribute (5) of the name (1) then_branch that is a graph (6)
        branch = field(1, b"then_branch") + field(6, inner)
        inner = field(1, field(1, b"c") + field(2, b"y") + field(4, b"If") + field(5, branch))
    return b"\x08\x0a" + field(7, inner)


def versions():
    yield bad("opset_new", "opset 99", "99", model(dense(), 99))
    yield bad("opset_old", "opset 5", "opset 5", model(dense(), 5))
    yield bad("opset_none", "no opset stated", "opset", model(dense(), None))
    yield bad("ir_new", "IR version 99", "99", model(dense(), ir=99))
    yield bad("ml_opset_new", "ai.onnx.ml 99", "ai.onnx.ml 99", scaler(99))
    gelu = graph([node("Gelu", "x", "y", "early")], [value("x", [3])], [value("y", [3])])
    yield bad("op_newer", "Gelu, of opset 20, at opset 13", "early Gelu", model(gelu, 13))
    other = node("Scaler", "x", "y", "scaler", domain="ai.onnx.ml", offset=[0.0], scale=[1.0])
    lost = graph([other], [value("x", [1, 1])], [value("y", [1, 1])])
    yield bad("domain_not_imported", "a domain without an opset", "ai.onnx.ml", model(lost))


def scaler(version):
    made = node("Scaler", "x", "y", "scaler", domain="ai.onnx.ml", offset=[0.0], scale=[1.0])
    the_graph = graph([made], [value("x", [1, 1])], [value("y", [1, 1])])
    return model(the_graph, others=[("ai.onnx.ml", version)])


def external():
    """dense_w of 24 bytes, kept in another file. weights.bin has 8 bytes."""
    for file, wrong, entries in (
        ("external_outside", "data in a folder above", {"location": "../../etc/passwd"}),
        ("external_absolute", "data at an absolute path", {"location": "/etc/passwd"}),
        ("external_hidden", "a way out in the middle", {"location": "a/../../bad.csv"}),
        ("external_folder", "a folder instead of a file", {"location": "."}),
        ("external_missing", "a file that is not there", {"location": "nowhere.bin"}),
        ("external_short", "a file too short", {"location": "weights.bin"}),
        ("external_offset", "offset past the end", {"location": "weights.bin", "offset": "4096"}),
        ("external_wraps", "offset + length is 2^64",
         {"location": "weights.bin", "offset": "18446744073709551592", "length": "24"}),
        ("external_negative", "negative offset", {"location": "weights.bin", "offset": "-8"}),
        ("external_word", "length is no number", {"location": "weights.bin", "length": "all"}),
        ("external_length", "length of another shape", {"location": "weights.bin", "length": "8"}),
        ("external_nameless", "no location", {"offset": "0"}),
    ):  # fmt: skip
        the_graph = dense()
        w = the_graph.initializer[0]
        w.ClearField("raw_data")
        w.data_location = T.EXTERNAL
        w.external_data.extend(StringStringEntryProto(key=k, value=v) for k, v in entries.items())
        yield bad(file, wrong, "dense_w", model(the_graph))


def functions():
    """Functions of the model itself."""
    imports = [helper.make_opsetid("", 20), helper.make_opsetid("own", 1)]

    def calling(name, *inner):
        body = [node(op, "a", "b", f"call_{op}", domain=domain) for op, domain in inner]
        return helper.make_function("own", name, ["a"], ["b"], body, imports)

    top = graph(
        [node("First", "x", "y", "top", domain="own")], [value("x", [3])], [value("y", [3])]
    )
    itself = [calling("First", ("First", "own"))]
    yield bad("function_recursive", "a function that calls itself", "First",
              model(top, others=[("own", 1)], functions=itself))  # fmt: skip
    pair = [calling("First", ("Second", "own")), calling("Second", ("First", "own"))]
    yield bad("function_mutual", "two functions that call each other", "First",
              model(top, others=[("own", 1)], functions=pair))  # fmt: skip
    # 2^40 nodes once every call is replaced by its body
    chain = [
        helper.make_function(
            "own", name, ["a"], ["b"],
            [node(inner, "a", "c", domain=domain), node(inner, "c", "b", domain=domain)], imports,
        )
        for name, inner, domain in [
            ("First", "F1", "own"), *((f"F{i}", f"F{i + 1}", "own") for i in range(1, 39)),
            ("F39", "Relu", ""),
        ]
    ]  # fmt: skip
    yield bad("function_bomb", "40 functions that stand for 2^40 nodes", "First",
              model(top, others=[("own", 1)], functions=chain))  # fmt: skip
