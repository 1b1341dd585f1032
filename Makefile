# Two commands do all: `make mnist` and `make test`. Each makes .venv and installs what it needs.

PYTHON ?= python3
RUN := .venv/bin/python
# A worker for each core, so none of them needs threads of its own for linear algebra.
TESTS := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(RUN) -m pytest --numprocesses auto

.PHONY: mnist toy seen test lint types docs thorough mutation alarms peers accuracy bench clean

mnist: .venv/run
	$(RUN) examples/mnist.py

toy: .venv/run
	$(RUN) examples/toy.py

seen: .venv/run
	$(RUN) examples/training_seen.py

test: .venv/dev
	$(TESTS)

lint: .venv/dev
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

types: .venv/dev
	$(RUN) -m mypy

docs: .venv/dev
	$(RUN) -W error -m pdoc --math --output-directory output/docs autograd_mini nn
	@echo "reference in output/docs/index.html"

thorough: .venv/dev
	HYPOTHESIS_PROFILE=thorough $(TESTS) tests

# Plants wrong rules, each alone, in a copy of the real ones: the suite must catch every one. Writes what caught them.
mutation: .venv/dev
	OPENBLAS_NUM_THREADS=1 $(RUN) -m tests.mutation docs/mutation.md

# The same suite on the true rules with twenty seeds: it must stay green.
alarms: .venv/dev
	OPENBLAS_NUM_THREADS=1 $(RUN) -m tests.mutation.alarms 1 20

peers: .venv/peers
	$(TESTS) tests/calculus/test_peers.py tests/calculus/test_random_programs_and_pytorch.py

bench: .venv/peers
	$(RUN) -m tests.benchmarks

accuracy: .venv/dev
	$(RUN) -m tests.support.accuracy docs/accuracy.md

clean:
	rm -rf .venv output

# A stamp for each set of extras; a change of pyproject.toml installs anew.
.venv/run: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --editable '.[plot,data]'
	touch $@

.venv/dev: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

.venv/peers: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --editable '.[dev,peers]' torch==2.13.0
	touch $@
