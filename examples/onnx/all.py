"""Makes all models, or those that are named: `python all.py [cnn lstm …]`.

Each in a process of its own, so that no model depends on which were made before it.
"""

import subprocess
import sys

from common import HERE


def main():
    for name in sys.argv[1:] or sorted(path.parent.name for path in HERE.glob("*/make.py")):
        subprocess.run([sys.executable, "-m", f"{name}.make"], cwd=HERE, check=True)


if __name__ == "__main__":
    main()
