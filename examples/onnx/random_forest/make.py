"""A random forest on breast-cancer: `python -m random_forest.make` in the folder above."""

from sklearn.ensemble import RandomForestClassifier

import trees
from common import HERE, SEED


def main():
    forest = RandomForestClassifier(n_estimators=15, max_depth=4, random_state=SEED)
    trees.publish(HERE / "random_forest", forest)


if __name__ == "__main__":
    main()
