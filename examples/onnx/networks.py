"""A torch network of named layers, and the ONNX graph with the same names."""

from collections import OrderedDict

from torch import nn

from common import Graph


class Square(nn.Module):
    def forward(self, x):
        return x * x


class Cube(nn.Module):
    def forward(self, x):
        return x * x * x


def network(**layers):
    """A torch network of these layers, in this order; the last one makes the output."""
    return nn.Sequential(OrderedDict(layers))


def graph(name, input_name, shape, layers):
    """The graph of a network made by `network`, with ten outputs and a batch of one."""
    g, x = Graph(name, input_name, shape), input_name
    for layer_name, layer in layers.named_children():
        x = EXPORT[type(layer)](g, layer_name, x, layer)
    return g.model([1, 10])


def array(parameter):
    return parameter.detach().numpy()


def linear(g, name, x, layer):
    return g.layer("Gemm", name, x, array(layer.weight), array(layer.bias), transB=1)


def conv(g, name, x, layer):
    window = {"kernel_shape": list(layer.kernel_size), "pads": list(layer.padding) * 2}
    return g.layer("Conv", name, x, array(layer.weight), array(layer.bias), **window)


def pool(op):
    def add(g, name, x, layer):
        size = [layer.kernel_size] * 2
        return g.node(op, name, x, kernel_shape=size, strides=size)

    return add


def plain(op):
    return lambda g, name, x, _: g.node(op, name, x)


def square(g, name, x, _):
    return g.node("Mul", name, x, x)


def cube(g, name, x, _):
    return g.node("Mul", name, g.node("Mul", name + "_square", x, x), x)


EXPORT = {
    nn.Linear: linear,
    nn.Conv2d: conv,
    nn.MaxPool2d: pool("MaxPool"),
    nn.AvgPool2d: pool("AveragePool"),
    nn.ReLU: plain("Relu"),
    nn.Tanh: plain("Tanh"),
    nn.Flatten: plain("Flatten"),
    Square: square,
    Cube: cube,
}
