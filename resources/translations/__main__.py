"""Gather the window's texts and compile the translations; says which texts have none yet."""

import sys

from resources.translations.files import compile_texts, gather, texts

if __name__ == "__main__":
    gather()
    compile_texts()
    missing = [text for (_, text), translation in texts().items() if not translation]
    sys.stdout.write("".join(f"no translation: {text}\n" for text in missing))
