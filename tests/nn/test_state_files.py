"""State trees in safetensors files: bit for bit, readable by others, and refused where they are not what they say."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import nn
from autograd_mini import FileError, KindError

KINDS = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"]
KEYS = st.text(max_size=5).map(lambda key: key.replace(".", "_"))  # two arrays may not be named alike
SHAPES = hnp.array_shapes(min_dims=0, min_side=0, max_side=3)
ARRAYS = st.sampled_from(KINDS).flatmap(lambda kind: hnp.arrays(kind, SHAPES))
NUMBERS = st.integers(-(2**130), 2**130) | st.floats() | st.booleans() | st.none() | st.text()
TREES = st.recursive(
    NUMBERS | ARRAYS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)


def assert_same(found, expected):
    """The same tree: each array with its type, shape and bits."""
    assert type(found) is type(expected)
    if isinstance(expected, dict):
        assert list(found) == list(expected)
        for key in expected:
            assert_same(found[key], expected[key])
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_same(one, other)
    elif isinstance(expected, np.ndarray):
        assert (found.dtype, found.shape, found.tobytes()) == (expected.dtype, expected.shape, expected.tobytes())
        assert found.flags.writeable
    else:
        assert found == expected or found != found
        assert np.signbit(found) == np.signbit(expected) if isinstance(expected, float) else True


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("files") / "tree.safetensors"


@given(TREES.filter(lambda tree: tree is not None))
def test_a_tree_comes_back_bit_for_bit(path, tree):
    nn.save(path, tree)
    assert_same(nn.load(path), tree)


def not_numbers():
    """Quiet and signalling nan, with payloads and signs."""
    return np.array([0x7FF8000000000001, 0xFFF0DEADBEEF0001, 0x7FF0000000000002], np.uint64).view(np.float64)


ODD = {
    "byte order": np.arange(5.0).astype(">f8"),
    "nan in another byte order": not_numbers().byteswap().view(">f8"),
    "columns": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "every second": np.arange(9, dtype=np.int16)[::2],
    "backwards": np.arange(4.0)[::-1],
    "repeated": np.broadcast_to(np.float32(3.0), (2, 3)),
    "number": np.array(1.5),
    "truth": np.array(True),
    "empty": np.zeros((0, 3), np.float32),
    "nan": not_numbers(),
    "nan of float32": np.array([0x7FC00001, 0xFF800002], np.uint32).view(np.float32),
    "minus zero": np.array([-0.0]),
    "read only": np.frombuffer(b"\x01\x02", np.uint8),
    "not aligned": np.frombuffer(b"x" + np.arange(3.0).tobytes(), np.float64, offset=1),
}


@pytest.mark.parametrize("name", ODD)
def test_an_array_of_odd_memory_keeps_every_bit(tmp_path, name):
    nn.save(tmp_path / "file", [ODD[name]])
    (found,) = nn.load(tmp_path / "file")
    expected = ODD[name]
    assert (found.dtype, found.shape) == (expected.dtype.newbyteorder("="), expected.shape)
    native = expected.byteswap().view(found.dtype) if expected.dtype.byteorder == ">" else expected
    assert found.tobytes() == native.tobytes()


def test_a_dict_of_arrays_is_a_plain_file_for_other_programs(tmp_path):
    arrays = {"0.weight": np.ones((2, 3), np.float32), "0.bias": np.zeros(3)}
    nn.save(tmp_path / "weights", arrays)
    with safetensors.safe_open(tmp_path / "weights", "np") as file:
        assert file.metadata() is None
    assert_same(safetensors.numpy.load_file(tmp_path / "weights"), dict(sorted(arrays.items())))


def test_the_arrays_of_a_tree_have_names_and_the_rest_is_json(tmp_path):
    nn.save(tmp_path / "run", model={"0.weight": np.ones(2)}, epochs=[1, np.zeros(1)], seed=2**100)
    with safetensors.safe_open(tmp_path / "run", "np") as file:
        words = file.metadata()
        assert set(file.keys()) == {"model.0.weight", "epochs.1"}
    assert words["format"] == "autograd_mini state"
    assert json.loads(words["tree"]) == {"model": {"0.weight": None}, "epochs": [1, None], "seed": 2**100}
    assert json.loads(words["arrays"])["epochs.1"] == ["epochs", 1]


def test_what_another_program_wrote_is_a_dict_of_its_tensors(tmp_path):
    arrays = {"a.b": np.arange(3), "c": np.ones((2, 2), np.float32)}
    safetensors.numpy.save_file(arrays, tmp_path / "theirs", metadata={"format": "pt"})
    assert_same(nn.load(tmp_path / "theirs"), arrays)


def test_any_byte_of_a_boolean_is_true_or_false(tmp_path):
    header = json.dumps({"x": {"dtype": "BOOL", "shape": [3], "data_offsets": [0, 3]}}).encode()
    (tmp_path / "file").write_bytes(struct.pack("<Q", len(header)) + header + b"\x00\x01\x02")
    assert nn.load(tmp_path / "file")["x"].tobytes() == b"\x00\x01\x01"


def endless():
    tree = {"inner": []}
    tree["inner"].append(tree)
    return tree


class Own:
    pass


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ({"a": [np.zeros(2, np.float16)]}, "a.0 is an array of float16; .* convert it with astype"),
        ({"a": np.zeros(2, complex)}, "a is an array of complex128"),
        ({"a": np.array(["x"])}, "a is an array of <U1"),
        ({"a": np.array([None])}, "a is an array of object"),
        ({"a": np.zeros(2, "f4,f4")}, "a is an array of "),
        ({"a": np.zeros(1, np.longdouble)}, "a is an array of "),
        ({"a": {"b": (1, 2)}}, "a.b is a tuple; a file holds numbers, text"),
        ({"a": {1: 2}}, r"a has keys that are no text, \[1\]"),
        ([Own()], "0 is a Own; "),
        (endless(), "holds itself, or is nested too deeply"),
        (1j, "what is to be saved is a complex"),
        ({"a": {"b": np.ones(1)}, "a.b": np.ones(1)}, "two things in the file would be named 'a.b'"),
        ({"__metadata__": np.ones(1)}, "would be named '__metadata__'"),
    ],
)
def test_what_no_file_holds_is_named_and_the_file_stays(tmp_path, tree, words):
    path = tmp_path / "file"
    nn.save(path, {"kept": np.ones(2)})
    with pytest.raises(KindError, match=words):
        nn.save(path, tree)
    assert_same(nn.load(path), {"kept": np.ones(2)})
    assert list(tmp_path.iterdir()) == [path]


# --- files that are not what they should be


def run_bytes(tmp_path):
    nn.save(tmp_path / "whole", model={"w": np.arange(4.0), "b": np.ones(2)}, steps=3)
    return (tmp_path / "whole").read_bytes()


def test_a_file_cut_off_anywhere_is_refused(tmp_path):
    whole, path = run_bytes(tmp_path), tmp_path / "cut"
    for length in [*range(0, len(whole), 17), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(FileError, match="cut off or damaged"):
            nn.load(path)


def test_a_file_with_a_bit_turned_over_anywhere_is_refused(tmp_path):
    whole, path, rng = run_bytes(tmp_path), tmp_path / "turned", np.random.default_rng(0)
    for place in rng.choice(len(whole), 200, replace=False):
        turned = bytearray(whole)
        turned[place] ^= 1 << rng.integers(8)
        path.write_bytes(turned)
        with pytest.raises(FileError, match=r"turned"):
            nn.load(path)


def with_words(tmp_path, **words):
    """A file of ours whose header says something else."""
    nn.save(tmp_path / "whole", model={"w": np.ones(2)}, steps=3)
    with safetensors.safe_open(tmp_path / "whole", "np") as file:
        told = {**file.metadata(), **words}
    arrays = safetensors.numpy.load_file(tmp_path / "whole")
    safetensors.numpy.save_file(arrays, tmp_path / "changed", metadata=told)
    return tmp_path / "changed"


def test_a_later_version_is_refused(tmp_path):
    with pytest.raises(FileError, match="is of version 2, and this autograd_mini reads version 1: update it"):
        nn.load(with_words(tmp_path, version="2"))


@pytest.mark.parametrize(
    "words",
    [
        {"tree": "{"},
        {"tree": "[]"},
        {"tree": '{"model": 5, "steps": 3}'},
        {"tree": '{"model": {"w": 5}, "steps": 3}'},
        {"tree": "[" * 100_000},
        {"arrays": "{}"},
        {"arrays": "[]"},
        {"arrays": '{"model.w": 3}'},
        {"arrays": '{"model.w": []}'},
        {"arrays": '{"model.w": ["model", "x"]}'},
        {"arrays": '{"model.w": ["model", {}]}'},
    ],
)
def test_a_header_that_does_not_fit_its_arrays_is_refused(tmp_path, words):
    with pytest.raises(FileError, match="does not go together: it is damaged"):
        nn.load(with_words(tmp_path, **words))


def test_other_files_are_told(tmp_path):
    path = tmp_path / "file"
    for content in (b"", b"PK\x03\x04" + bytes(200), b"\x80\x05" + bytes(100), json.dumps({"a": 1}).encode()):
        path.write_bytes(content)
        with pytest.raises(FileError, match=f"{path} is no safetensors file"):
            nn.load(path)
    for missing in (tmp_path, tmp_path / "none"):
        with pytest.raises(OSError, match=str(missing)):
            nn.load(missing)
    with pytest.raises(KindError, match="named by a path"):
        nn.load(3)


@pytest.mark.parametrize(("kind", "size"), [("BF16", 2), ("F16", 2), ("F8_E4M3", 1)])
def test_types_that_are_not_read_are_named(tmp_path, kind, size):
    header = json.dumps({"w": {"dtype": kind, "shape": [2], "data_offsets": [0, 2 * size]}}).encode()
    (tmp_path / "file").write_bytes(struct.pack("<Q", len(header)) + header + bytes(2 * size))
    with pytest.raises(FileError, match=f"w is of type {kind}, which is not read"):
        nn.load(Path(tmp_path / "file"))
