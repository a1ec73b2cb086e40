//! What the rest of the importer asks about an operator that it does not compute.

/// What an error of an input is in the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing is said of it.
    Other,
    /// As large as it was.
    Same,
    /// As many times as large as the constant that the input is multiplied by.
    Factor,
    /// Larger near 0, as the function is a root.
    Root,
    /// Of a size of its own: the function is steep at a scale of its own.
    Steep,
}

/// What the numbers of a tensor are for, as far as the operator that gives them says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing is said of it.
    #[default]
    Numbers,
    /// Numbers from 0 to 1, of which each says by itself how likely something is.
    Probabilities,
    /// Which of several something is.
    Classes,
    /// Integers of a quantized tensor, or the real numbers that they stand for.
    Integers,
}

/// Operators that rules speak of which rewrite a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// No rule does.
    Other,
    /// Its result is its input.
    Identity,
    /// In inference its first result is its input.
    Dropout,
    /// Its first input in another element type.
    Cast,
    Transpose,
    Pad,
    Sum,
    Difference,
    Product,
    Quotient,
    Reciprocal,
    Exponential,
    Conv,
    ConvTranspose,
    Gemm,
    MatMul,
    BatchNormalization,
    /// A normalization of rows by mean and variance, with a scale and a bias.
    LayerNormalization,
    Softmax,
    MaxPool,
    /// The mean of windows, or of all.
    AveragePool,
    Relu,
    Clip,
    /// Each element of the result is one of its inputs' from this input on.
    Choice(usize),
    QuantizeLinear,
    DequantizeLinear,
    DynamicQuantizeLinear,
    Trees(Trees),
    /// A label of each sample, and scores of the classes.
    Classifier,
    LabelEncoder,
    OneHotEncoder,
    Imputer,
}

/// How a node has its trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trees {
    /// In lists of all nodes, with leaves for targets.
    Targets,
    /// In lists of all nodes, with leaves for classes.
    Classes,
    /// In lists of branches and of leaves, as of version 5 of its domain.
    Leaves,
}

/// How nodes that are written out are tried as an operator, in which version of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Written {
    /// Not at all.
    No,
    /// A function without attributes.
    Function(i64),
    /// The function with its default attributes, or with `approximate` = "tanh".
    Approximated(i64),
    /// A function of one number `alpha`, which follows from a constant, or is one of these.
    Alpha(i64, &'static [f64]),
    /// A function of rows along an axis.
    Rows(i64),
    /// A normalization of rows, with a scale and `epsilon`.
    Normalization(i64),
}

impl Written {
    /// The version of the operator.
    pub(crate) fn opset(self) -> i64 {
        match self {
            Written::No => 0,
            Written::Function(v)
            | Written::Approximated(v)
            | Written::Alpha(v, _)
            | Written::Rows(v)
            | Written::Normalization(v) => v,
        }
    }
}
