"""The operations that `zirc import` is to know, in the groups of the import's specification."""

GROUPS = {
    "linear": "Gemm MatMul MatMulInteger Conv ConvTranspose ConvInteger Einsum",
    "pooling": "MaxPool AveragePool GlobalAveragePool GlobalMaxPool LpPool",
    "normalization": """BatchNormalization LayerNormalization InstanceNormalization
        GroupNormalization RMSNormalization LpNormalization LRN""",
    "activations": """Relu LeakyRelu PRelu Clip Elu Selu Celu Sigmoid HardSigmoid HardSwish Tanh
        Gelu Erf Mish Softplus Softsign ThresholdedRelu Shrink Softmax LogSoftmax Hardmax""",
    "elementwise": """Add Sub Mul Div Mod Pow Sqrt Reciprocal Exp Log Abs Neg Sign Floor Ceil Round
        Min Max Mean Sum Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Where
        Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor Not BitShift""",
    "reductions": """ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2
        ReduceSumSquare ReduceLogSumExp ArgMax ArgMin TopK CumSum""",
    "shape": """Reshape Flatten Transpose Squeeze Unsqueeze Concat Split Slice Pad Expand Tile
        Gather GatherElements GatherND ScatterElements ScatterND Shape Size Constant
        ConstantOfShape Range Identity Cast DepthToSpace SpaceToDepth Resize Upsample GridSample Trilu
        OneHot EyeLike Dropout""",
    "transformers": "Attention RotaryEmbedding Swish SwiGLU",
    "recurrent": "RNN LSTM GRU",
    "quantized": """QuantizeLinear DequantizeLinear DynamicQuantizeLinear QLinearConv
        QLinearMatMul""",
    "ml": """TreeEnsembleClassifier TreeEnsembleRegressor TreeEnsemble LinearClassifier
        LinearRegressor SVMClassifier SVMRegressor Scaler Normalizer Imputer Binarizer
        ArrayFeatureExtractor ZipMap""",
}

# (domain, op) -> group; the default domain is ""
LISTED = {
    ("ai.onnx.ml" if group == "ml" else "", op): group
    for group, ops in GROUPS.items()
    for op in ops.split()
}

# Inputs of a node, by position. In the node tests all of them are inputs of the graph; a test of a
# circuit makes constants of the first kind, and may of the others.

# decide a shape, an axis or a number format, so a circuit fixes them
CONSTANT = {
    "Reshape": [1], "Expand": [1], "Tile": [1], "ConstantOfShape": [0], "Range": [0, 1, 2],
    "Squeeze": [1], "Unsqueeze": [1], "Split": [1], "Slice": [1, 2, 3, 4], "Pad": [1, 3],
    "Resize": [1, 2, 3], "Upsample": [1], "GridSample": [1], "Trilu": [1], "OneHot": [1], "TopK": [1], "CumSum": [1],
    "Dropout": [1, 2], "ReduceSum": [1], "ReduceMean": [1], "ReduceMax": [1], "ReduceMin": [1],
    "ReduceProd": [1], "ReduceL1": [1], "ReduceL2": [1], "ReduceSumSquare": [1],
    "ReduceLogSumExp": [1], "ArrayFeatureExtractor": [1],
}  # fmt: skip

# scales and zero points
QUANTIZATION = {
    "QuantizeLinear": [1, 2], "DequantizeLinear": [1, 2], "QLinearConv": [1, 2, 4, 5, 6, 7],
    "QLinearMatMul": [1, 2, 4, 5, 6, 7], "ConvInteger": [2, 3], "MatMulInteger": [2, 3],
}  # fmt: skip

# weights and parameters in every ordinary model
WEIGHT = {
    "Conv": [1, 2], "ConvTranspose": [1, 2], "ConvInteger": [1], "QLinearConv": [3, 8],
    "BatchNormalization": [1, 2, 3, 4], "InstanceNormalization": [1, 2],
    "GroupNormalization": [1, 2], "LayerNormalization": [1, 2], "RMSNormalization": [1],
    "PRelu": [1], "RNN": [1, 2, 3, 4], "LSTM": [1, 2, 3, 4, 7], "GRU": [1, 2, 3, 4],
    "Clip": [1, 2], "Pow": [1], "BitShift": [1], "Pad": [2], "OneHot": [2],
    "RotaryEmbedding": [1, 2, 3], "Attention": [6],
}  # fmt: skip

# positions in another tensor
INDEX = {
    "Gather": [1], "GatherElements": [1], "GatherND": [1], "ScatterElements": [1],
    "ScatterND": [1], "OneHot": [0], "ArrayFeatureExtractor": [1],
}  # fmt: skip
