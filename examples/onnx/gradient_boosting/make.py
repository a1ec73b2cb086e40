"""Gradient boosting on breast-cancer: `python -m gradient_boosting.make` in the folder above."""

from sklearn.ensemble import GradientBoostingClassifier

import trees
from common import HERE, SEED


def main():
    boosting = GradientBoostingClassifier(
        n_estimators=20, max_depth=3, learning_rate=0.3, random_state=SEED
    )
    trees.publish(HERE / "gradient_boosting", boosting)


if __name__ == "__main__":
    main()
