"""MobileNet-V2 with the strides of the paper, on images of 32×32; 2.2 million parameters with ten
classes. Sandler et al., 2018, table 2.
"""

from images import Network

# How often wider it is inside, channels, blocks, and the stride of the first of these.
STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
FIRST, LAST = 32, 1280


def block(n, name, x, expansion, width, stride):
    """Wider, a convolution channel by channel, and narrow again, without an activation."""
    inside = n.values[x].shape[1]
    hidden, y = inside * expansion, x
    if expansion != 1:
        y = n.relu6(f"{name}.relu1", n.conv(f"{name}.expand", y, hidden, size=1))
    y = n.conv(f"{name}.depthwise", y, hidden, stride=stride, groups=hidden)
    y = n.conv(f"{name}.project", n.relu6(f"{name}.relu2", y), width, size=1)
    return n.add(f"{name}.sum", y, x) if stride == 1 and inside == width else y


def make(rng):
    n = Network("mobilenet_v2", rng)
    x = n.relu6("first.relu", n.conv("first", "image", FIRST, stride=2))
    number = 0
    for expansion, width, count, stride in STAGES:
        for b in range(count):
            x = block(n, f"block{number}", x, expansion, width, stride if b == 0 else 1)
            number += 1
    n.classify(n.relu6("last.relu", n.conv("last", x, LAST, size=1)))
    return n.made()
