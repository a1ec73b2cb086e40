"""Random valid models over the operators that zirc takes: a file for each family of operators."""

from . import classical, layers, numbers, pointwise, sequences, shapes

# name -> function that adds nodes to a graph
OPERATORS = {}
for family in (pointwise, shapes, layers, sequences, numbers, classical):
    OPERATORS.update(family.OPERATORS)
