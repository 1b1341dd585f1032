"""Digits from a folder of PNG files, a folder for each digit, as a lesson reads them; its loop beside the batched one.

The folder is written from the embedded digits where it is not there yet: training/0 … 9 and testing/0 … 9.
"""

import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from telling import OUTPUT, Teller, options

import nn

SIZES, BATCH, EPOCHS = (784, [512], 10), 10, 3


def write_folder(folder: Path, digits: nn.mnist.Digits) -> None:
    """Each digit a PNG of 28 × 28 in the folder of its class."""
    parts = {
        "training": (digits.train_images, digits.train_labels),
        "testing": (digits.test_images, digits.test_labels),
    }
    for part, (images, labels) in parts.items():
        for label in range(10):
            (folder / part / str(label)).mkdir(parents=True, exist_ok=True)
        pixels = np.rint(images * 255).astype(np.uint8).reshape(-1, 28, 28)
        for i, (picture, label) in enumerate(zip(pixels, labels, strict=True)):
            Image.fromarray(picture).save(folder / part / str(label) / f"{i:05}.png")


def as_rows(pictures: nn.Pictures) -> tuple[Any, Any]:
    """All pictures as rows of 784 numbers from 0 to 1, and their labels."""
    return pictures.bytes.reshape(len(pictures), -1) / np.float32(255), pictures.labels


def one_by_one(model: nn.MLP, images: Any, labels: Any) -> list[Any]:
    """The lesson's way: a backward pass for each example, its gradients added up, the sum divided in the end."""
    total = [np.zeros_like(p.data) for p in model.parameters()]
    for image, label in zip(images, labels, strict=True):
        for p in model.parameters():
            p.grad = None
        nn.cross_entropy(model(image[None]), np.array([label])).backward()
        for sum_, p in zip(total, model.parameters(), strict=True):
            sum_ += p.grad
    return [sum_ / len(images) for sum_ in total]


def all_at_once(model: nn.MLP, images: Any, labels: Any) -> list[Any]:
    """The batch as a matrix: one backward pass."""
    for p in model.parameters():
        p.grad = None
    nn.cross_entropy(model(images), labels).backward()
    return [p.grad for p in model.parameters()]


def compare_loops(tell: Teller, images: Any, labels: Any) -> None:
    """The two loops on one batch of 100: equal gradients, and the time of each."""
    model, found = nn.MLP(*SIZES, rng=0), []
    for loop in (one_by_one, all_at_once):
        loop(model, images, labels)
        begun = time.perf_counter()
        found.append((loop(model, images, labels), time.perf_counter() - begun))
    (slow, long), (fast, short) = found
    off = max(float(np.abs(a - b).max()) for a, b in zip(slow, fast, strict=True))
    tell(
        f"   100 examples one by one {1000 * long:.0f} ms, as a matrix {1000 * short:.1f} ms, {long / short:.0f} times "
        f"as fast; gradients differ by {off:.0e} at most",
        f"   예제 100개를 하나씩 {1000 * long:.0f} ms, 행렬로 {1000 * short:.1f} ms, {long / short:.0f}배 빠릅니다. "
        f"기울기의 차이는 많아야 {off:.0e}입니다",
    )


def train(model: nn.MLP, data: Any, rate: float, epochs: int, each: Any = None) -> None:
    """Plain SGD, as the lesson has it; each: called after every epoch."""
    step = nn.compile_step(model, nn.cross_entropy, nn.SGD(model.parameters(), rate))
    for epoch in range(epochs):
        for images, labels in data:
            step(images.reshape(len(images), -1), labels)
        if each is not None:
            each(epoch)


def dead_units(model: nn.MLP, images: Any) -> int:
    """How many hidden units are 0 on every example."""
    hidden = model[:-1](images).data
    return int((hidden.max(axis=0) <= 0.0).sum())


def main(arguments: list[str] | None = None) -> None:
    parser = options(__doc__ or "")
    parser.add_argument("folder", nargs="?", type=Path, default=OUTPUT / "png", help="of training/ and testing/")
    parser.add_argument(
        "--data", choices=("embedded", "full"), default="embedded", help="what is written where it is not"
    )
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--rates", type=float, nargs="*", default=[0.03, 0.1, 0.3, 1.0], help="compared in the end")
    chosen = parser.parse_args(arguments)
    tell = Teller(chosen.lang)
    if not (chosen.folder / "training").exists():
        with tell.part(f"Writing PNG files to {chosen.folder}", f"{chosen.folder}에 PNG 쓰기"):
            write_folder(chosen.folder, nn.mnist.load_embedded() if chosen.data == "embedded" else nn.mnist.load())
    with tell.part("Reading the folder", "폴더 읽기"):
        training = nn.image_folder(chosen.folder / "training", mode="L")
        testing = nn.image_folder(chosen.folder / "testing", mode="L", classes=training.classes)
        tell(
            f"   {len(training)} to learn, {len(testing)} to test", f"   학습 {len(training)}장, 시험 {len(testing)}장"
        )
    (x, y), (test_x, test_y) = as_rows(training), as_rows(testing)

    with tell.part("The lesson's loop beside the batched one", "강좌의 반복문과 묶음 반복문"):
        compare_loops(tell, x[:100], y[:100])
        with np.errstate(divide="ignore", invalid="ignore"):
            product = 0.0 * np.log(np.float64(0.0))
        tell(
            f"   -y · log 0 for a y of 0: {product}; cross_entropy takes scores, and has no such number",
            f"   y가 0일 때 -y · log 0: {product}. cross_entropy는 점수를 받으므로 이런 수가 없습니다",
        )
    with tell.part(f"784-512-10, batches of {BATCH}", f"784-512-10, 묶음 {BATCH}개"):
        model = nn.MLP(*SIZES, rng=0)

        def tell_epoch(epoch: int) -> None:
            scores = model(x)
            loss, right = nn.cross_entropy(scores, y).item(), nn.accuracy(scores, y)
            tested = nn.accuracy(model(test_x), test_y)
            tell(
                f"   epoch {epoch + 1}: training loss {loss:.4f}, accuracy {right:.2%}; test accuracy {tested:.2%}",
                f"   에폭 {epoch + 1}: 학습 손실 {loss:.4f}, 정확도 {right:.2%}, 시험 정확도 {tested:.2%}",
            )

        train(model, nn.DataLoader(training, batch_size=BATCH, rng=0), 0.1, chosen.epochs, tell_epoch)
    with tell.part(
        "The learning rate, after one epoch, as the lesson's weights begin (normal) and as He's",
        "학습률과 시작: 한 에폭 뒤, 강좌의 정규분포와 He",
    ):
        for rate in chosen.rates:
            for start, name in ((nn.normal(1.0), "normal"), (nn.he_normal, "He")):
                model = nn.MLP(*SIZES, initializer=start, rng=0)
                train(model, nn.DataLoader(training, batch_size=BATCH, rng=0), rate, 1)
                right, dead = nn.accuracy(model(test_x), test_y), dead_units(model, x)
                tell(
                    f"   rate {rate}, {name}: test {right:.1%}, {dead} of 512 units dead",
                    f"   학습률 {rate}, {name}: 시험 {right:.1%}, 512개 가운데 {dead}개가 죽음",
                )


if __name__ == "__main__":
    main()
