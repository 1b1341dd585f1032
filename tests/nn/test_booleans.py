"""Words and numbers where True or False belongs are refused, for most of them would be a yes; and so the other way."""

import numpy as np
import pytest

import nn
from autograd_mini import KindError

X, LABELS = np.ones((6, 2), np.float32), np.array([0, 1, 0, 1, 0, 1])


def fitted(**options):
    model = nn.MLP(2, [4], 2, rng=0)
    return nn.fit(model, nn.DataLoader(X, LABELS), nn.Adam(model.parameters()), **{"progress": False, **options})


SWITCHES = {
    "Linear bias": lambda given: nn.Linear(2, 3, bias=given),
    "Conv1d bias": lambda given: nn.Conv1d(2, 3, 3, bias=given),
    "LSTM bias": lambda given: nn.LSTM(2, 3, bias=given),
    "MultiheadAttention bias": lambda given: nn.MultiheadAttention(4, 2, bias=given),
    "MultiheadAttention is_causal": lambda given: nn.MultiheadAttention(4, 2)(np.ones((1, 3, 4)), is_causal=given),
    "BatchNorm1d affine": lambda given: nn.BatchNorm1d(2, affine=given),
    "BatchNorm1d track_running_stats": lambda given: nn.BatchNorm1d(2, track_running_stats=given),
    "LayerNorm elementwise_affine": lambda given: nn.LayerNorm(2, elementwise_affine=given),
    "LayerNorm bias": lambda given: nn.LayerNorm(2, bias=given),
    "DataLoader shuffle": lambda given: nn.DataLoader(X, LABELS, shuffle=given),
    "DataLoader drop_last": lambda given: nn.DataLoader(X, LABELS, drop_last=given, batch_size=2),
    "SGD nesterov": lambda given: nn.SGD(nn.Linear(2, 1).parameters(), 0.1, momentum=0.9, nesterov=given),
    "EarlyStopping largest": lambda given: nn.EarlyStopping(nn.Linear(2, 1), 3, largest=given),
    "sse half": lambda given: nn.sse(X, X, half=given),
    "train mode": lambda given: nn.Linear(2, 1).train(given),
    "fit evaluate_training": lambda given: fitted(evaluate_training=given),
    "fit compiled": lambda given: fitted(compiled=given),
    "fit progress": lambda given: fitted(progress=given),
}


@pytest.mark.parametrize("which", SWITCHES)
def test_a_switch_is_true_or_false(which):
    whose, name = which.split()
    for wrong in "no", 0, 1.0, np.zeros(2), [False]:
        with pytest.raises(KindError, match=f"{whose} takes as {name} True or False; got {name}="):
            SWITCHES[which](wrong)
    for right in True, False, np.True_, np.bool_(False):
        SWITCHES[which](right)


def test_of_a_table_too(tmp_path):
    (tmp_path / "table.csv").write_text("1,2\n3,4\n")
    assert nn.read_csv(tmp_path / "table.csv", target=1, header=False).arrays[0].shape == (2, 1)
    with pytest.raises(KindError, match="read_csv takes as header True or False; got header='no'"):
        nn.read_csv(tmp_path / "table.csv", header="no")
    with pytest.raises(KeyError, match="no column True"):
        nn.read_csv(tmp_path / "table.csv", target=True)


@pytest.mark.parametrize("given", [True, False, np.True_])
def test_a_boolean_is_no_number_of_a_row_or_size(given):
    with pytest.raises(KindError, match="or None, as padding_idx; got"):
        nn.Embedding(4, 2, padding_idx=given)
    with pytest.raises(KindError, match="takes as in_features a whole number"):
        nn.Linear(given, 2)
    with pytest.raises(KindError, match="takes as batch_size a whole number"):
        nn.DataLoader(X, batch_size=given)
    with pytest.raises(KindError, match="takes as lr a finite number"):
        nn.SGD(nn.Linear(2, 1).parameters(), given)
    with pytest.raises(ValueError, match=r"size is .height, width., two whole numbers"):
        nn.image_folder("pictures", size=(given, 4))
