# Greenpaper: `make chat` and `make test` each do all they need; `make help` lists the rest.
# Written for GNU make 3.81 and later. Every finished step leaves a stamp in .venv/stamps, so that nothing
# is done twice and an interrupted run goes on where it stopped.

SHELL := /bin/sh
TORCH := torch==2.13.0

# What torch needs besides itself: the lock leaves torch out (docs/decisions/0001-lock.md), so it asks for these.
TORCH_NEEDS := filelock fsspec jinja2 networkx setuptools sympy typing-extensions

# The first Python that is new enough; `make PYTHON=...` names another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
GREENPAPER := $(BIN)/greenpaper
STAMPS := $(VENV)/stamps

TEST_MODELS := smollm2-135m-instruct all-minilm-l6-v2
LIBRARY := $(wildcard corpus/library/*)

.DELETE_ON_ERROR:
.PHONY: help chat test unit setup environment ask ingest corpus pictures lint type clean lock

help: ## this list
	@sed -n 's/^\([a-z][a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

chat: index/.library ## set everything up, read corpus/library into index/, open the chat on 127.0.0.1
	$(GREENPAPER) chat

test: environment ## set everything up, get the small test models, run the whole suite
	$(GREENPAPER) models pull $(TEST_MODELS)
	$(BIN)/python -m pytest

unit: environment ## only the fast tests: no model, no browser, no other processes
	$(BIN)/python -m pytest -m "not model and not browser and not process"

setup: environment ## the environment in .venv and the default models, nothing more
	$(GREENPAPER) models pull

environment: $(STAMPS)/greenpaper

ask: index/.library ## one question: make ask Q="What is open-source AI?"
	@test -n "$(Q)" || { echo 'Which question? For example: make ask Q="What is open-source AI?"'; exit 2; }
	@$(GREENPAPER) ask "$$Q"

ingest: setup ## read files and folders into index/: make ingest FILES="report.pdf folder"
	@test -n "$(FILES)" || { echo 'Which files? For example: make ingest FILES="report.pdf folder"'; exit 2; }
	$(GREENPAPER) ingest $(FILES)

corpus: environment ## make corpus/library from eval/corpus/sources
	$(BIN)/python -m eval.corpus.build

pictures: environment ## the pictures of docs/images, made anew by the browser tests
	GREENPAPER_PICTURES=1 $(BIN)/python -m pytest -m browser tests/ui/web

lint: environment ## ruff's rules and format, and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

type: environment ## mypy, strict
	$(BIN)/mypy

clean: ## remove the environment and the caches; the index and the models stay
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock: ## pin the newest packages in requirements.lock (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv"; exit 1; }
	mkdir -p build
	printf '%s\n' "$(TORCH); sys_platform == 'never'" > build/without-torch.txt
	printf '%s\n' $(TORCH_NEEDS) > build/torch-needs.txt
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
		--no-header --no-annotate --no-emit-package torch --override build/without-torch.txt \
		--extra dev pyproject.toml build/torch-needs.txt --output-file requirements.lock

$(STAMPS)/venv:
	@test -n "$(PYTHON)" || { \
		echo "Greenpaper needs Python 3.11 or newer, and found $$(python3 --version 2>&1)."; \
		echo "Install one (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.12),"; \
		echo "or name one that is not on the PATH: make PYTHON=/path/to/python3.12"; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$$("$(PYTHON)" --version) has no venv module. Debian, Ubuntu: apt install python3-venv"; exit 1; }
	@for compiler in "$$CXX" c++ g++ clang++; do "$$compiler" --version >/dev/null 2>&1 && exit 0; done; \
		echo "llama.cpp is compiled on this machine, and there is no C++ compiler."; \
		echo "Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++; macOS: xcode-select --install"; exit 1
	"$(PYTHON)" -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/packages: $(STAMPS)/venv requirements.lock
	@echo "Installing what requirements.lock lists. Among it, llama.cpp is compiled on this machine:"
	@echo "about 10 minutes on two cores, once. pip keeps what it has built."
	$(PIP) install --no-deps --require-hashes -r requirements.lock
	@touch $@

$(STAMPS)/torch: $(STAMPS)/packages
	$(PIP) install $(TORCH)
	$(PIP) check
	@touch $@

$(STAMPS)/greenpaper: $(STAMPS)/torch pyproject.toml
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

index/.library: $(LIBRARY) | setup
	$(GREENPAPER) ingest corpus/library
	@touch $@
