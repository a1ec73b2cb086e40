"""The rows of the table: which program, how it is compiled, and what it should cost at most."""

from dataclasses import dataclass

from measure import ROOT

ONNX = ROOT / "examples/onnx"
HERE = ROOT / "benches/table"
# Above so many constraints plain mode is compiled and not proved: it takes tens of gigabytes.
PLAIN_LIMIT = 1_000_000


@dataclass(frozen=True)
class Row:
    name: str
    # A path, or the name of a seeded model.
    program: object
    # At most so many constraints in commit mode.
    target: float
    options: tuple = ()
    # Seconds and bytes of proving.
    seconds: float | None = None
    peak: int | None = None
    # Proving so many times faster than in plain mode.
    faster: float | None = None
    # One of so many alike: constraints are those of one, without tables and without input ranges.
    alike: int = 1
    # At most so many that are not range checks of committed weights.
    apart_from_model: int | None = None
    seeded: bool = False
    # Its weights are hidden, and committed to before any proof.
    committed: bool = False
    # Its input has values beyond the range it was calibrated for.
    cut: bool = False

    @property
    def proved(self):
        return self.alike == 1


# ResNet-18 takes more steps to elaborate than are allowed by default, and the hash of cnn's weights in plain
# mode more memory.
LARGE = ("--budget", "4")

ROWS = (
    Row("cnn", ONNX / "cnn", 80_000, peak=10**9, faster=4),
    Row("cnn, committed weights", ONNX / "cnn", 350_000, LARGE, committed=True),
    Row("mlp_large, committed weights", ONNX / "mlp_large", 135_000, committed=True,
        apart_from_model=35_000),
    Row("cnn_square, public image", ONNX / "cnn_square", 20_000, ("--input", "public")),
    Row("cnn_square, private image", ONNX / "cnn_square", 27_000),
    Row("attention", ONNX / "attention", 45_000, cut=True),
    Row("softmax of 10, tables apart", HERE / "softmax.zirc", 150, alike=512),
    Row("ReLU of a 20-bit accumulator, tables apart", HERE / "relu.zirc", 3, alike=16_384),
    Row("ResNet-18", "resnet18", 2_400_000, LARGE, seconds=45, peak=4 * 10**9, seeded=True),
    Row("MobileNet-V2", "mobilenet_v2", 700_000, seeded=True),
    Row("BERT-tiny", "bert_tiny", 500_000, seconds=4, seeded=True),
    Row("GPT-2 block", "gpt2_block", 1_300_000, seeded=True),
)
