# Each target sets up what it needs: a .venv in the checkout, from a bare python3.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Tests and notebooks start many processes; without kept bytecode each compiles a thousand files anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: model help demo test core test-all lint types notebooks benchmarks peers scaling browser figures clean

help:
	@echo "make demo        run the tutorial scenario, leave tables and figures in runs/"
	@echo "make test        lint, types, layers, tests, doctests, first notebook (under 4 minutes)"
	@echo "make test-all    everything, the slow tests and benchmarks included"
	@echo "make browser     the page (sim app) in a headless Chromium"
	@echo "make notebooks   open the notebooks"
	@echo "make model       write the tables of MODEL.md: parameters and claims"
	@echo "make benchmarks  time the stages of a day and the two faces"
	@echo "make peers       rates beside NegMAS, as a table"
	@echo "make scaling     cost by packages and parties, printed and drawn"

# uv where it is there or can be had (a minute faster), pip otherwise.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
UV_PIP := uv pip install --quiet --python $(BIN)/python

$(STAMP): pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && $(UV_PIP) -e '.[dev]'; \
	else \
	  $(PYTHON) -m venv $(VENV) && \
	  { { $(PIP) uv && $(BIN)/$(UV_PIP) -e '.[dev]'; } || $(PIP) -e '.[dev]'; }; \
	fi
	@touch $(STAMP)

demo: $(STAMP)
	$(BIN)/sim run tutorial --replications 2000 --seed 1 --out runs/tutorial

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(STAMP)
	$(BIN)/mypy

# Types and the first notebook take a core each.
test: lint
	$(BIN)/mypy & types=$$!; \
	$(BIN)/python -m pytest --nbmake --nbmake-timeout=120 notebooks/01_first_negotiation.ipynb; \
	notebook=$$?; wait $$types && exit $$notebook
	MPLBACKEND=Agg $(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow" --cov --cov-report=term:skip-covered

# Every module imports, and the tutorial runs, from a wheel with the core dependencies alone.
core: $(STAMP)
	rm -rf .venv-core && $(PYTHON) -m venv .venv-core
	.venv-core/bin/python -m pip install --quiet --disable-pip-version-check .
	cd / && $(CURDIR)/.venv-core/bin/python $(CURDIR)/tests/core_imports.py

# The page in a real Chromium (Debian's, or whatever is on the path); the extra is large, so apart.
browser: $(STAMP)
	test -d .venv-app || $(PYTHON) -m venv .venv-app
	.venv-app/bin/python -m pip install --quiet --disable-pip-version-check -e '.[app]' \
	  pytest hypothesis 'playwright>=1.40'
	SIM_BROWSER=1 MPLBACKEND=Agg .venv-app/bin/python -m pytest tests/app

test-all: lint types core browser
	MPLBACKEND=Agg $(BIN)/python -m pytest -n 2 --dist loadfile --ignore=tests/benchmarks
	$(BIN)/python -m pytest --nbmake --nbmake-timeout=120 notebooks
	MPLBACKEND=Agg $(BIN)/python -m pytest tests/benchmarks -s

benchmarks: $(STAMP)
	$(BIN)/python -m pytest tests/benchmarks -s

# Rates beside NegMAS, as a table: installed apart, for the comparison only.
peers: $(STAMP)
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check '.[peers]'
	.venv-peers/bin/python -W ignore -m tests.benchmarks.peers

# How cost grows with packages and parties; draws .github/scaling.png.
scaling: $(STAMP)
	MPLBACKEND=Agg $(BIN)/python -m tests.benchmarks.scaling .github

# The tables of MODEL.md: parameters from the schema, and what came of the claims (8 minutes).
model: $(STAMP)
	mkdir -p runs; $(BIN)/sim verify --workers 2 --json > runs/claims.json; true
	$(BIN)/python -m tests.write_model runs/claims.json

# The pictures of the README: one day, and how the tutorial's histories go.
figures: demo
	$(BIN)/python -m tests.draw_day .github
	cp runs/tutorial/figures/flow.png .github/flow.png
	$(BIN)/sim explain tutorial --replication 4 --figure .github/obstacles.png

notebooks: $(STAMP)
	$(BIN)/python -m pip install --quiet jupyterlab
	$(BIN)/jupyter lab notebooks

clean:
	rm -rf $(VENV) .venv-core .venv-peers .venv-app runs .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
