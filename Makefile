# `make demo` runs an experiment, `make test` runs every check; both set up what they need. `make help` lists the rest.
PYTHON ?= python3
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
SETS_UP := [ "$(CI)" = true ] || [ "$(SETUP)" = 1 ]

define NEXT

The pictures are the .png files above. Try next, after `. $(BIN)/activate`:
  rompy-hydra plan period.duration=6h                     what would be done, and what it costs
  rompy-hydra model.friction.coefficient=0.03             another friction is another run
  rompy-hydra -m model.friction.coefficient=0.02,0.03     both, one after the other
  rompy-hydra list                                        every model, run backend and postprocessor
endef
export NEXT

.PHONY: help demo test datamesh lint types bench clean system
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

demo: $(VENV)/demo.stamp ## set up, run the demonstration experiment, say where its pictures are
	$(BIN)/rompy-hydra
	@echo "$$NEXT"

test: system $(VENV)/test.stamp ## set up, then lint, types and every test (CI=true or SETUP=1: also system packages, datamesh)
	@$(MAKE) --no-print-directory lint types
	$(BIN)/pytest -n $(JOBS)
	@if $(SETS_UP); then $(MAKE) --no-print-directory datamesh; fi

datamesh: .venv-datamesh/stamp ## the tests that need oceanum and with it zarr 2, where all others have zarr 3
	.venv-datamesh/bin/pytest tests/source/test_datamesh.py

lint: $(VENV)/test.stamp ## style
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/test.stamp ## static types
	$(BIN)/mypy

bench: $(VENV)/test.stamp .bench-venv/stamp ## speed and memory, beside rompy and rompy-swan
	$(BIN)/python bench/bench.py --peer .bench-venv
	$(BIN)/python bench/data.py --peer .bench-venv
	$(BIN)/python bench/swan.py --peer .bench-venv
	$(BIN)/python bench/local.py
	$(BIN)/python bench/containers.py
	$(BIN)/python bench/slurm.py

clean: ## remove what the other targets made, experiments apart
	rm -rf $(VENV) .venv-datamesh .bench-venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

system:
	@if $(SETS_UP); then .ci/setup; fi

$(VENV)/made.stamp: | system
	.ci/make-venv "$(PYTHON)" $(VENV)
	@touch $@

$(VENV)/demo.stamp: pyproject.toml $(VENV)/made.stamp
	@echo "installing into $(VENV), once; this takes a minute or two"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[anuga]'
	@touch $@

$(VENV)/test.stamp: pyproject.toml $(VENV)/made.stamp
	@echo "installing into $(VENV), once; this takes a minute or two"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[anuga,parallel,tides,grib,geotiff,opendap,intake,waves,s3,slurm,dev]'
	@touch $@ $(VENV)/demo.stamp

.venv-datamesh/stamp: pyproject.toml | system
	.ci/make-venv "$(PYTHON)" .venv-datamesh
	.venv-datamesh/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[datamesh]' pytest pytest-timeout
	@touch $@

.bench-venv/stamp: bench/peer.txt
	.ci/make-venv "$(PYTHON)" .bench-venv
	.bench-venv/bin/python -m pip install --quiet --disable-pip-version-check -r bench/peer.txt
	@touch $@
