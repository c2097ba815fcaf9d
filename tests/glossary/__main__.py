"""Write which words each page has, by its record: ``python -m tests.glossary``."""

import textwrap

from tests.glossary.words import PAGES, words_of
from vanishing.glossary.glossary import MET_FILE

if __name__ == "__main__":
    found = [f"{page.path}: {' '.join(words_of(page))}" for page in PAGES]
    MET_FILE.write_text("\n\n".join(textwrap.fill(one, 100) for one in found) + "\n", "utf-8")
