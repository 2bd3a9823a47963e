"""Does the int8 file give what torch gives?"""

from pathlib import Path

import numpy as np
import torch

from bot.documents.encoder import OwnEmbedder
from training.encoder import Encoder, Packed
from training.rows import Row
from training.states import LONGEST, LowerStates


def agreement(
    folder: Path, encoder: Encoder, states: LowerStates, rows: list[Row], every: int = 60
) -> tuple[float, float]:
    """Return the least and the mean cosine between the file and the encoder in float32, on one row in `every`."""
    own = OwnEmbedder(folder)
    texts = [row.text for row in rows if row.kind == "wording"][::every]
    cosines = []
    for text in texts:
        ids = states.tokenizer.encode(text).ids
        if len(ids) > LONGEST:
            continue
        packed = Packed.of([len(ids)])
        with torch.no_grad():
            lower = encoder.lower(torch.tensor(ids), packed, states.layers)
            vector = encoder.upper(lower, packed, states.layers)[0].numpy()
        cosines.append(float(vector @ np.array(own.embed_query(text), np.float32)))
    return round(min(cosines), 4), round(sum(cosines) / len(cosines), 4)
