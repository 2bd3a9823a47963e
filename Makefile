# Two commands are enough on a fresh machine: `make chat` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check
TORCH := torch==2.13.0
# Tests of Matrix mostly wait: two more processes than a small machine has cores keep these busy.
SIDE_BY_SIDE := -n 4 --dist worksteal

.PHONY: chat demo screenshots test test-fast test-matrix test-transformers test-llm check check-lock check-knowledge lock format ingest evaluate benchmark mutants fuzz clean help
.DEFAULT_GOAL := help

help: ## Cette aide
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 20

$(VENV)/.base: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Il faut Python 3.11 ou plus récent : make PYTHON=/chemin/vers/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Installation dans $(VENV) (une à deux minutes la première fois)…"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --upgrade pip
	@$(PIP) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.base
	@$(PIP) --editable '.[llm,test]'
	@touch $@

$(VENV)/.check: $(VENV)/.test
	@$(PIP) --editable '.[check]'
	@touch $@

$(VENV)/.transformers: $(VENV)/.test
	@$(PIP) '$(TORCH)'
	@$(PIP) --editable '.[transformers,test-transformers]'
	@touch $@

$(VENV)/.synapse: $(VENV)/.base tests/matrix/synapse.py
	@echo "Installation de Synapse dans .venv-synapse (une minute la première fois)…"
	@$(BIN)/python tests/matrix/synapse.py install
	@touch $@

$(VENV)/.node: $(VENV)/.base tests/matrix/jsclient/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix tests/matrix/jsclient --silent --ignore-scripts && touch $@; \
	  else echo "Sans Node.js 20 et npm, les tests du client web sont sautés."; fi

chat: $(VENV)/.base ## Tout installer, construire l'index s'il manque, ouvrir une conversation
	@$(BIN)/python -m bot chat

demo: $(VENV)/.synapse ## Un serveur Matrix local, le bot, un salon chiffré ; Ctrl-C arrête et efface tout
	@$(BIN)/python tests/matrix/demo.py

screenshots: $(VENV)/.test ## Ce qu'un téléphone montre, en images dans docs/images ; il faut Chromium
	@$(BIN)/python tests/matrix/screenshots.py

test: $(VENV)/.test $(VENV)/.synapse $(VENV)/.node ## Tout installer, lancer tous les tests (sauf ceux des extras lourds)
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE)

test-fast: $(VENV)/.test ## Les tests qui n'ouvrent ni l'index ni un serveur, en moins d'une minute
	@$(BIN)/python -m pytest -n 2 -m 'not transformers and not synapse and not program'

test-matrix: $(VENV)/.test $(VENV)/.synapse $(VENV)/.node ## Les seuls tests sur un vrai Synapse et sur matrix-js-sdk
	@$(BIN)/python -m pytest -m synapse

test-transformers: $(VENV)/.transformers ## Les tests de l'extra transformers (torch)
	@$(BIN)/python -m pytest -m transformers

test-llm: $(VENV)/.test ## Les questions de référence avec un vrai modèle : FAST_LLM__BASE_URL, FAST_LLM__MODEL, FAST_LLM__API_KEY
	@$(BIN)/python -m benchmarks.language_model

check: $(VENV)/.check ## Format, ruff, mypy --strict, import-linter, dépendances
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest tests/test_supply.py

check-lock: $(VENV)/.base ## Vérifier que les versions de requirements.lock s'installent, avec leurs empreintes (rien n'est installé)
	@$(BIN)/python -m venv --clear build/lock
	@build/lock/bin/python -m pip install --quiet --disable-pip-version-check --dry-run --require-hashes --only-binary :all: -r requirements.lock

lock: $(VENV)/.base ## Refaire requirements.lock d'après pyproject.toml ; UPGRADE=--upgrade prend les dernières versions
	@$(PIP) --editable '.[lock]'
	@$(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-build --no-header \
	  $(UPGRADE) --output-file requirements.lock

check-knowledge: $(VENV)/.base ## Configuration, connaissances et index : tous les problèmes d'un coup
	@$(BIN)/python -m bot check

format: $(VENV)/.check ## Mettre le code en forme
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

ingest: $(VENV)/.base ## Mettre l'index à jour
	@$(BIN)/python ingest.py

evaluate: $(VENV)/.base ## Mesurer les réponses sur les questions de tests/gold
	@$(BIN)/python -m bot evaluate

benchmark: $(VENV)/.test $(VENV)/.synapse ## Les mesures de benchmarks/
	@$(BIN)/python -m benchmarks

mutants: $(VENV)/.test ## Planter de petites fautes dans le cœur et compter celles que les tests voient (un quart d'heure)
	@$(BIN)/python -m benchmarks.mutants

fuzz: $(VENV)/.test $(VENV)/.synapse ## Envoyer au bot, pendant une demi-heure, ce qui pourrait l'égarer
	@$(BIN)/python -m benchmarks fuzz

clean: ## Retirer l'environnement et les index
	rm -rf $(VENV) .venv-synapse tests/matrix/jsclient/node_modules data build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
