# Two commands do all: `make mnist` and `make test`. Each makes .venv and installs what it needs.

PYTHON ?= python3
PYTHONS := 3.11 3.12 3.13 3.14
RUN := .venv/bin/python
# A worker for each core, so none of them needs threads of its own for linear algebra.
TESTS = OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(RUN) -m pytest --numprocesses auto

.PHONY: mnist toy seen lessons test lint types site dist lowest pythons newest thorough mutation alarms figures peers accuracy bench clean $(PYTHONS:%=python-%)

mnist: .venv/run
	$(RUN) examples/mnist.py

toy: .venv/run
	$(RUN) examples/toy.py

seen: .venv/run
	$(RUN) examples/training_seen.py

# The lessons rebuilt: their pictures and pages are in output/lessons.
lessons: .venv/run
	@set -e; for lesson in layers_by_hand four_equations dynamic_network mnist_png why_it_did_not_learn bug_hunt lessons; do \
		echo "=== $$lesson"; $(RUN) examples/$$lesson.py; done

test: .venv/dev
	$(TESTS)

lint: .venv/dev
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

types: .venv/dev
	$(RUN) -m mypy

# The site in both languages; warnings are errors.
site: .venv/dev
	$(RUN) -m sphinx -W --keep-going --quiet --conf-dir docs/site docs output/site
	$(RUN) -m sphinx -W --keep-going --quiet --conf-dir docs/site -D language=ko docs/ko output/site/ko
	@echo "the site in output/site/index.html"

# What pip installs: the files in dist/, of which the wheel is small enough to be a learner's first download.
LARGEST_WHEEL := 2621440 # 2.5 MiB
dist: .venv/dev
	rm -rf dist
	$(RUN) -m build --no-isolation --outdir dist . > /dev/null
	$(RUN) -m twine check --strict dist/*
	@wheel=$$(cat dist/*.whl | wc -c); echo "the wheel: $$wheel bytes"; test $$wheel -le $(LARGEST_WHEEL)

# What other versions could break, in a brief look, without a browser and without the checker's long lists of functions:
# the suite on the lowest versions that pyproject.toml allows; and with each other Python here (one of them:
# make python-3.13; the newest: make newest) all but the calculus, which is NumPy's arithmetic and no Python's.
BRIEF = HYPOTHESIS_PROFILE=brief $(TESTS) --ignore=tests/checking/test_lists.py --ignore=tests/checking/test_checking.py

lowest: RUN = .venv-lowest/bin/python
lowest: .venv-lowest/test
	$(BRIEF)

pythons:
	@$(or $(foreach version,$(OTHERS),$(MAKE) python-$(version) &&),echo "no Python here but make test's";) true

newest:
	@$(if $(OTHERS),$(MAKE) python-$(lastword $(OTHERS)),echo "no Python here but make test's")

python-%: RUN = .venv-$*/bin/python
$(PYTHONS:%=python-%): python-%: .venv-%/test
	$(BRIEF) --ignore=tests/calculus

# Once more, with more examples, what has more to look at.
thorough: .venv/dev
	HYPOTHESIS_PROFILE=thorough $(TESTS) -m "hypothesis or thorough" tests

# Plants wrong rules, each alone, in a copy of the real ones: the suite must catch every one. Writes what caught them.
mutation: .venv/dev
	OPENBLAS_NUM_THREADS=1 $(RUN) -m tests.mutation docs/mutation.md

# The same suite on the true rules with twenty seeds: it must stay green.
alarms: .venv/dev
	OPENBLAS_NUM_THREADS=1 $(RUN) -m tests.mutation.alarms 1 20

# What the gradients' checker notices of wrong gradients with twenty seeds, and whom it accuses of right ones with nine.
figures: .venv/dev
	OPENBLAS_NUM_THREADS=1 $(RUN) -W ignore -m tests.checking.figures

peers: .venv/peers
	$(TESTS) tests/calculus/test_peers.py tests/calculus/test_random_programs_and_pytorch.py tests/compiling/test_elsewhere.py \
		tests/nn/test_peers_*.py tests/checking/test_peers_*.py

bench: .venv/peers
	$(RUN) -m tests.benchmarks

accuracy: .venv/dev
	$(RUN) -m tests.support.accuracy docs/accuracy.md

clean:
	rm -rf .venv .venv-* output

# python3.12, say, or pyenv's, whichever runs: pyenv's own python3.12 is there also where it leads nowhere.
python = $(firstword $(foreach found,python$(1) $(wildcard $(HOME)/.pyenv/versions/$(1).*/bin/python),\
	$(if $(shell $(found) -c 'import ensurepip; print("runs")' 2>/dev/null),$(found))))
found_or_error = $(or $(python),$(error no Python $(1) here, neither on the path nor pyenv's))
OTHERS = $(foreach version,$(filter-out $(USED),$(PYTHONS)),$(if $(call python,$(version)),$(version)))
USED = $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')

# A stamp for each set of extras; a change of pyproject.toml installs anew.
.venv/run: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --editable '.[plot,data,images]'
	touch $@

.venv/dev: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

.venv/peers: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --editable '.[dev,peers]' torch==2.13.0
	touch $@

# matplotlib 3.8 warns with a younger pyparsing.
.venv-lowest/test: pyproject.toml
	$(call found_or_error,$(firstword $(PYTHONS))) -m venv .venv-lowest
	grep -o '[a-z][a-z-]*>=[0-9.]*' pyproject.toml | sed 's/>=/==/' > .venv-lowest/lowest
	.venv-lowest/bin/pip install --quiet --disable-pip-version-check --constraint .venv-lowest/lowest \
		--editable '.[test]' 'pyparsing<3.3'
	touch $@

$(PYTHONS:%=.venv-%/test): .venv-%/test: pyproject.toml
	$(call found_or_error,$*) -m venv .venv-$*
	.venv-$*/bin/pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@
