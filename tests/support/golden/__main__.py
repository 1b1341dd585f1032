"""`python -m tests.support.golden [folder]`: writes every golden file anew, and into the folder a png of each."""

import sys
from pathlib import Path

from . import FOLDER, PICTURES

for name, picture in PICTURES.items():
    made = picture()
    made.save(FOLDER / f"{name}.dot")
    if sys.argv[1:]:
        made.save(Path(sys.argv[1]) / f"{name}.png")
    print(name)
