"""ResNet-18 at 32×32 in its form for CIFAR: no pooling after the first convolution, whose window is
3×3; 11.2 million parameters. He et al., 2016.
"""

from images import Network

STAGES = (("layer1", 64, 1), ("layer2", 128, 2), ("layer3", 256, 2), ("layer4", 512, 2))
BLOCKS = 2


def block(n, name, x, width, stride):
    """Two convolutions, and the input beside them, by a 1×1 convolution where shapes differ."""
    y = n.relu(f"{name}.relu1", n.conv(f"{name}.conv1", x, width, stride=stride))
    y = n.conv(f"{name}.conv2", y, width)
    if stride != 1:
        x = n.conv(f"{name}.shortcut", x, width, size=1, stride=stride)
    return n.relu(f"{name}.relu2", n.add(f"{name}.sum", y, x))


def make(rng):
    n = Network("resnet18", rng)
    x = n.relu("relu1", n.conv("conv1", "image", 64))
    for stage, width, stride in STAGES:
        for b in range(BLOCKS):
            x = block(n, f"{stage}.{b}", x, width, stride if b == 0 else 1)
    n.classify(x)
    return n.made()
