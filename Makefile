# Two commands matter: `make run` and `make test`. Both work from a clean clone; `make help` lists the rest.
.POSIX:
.PHONY: help run test unit lab lab-down lint bench matrix diagnosed clean system

PYTHON = python3
PORT = 8080
BIN = .venv/bin
LAB = $(BIN)/python -m tests.lab

help:
	@echo 'make run       start the wizard; as root with a dialer and carriers to try it on'
	@echo 'make test      set everything up and run all checks and tests'
	@echo 'make unit      only the tests that need neither root nor a browser'
	@echo 'make lab       build and start the test lab (root); make lab-down stops it'
	@echo 'make lint      ruff and mypy'
	@echo 'make bench     measured figures, against the lab (root)'
	@echo 'make diagnosed every fault that a diagnosis is tried with, and docs/diagnosis-table.md from it (root)'
	@echo 'make matrix    every fault at every moment of an install, and docs/faults.md from it (root; about an hour)'
	@echo 'make clean     remove the virtual environment, the lab and test results'

run: .venv/installed system
	@.ci/start-lab $(BIN)
	$(BIN)/carrier-wizard serve --port $(PORT)

test: .venv/installed system lint
	@.ci/run-tests $(BIN)

unit: .venv/installed
	$(BIN)/pytest -m 'not lab and not browser'

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lab: .venv/installed system
	$(LAB) up
	@$(LAB) carriers

lab-down:
	$(LAB) down

bench: .venv/installed system
	$(BIN)/python -m tests.bench

# FAULTS=usual plays only what `make test` plays.
FAULTS = all
matrix: .venv/installed system
	rm -rf test-results/faults
	$(LAB) build
	LAB_REQUIRED=1 FAULTS=$(FAULTS) FAULTS_RESULTS="$$PWD/test-results/faults" \
	    $(BIN)/pytest tests/real/test_faults_*.py -n 4 --dist load
	$(BIN)/python -m tests.real.matrix test-results/faults

diagnosed: .venv/installed system
	rm -rf test-results/diagnosed
	$(LAB) build
	LAB_REQUIRED=1 DIAGNOSED_RESULTS="$$PWD/test-results/diagnosed" $(BIN)/pytest tests/real/test_diagnosed.py
	$(BIN)/python -m tests.real.diagnosing test-results/diagnosed

clean:
	-$(LAB) down
	rm -rf .venv .lab test-results .pytest_cache .mypy_cache .ruff_cache .hypothesis

system:
	@.ci/install-system-packages

.venv/installed: pyproject.toml
	@.ci/make-venv $(PYTHON)
	@touch $@
