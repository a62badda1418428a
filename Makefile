# Spotter. `make` lists what there is.
SHELL := /bin/sh
UV := tools/uv
BIN := .venv/bin
.DEFAULT_GOAL := help
# Compiled once, Python starts in half the time; containers like to forbid it.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help run dev env tools test fast real browser stack check matrix strangers bench fuzz storm stack-up stack-down clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Start a demo gym and print its address (DATA, PORT and HOST change the defaults)
	@$(UV) sync --frozen --no-dev --inexact
	@exec $(BIN)/spotter up --demo $(if $(DATA),--data $(DATA)) $(if $(PORT),--port $(PORT)) $(if $(HOST),--host $(HOST))

dev: env ## The same, starting again at every change of the code
	@exec $(BIN)/spotter dev $(if $(DATA),--data $(DATA)) $(if $(PORT),--port $(PORT))

env:
	@$(UV) sync --frozen

test: env ## Every test: fast ones, real processes, the browser, the stack, a tenth of the storms (brings what it needs)
	@$(BIN)/python -m tools.chromium
	@$(BIN)/python -m tools.services
	@$(BIN)/python -m tools.stages

fast: env ## Only the fast tests
	@$(BIN)/python -m tools.stages fast

real: env ## Only the tests with real processes or very many rows
	@$(BIN)/python -m tools.stages real

browser: env ## Only the browser tests (SCREENS=1 keeps the screenshots in docs/screens)
	@$(BIN)/python -m tools.chromium
	@$(BIN)/python -m tools.stages browser

stack: env ## Only the tests with real PgBouncer and Valkey, and a tenth of the storms
	@$(BIN)/python -m tools.services
	@$(BIN)/python -m tools.stages stack

check: env ## Format, lint and type-check
	@$(BIN)/ruff format .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

matrix: env ## Write tests/matrix.csv anew: who may go where. Read its diff
	@$(BIN)/python -m tests.every_route

strangers: env ## The fast tests, where strangers try every id at every request, not only at the first of each route
	@STRANGERS=all $(BIN)/python -m tools.stages fast

bench: env ## Measure every hot path beside its floor; fails when a budget is exceeded
	@$(BIN)/python -m tools.services
	@$(BIN)/python -m benchmarks

fuzz: env ## The importer against ten thousand files that nobody would write (some ten minutes)
	@SPOTTER_CSV_CASES=10000 $(BIN)/pytest -q -k whatever tests/progress/test_imports.py tests/progress/test_contract.py

storm: env ## The kill storms in full (about ten minutes)
	@$(BIN)/python -m tools.services
	@SPOTTER_STORM=full $(BIN)/pytest -q tests/storm

stack-up: ## The whole stack in containers
	@sh deploy/secrets.sh
	@docker compose -p spotter up --build --wait

stack-down: ## Stop the containers (data stays)
	@docker compose -p spotter down

clean: ## Remove what was made here, except the data folder
	@rm -rf .venv .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
