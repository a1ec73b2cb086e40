"""Writes scorer.safetensors: the weights of the example, which are made up. Python 3, no packages."""

import json
import struct

W = [0.5, -0.25, 1.0, 0.125, -1.5, 0.75, 0.0, 0.25, -0.5, 1.25, 0.375, -0.125, 0.625, -0.75, 0.875, 1.5]
B = [0.375]

data = struct.pack("<16f", *W) + struct.pack("<f", *B)
header = json.dumps({
    "l.w": {"dtype": "F32", "shape": [1, 16], "data_offsets": [0, 64]},
    "l.b": {"dtype": "F32", "shape": [1], "data_offsets": [64, 68]},
}).encode()
with open("scorer.safetensors", "wb") as f:
    f.write(struct.pack("<Q", len(header)) + header + data)
