"""A lesson's folder of pictures: 10,000 PNG files, a folder for each digit, learned in batches of 10 by 784-512-10.

The time is that of an epoch that is not the first. PyTorch's loop is the lesson's: a Dataset that opens a file with
Pillow for each example, and torch's DataLoader. Ours is the same loop on `nn.image_folder`, which decoded the files
before the first epoch; so a second row has PyTorch's DataLoader on examples that were decoded before, too. Both begin
with the same weights, step by SGD, and must have learned.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

import nn

from ..support.twins import hand_over
from .harness import Cases, Row, run, seconds

OPENED, DECODED = "10,000 PNG, an epoch of batches of 10", "the same, decoded before on both sides"
ROWS = (
    Row(OPENED, 0.8, "torch", unit="s", turns=2, needs="PIL"),
    Row(DECODED, 1.0, "torch", unit="s", turns=2, needs="PIL"),
)
HIDDEN, BATCH, RATE = 512, 10, 0.1
READ = 0.9  # of the training digits after two epochs, at the least


def cases(side: str) -> Cases:
    """An epoch for either row; the folder is there as long as the process is."""
    folder = TemporaryDirectory()
    write(Path(folder.name))
    network = nn.MLP(784, [HIDDEN], 10, rng=np.random.default_rng(0))
    ways = torch(folder, network) if side == "torch" else ours(folder, network)
    for epoch, read in ways.values():
        epoch()  # the first one
        epoch()
        assert read() >= READ, (side, read())
    return {case: lambda epoch=epoch: seconds(epoch) for case, (epoch, _) in ways.items()}


def write(folder: Path) -> None:
    """The embedded training digits, each a PNG in the folder of its class."""
    digits = nn.mnist.load_embedded()
    for label in range(10):
        (folder / str(label)).mkdir()
    pictures = np.rint(digits.train_images * 255).astype(np.uint8).reshape(-1, 28, 28)
    for i, (picture, label) in enumerate(zip(pictures, digits.train_labels, strict=True)):
        Image.fromarray(picture).save(folder / str(label) / f"{i}.png")


Way = tuple[Callable[[], None], Callable[[], float]]
"""An epoch of training, and what part of the digits the network reads."""


def ours(folder: "TemporaryDirectory[str]", network: nn.MLP) -> dict[str, Way]:
    """The loop on what was decoded once: for both rows."""
    pictures = nn.image_folder(folder.name)
    loader = nn.DataLoader(pictures, batch_size=BATCH, rng=np.random.default_rng(1))
    optimizer = nn.SGD(network.parameters(), RATE)

    def epoch() -> None:
        for images, labels in loader:
            loss = nn.cross_entropy(network(images.reshape(len(images), -1)), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    def read() -> float:
        return nn.accuracy(network(pictures.bytes.reshape(-1, 784) / np.float32(255)), pictures.labels)

    return dict.fromkeys((OPENED, DECODED), (epoch, read))


def torch(folder: "TemporaryDirectory[str]", network: nn.MLP) -> dict[str, Way]:
    """The loop on torch's loader, of files that are opened one by one and of tensors."""
    import torch

    files = [(path, int(path.parent.name)) for path in sorted(Path(folder.name).glob("*/*.png"))]

    class Lesson(torch.utils.data.Dataset[Any]):
        def __len__(self) -> int:
            return len(files)

        def __getitem__(self, i: int) -> Any:
            path, label = files[i]
            with Image.open(path) as picture:
                return torch.from_numpy(np.asarray(picture, np.float32) / np.float32(255)), label

    images, labels = (torch.stack(part) for part in zip(*((x, torch.tensor(y)) for x, y in Lesson()), strict=True))
    sets = {OPENED: Lesson(), DECODED: torch.utils.data.TensorDataset(images, labels)}
    return {case: torch_way(network, dataset, images, labels) for case, dataset in sets.items()}


def torch_way(network: nn.MLP, dataset: Any, all_images: Any, all_labels: Any) -> Way:
    """A network of torch's that begins with those weights."""
    import torch

    model = torch.nn.Sequential(torch.nn.Linear(784, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 10))
    hand_over(network, model)
    optimizer = torch.optim.SGD(model.parameters(), RATE)
    torch.manual_seed(1)
    loader: Iterable[Any] = torch.utils.data.DataLoader(dataset, batch_size=BATCH, shuffle=True)

    def epoch() -> None:
        for images, labels in loader:
            loss = torch.nn.functional.cross_entropy(model(images.flatten(1)), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    def read() -> float:
        with torch.no_grad():
            return (model(all_images.flatten(1)).argmax(1) == all_labels).float().mean().item()

    return epoch, read


if __name__ == "__main__":
    run(cases)
