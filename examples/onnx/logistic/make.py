"""Logistic regression on the 8×8 digits: `python -m logistic.make` in the folder above.

One Gemm: the largest logit is the digit, the softmax of the logits would be the probabilities.
"""

import numpy as np
from sklearn.linear_model import LogisticRegression

import digits
import training
from common import HERE, Graph


def main():
    images, held_out, labels, held_out_labels = digits.small()
    images, held_out = images.reshape(-1, 64), held_out.reshape(-1, 64)
    regression = LogisticRegression(C=1.0, max_iter=1000).fit(images, labels)
    g = Graph("logistic", "image", [1, 64])
    g.layer("Gemm", "logits", "image", regression.coef_, regression.intercept_, transB=1)
    model = g.model([1, 10])
    expected = regression.decision_function(held_out).astype(np.float32)
    training.publish(HERE / "logistic", model, images, held_out, held_out_labels, expected)


if __name__ == "__main__":
    main()
