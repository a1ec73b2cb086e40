"""Nodes whose attributes or shapes are wrong. Each file has one node and, with the attribute or the
shape put right, would be a good model."""

import numpy as np

from .build import T, bad, const, one_node, weights


def rows(group):
    """Rows of file, wrong, op, inputs, shape of x, initializers, other arguments."""
    for file, wrong, op, inputs, shape, initializers, more in group:
        made = one_node(op, inputs, shape, *initializers, name=f"wrong_{op.lower()}", **more)
        yield bad(file, wrong, f"wrong_{op.lower()}", made)


def convolutions():
    image, w = [1, 3, 8, 8], weights("w", 4, 3, 3, 3)
    conv = ("Conv", "x w", image)
    yield from rows((
        ("conv_channels", "weights of 2 channels", *conv, [weights("w", 4, 2, 3, 3)], {}),
        ("conv_rank", "weights of a 1-D convolution", *conv, [weights("w", 4, 3, 3)], {}),
        ("conv_image_rank", "an image of rank 2", "Conv", "x w", [3, 8], [w], {}),
        ("conv_bias", "bias of another length", "Conv", "x w b", image, [w, weights("b", 5)], {}),
        ("conv_kernel_shape", "kernel_shape is not that of the weights", *conv, [w],
         {"kernel_shape": [5, 5]}),
        ("conv_group", "3 channels in 2 groups", *conv, [w], {"group": 2}),
        ("conv_group_zero", "0 groups", *conv, [w], {"group": 0}),
        ("conv_stride_zero", "stride 0", *conv, [w], {"strides": [0, 1]}),
        ("conv_strides", "3 strides of 2 axes", *conv, [w], {"strides": [1, 1, 1]}),
        ("conv_dilation_zero", "dilation 0", *conv, [w], {"dilations": [0, 1]}),
        ("conv_pads", "3 pads of 2 axes", *conv, [w], {"pads": [1, 1, 1]}),
        ("conv_pads_huge", "pads of 2^60", *conv, [w], {"pads": [1 << 60] * 4}),
        ("conv_too_small", "a kernel wider than the image", "Conv", "x w", [1, 3, 2, 2], [w], {}),
        ("conv_auto_pad", "auto_pad FOO", *conv, [w], {"auto_pad": "FOO"}),
        ("conv_strides_floats", "strides that are floats", *conv, [w], {"strides": [1.0, 1.0]}),
        ("conv_strides_text", "strides that are text", *conv, [w], {"strides": "1,1"}),
        ("conv_transpose_channels", "weights of 4 channels", "ConvTranspose", "x w", image, [w],
         {}),
        ("max_pool_kernel", "no kernel_shape", "MaxPool", "x", image, [], {}),
        ("max_pool_kernel_zero", "a kernel of 0", "MaxPool", "x", image, [],
         {"kernel_shape": [0, 2]}),
        ("average_pool_kernel", "a kernel of 3 axes", "AveragePool", "x", image, [],
         {"kernel_shape": [2, 2, 2]}),
        ("lp_pool_p", "p = 0", "LpPool", "x", image, [], {"kernel_shape": [2, 2], "p": 0}),
    ))  # fmt: skip


def matrices():
    yield from rows((
        ("matmul", "2 by 3 times 4 by 2", "MatMul", "x w", [2, 3], [weights("w", 4, 2)], {}),
        ("matmul_batch", "batches of 2 and 3", "MatMul", "x w", [2, 4, 4], [weights("w", 3, 4, 4)],
         {}),
        ("matmul_scalar", "a scalar", "MatMul", "x w", [], [weights("w", 3)], {}),
        ("gemm", "transB of a 3 by 4 matrix", "Gemm", "x w", [2, 3], [weights("w", 3, 4)],
         {"transB": 1}),
        ("gemm_bias", "bias of 5 to 4 columns", "Gemm", "x w c", [2, 3],
         [weights("w", 3, 4), weights("c", 5)], {}),
        ("gemm_rank", "a vector", "Gemm", "x w", [3], [weights("w", 3, 4)], {}),
        ("einsum_letters", "a letter that no input has", "Einsum", "x w", [2, 3],
         [weights("w", 3, 4)], {"equation": "ij,jk->iq"}),
        ("einsum_sizes", "one letter for 3 and 4", "Einsum", "x w", [2, 3], [weights("w", 4, 2)],
         {"equation": "ij,jk->ik"}),
        ("einsum_count", "three terms for two inputs", "Einsum", "x w", [2, 3],
         [weights("w", 3, 4)], {"equation": "ij,jk,kl->il"}),
        ("einsum_text", "an equation that is none", "Einsum", "x", [2, 3], [],
         {"equation": "->->"}),
        ("add_broadcast", "3 and 4 numbers", "Add", "x w", [2, 3], [weights("w", 4)], {}),
        ("where_broadcast", "3 and 4 numbers", "Where", "x a b", [3],
         [weights("a", 3), weights("b", 4)], {"kind": T.BOOL, "out_kind": T.FLOAT}),
    ))  # fmt: skip


def layers():
    yield from rows((
        ("batch_norm", "scale of 3 for 2 channels", "BatchNormalization", "x s s s s", [1, 2, 4],
         [weights("s", 3)], {}),
        ("layer_norm", "scale of 3 for rows of 4", "LayerNormalization", "x s", [2, 4],
         [weights("s", 3)], {}),
        ("layer_norm_axis", "axis 5 of 2", "LayerNormalization", "x s", [2, 4], [weights("s", 4)],
         {"axis": 5}),
        ("group_norm", "4 channels in 3 groups", "GroupNormalization", "x s s", [1, 4, 4],
         [weights("s", 4)], {"num_groups": 3, "opset": 21}),
        ("prelu", "slope of 3 for rows of 4", "PRelu", "x s", [2, 4], [weights("s", 3)], {}),
        ("gelu_approximate", "approximate = maybe", "Gelu", "x", [3], [], {"approximate": "maybe"}),
        ("softmax_axis", "axis 2 of 2", "Softmax", "x", [2, 4], [], {"axis": 2}),
        ("softmax_axis_text", "an axis that is text", "Softmax", "x", [2, 4], [], {"axis": "last"}),
        ("relu_attribute", "an attribute that Relu does not have", "Relu", "x", [3], [],
         {"sideways": 1}),
        ("bit_shift_direction", "direction UP", "BitShift", "x w", [3],
         [weights("w", 3, kind=np.uint8)], {"direction": "UP", "kind": T.UINT8}),
        ("attention_heads", "a row of 6 for 4 heads", "Attention", "x x x", [1, 2, 6], [],
         {"q_num_heads": 4, "kv_num_heads": 4, "opset": 23}),
        ("attention_no_heads", "rank 3 without q_num_heads", "Attention", "x x x", [1, 2, 6], [],
         {"opset": 23}),
        ("attention_groups", "3 query heads for 2 of keys", "Attention", "x k k", [1, 3, 2, 4],
         [weights("k", 1, 2, 2, 4)], {"opset": 23}),
        ("rotary_odd", "rows of 5", "RotaryEmbedding", "x c c", [1, 2, 3, 5],
         [weights("c", 1, 3, 2)], {"opset": 23}),
    ))  # fmt: skip
    for op, gates in (("RNN", 1), ("GRU", 3), ("LSTM", 4)):
        w, r = weights("w", 1, gates * 5, 3), weights("r", 1, gates * 5, 5)
        seq = (op, "x w r", [4, 1, 3])
        name = op.lower()
        yield from rows((
            (f"{name}_w", "W for inputs of 2", *seq, [weights("w", 1, gates * 5, 2), r],
             {"hidden_size": 5}),
            (f"{name}_r", "R of one row less", *seq, [w, weights("r", 1, gates * 5 - 1, 5)],
             {"hidden_size": 5}),
            (f"{name}_hidden", "hidden_size 6, weights of 5", *seq, [w, r], {"hidden_size": 6}),
            (f"{name}_direction", "direction sideways", *seq, [w, r],
             {"hidden_size": 5, "direction": "sideways"}),
            (f"{name}_directions", "two directions, weights of one", *seq, [w, r],
             {"hidden_size": 5, "direction": "bidirectional"}),
            (f"{name}_activation", "activation Wobble", *seq, [w, r],
             {"hidden_size": 5, "activations": ["Wobble"] * min(gates, 3)}),
            (f"{name}_steps", "a sequence of 9 steps in 4", op, "x w r _ n", [4, 1, 3],
             [w, r, const("n", [9], np.int32)], {"hidden_size": 5}),
            (f"{name}_rank", "an input of rank 2", op, "x w r", [4, 3], [w, r],
             {"hidden_size": 5}),
        ))  # fmt: skip
