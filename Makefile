# The commands of the course; `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help lab book demo test exercise build fresh lint format bench truth attacks fuzz colab clean sandbox

help: ## list these commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

lab: .venv/installed ## open JupyterLab on the start page, which leads to the lessons
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/start.ipynb

book: .venv/installed-book ## make a site of the lessons for reading, in build/book
	$(BIN)/python -m grader book

demo: .venv/installed sandbox ## grade a sample class in a scratch folder and show what an instructor sees
	$(BIN)/python -m grader demo

test: .venv/installed-tests sandbox ## run all tests
	$(BIN)/python -m pytest

exercise: .venv/installed-tests ## check all that concerns one exercise: make exercise NAME=dense
	$(BIN)/python -m tests.exercise $(NAME)

build: .venv/installed ## rebuild every generated notebook from solutions/*.py
	$(BIN)/python -m grader build

fresh: .venv/installed ## fail if a generated notebook is not what its source makes
	$(BIN)/python -m grader build --check

lint: .venv/installed-tests ## check style and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: .venv/installed-tests ## format the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/installed-tests sandbox ## time the check, and the grading beside plain nbgrader's
	$(BIN)/python -m tests.benchmarks.check
	$(BIN)/python -m tests.benchmarks.diagnosis
	$(BIN)/python -m tests.benchmarks.grading

truth: .venv/installed-tests ## measure that no wrong answer passes and no right one fails (an hour)
	$(BIN)/python -m tests.truth

attacks: .venv/installed-tests sandbox ## try to break in and to hold up a class, and print what held (some five minutes)
	$(BIN)/python -m tests.attacks

fuzz: .venv/installed-tests ## feed the border with hostile input for hours (make test does it for seconds)
	FUZZ_PROFILE=hours $(BIN)/python -m pytest tests/fuzz --timeout 0

colab: .venv/installed-tests ## run all lessons in Colab's runtimes, rebuilt from PyPI (a quarter of an hour)
	$(BIN)/python -m tests.colab

sandbox: .venv/installed ## see to it that student code can run in a sandbox
	@$(BIN)/python -c "from grader.isolation.sandbox import check_available; check_available()" 2>/dev/null || { \
		test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && \
		apt-get install -y -qq --no-install-recommends bubblewrap libseccomp2 >/dev/null; \
	} || echo "Student code needs a sandbox: install bubblewrap and libseccomp, such as with" \
		"'sudo apt-get install bubblewrap libseccomp2' or 'sudo dnf install bubblewrap libseccomp'."

clean: ## remove the environment
	rm -rf .venv

# Editable, so that a notebook, or a course folder elsewhere, finds the course as it is here.
.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[teach]'
	touch $@

.venv/installed-book: .venv/installed
	$(BIN)/python -m pip install --quiet --editable '.[teach,book]'
	touch $@

.venv/installed-tests: .venv/installed
	$(BIN)/python -m pip install --quiet --editable '.[teach,test]'
	touch $@
