# Every target sets up its own virtual environment; nothing needs to be installed by hand.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO_INDEX ?= $(VENV)/demo-index
PYTHONS = $(shell for minor in 10 11 12 13 14 15; do python3.$$minor -c '' 2>/dev/null && echo python3.$$minor; done)
OLDEST ?= $(or $(firstword $(PYTHONS)),$(PYTHON))
OLDEST_LIBRARIES := 'numpy==1.26.*' 'ujson==5.10.*' 'click==8.2.*' 'PyStemmer==2.2.*' 'isal==1.9.*'
NEWEST ?= $(or $(lastword $(PYTHONS)),$(PYTHON))
BENCH_OPTIONS ?= --documents 20000 --out docs/benchmarks.md

.PHONY: help demo test lint types check distributions versions bench clean

help:
	@echo "make demo    index the sample articles and run three searches"
	@echo "make test    run the whole test suite"
	@echo "make check   lint, types and tests, as continuous integration does"
	@echo "make distributions   the tests of the engine with the other distributions of Whoosh"
	@echo "make versions        the whole suite with the oldest and the newest Python there are, and such libraries"
	@echo "make bench   measure building and searching, with those peers that are installed, and write docs/benchmarks.md"
	@echo "make clean   remove the virtual environment and caches"

# One environment serves all targets; it is made anew when the dependencies change.
$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(VENV)/.installed
	$(BIN)/searchkit index corpus/articles --index $(DEMO_INDEX) --rebuild
	@for query in 'kitabxanalarımızın oxucuları' 'Gence xalcalari' '"Xəzər dənizinin"'; do \
		printf '\n=== searchkit query %s\n' "'$$query'"; \
		$(BIN)/searchkit query "$$query" --index $(DEMO_INDEX) --limit 3 || exit 1; \
	done

test: $(VENV)/.installed
	$(BIN)/python -m pytest

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed
	$(BIN)/mypy

check: lint types test

# All distributions install the same package, so each gets an environment to itself; they are tested side by side.
distributions:
	$(MAKE) --jobs 2 --output-sync with-whoosh-reloaded-2.7.5 with-whoosh-2.7.4

with-whoosh%:
	$(PYTHON) -m venv --clear $(VENV)-$@
	$(VENV)-$@/bin/python -m pip install --quiet --disable-pip-version-check . pytest hypothesis
	$(VENV)-$@/bin/python -m pip uninstall --quiet --yes whoosh3
	$(VENV)-$@/bin/python -m pip install --quiet --disable-pip-version-check whoosh$(subst -2,==2,$*)
	$(VENV)-$@/bin/python -m pytest tests/searchkit/engine
	rm -rf $(VENV)-$@

# Of the libraries the oldest that pyproject.toml allows, and the newest.
versions:
	$(call whole-suite,oldest,$(OLDEST),$(OLDEST_LIBRARIES))
	$(call whole-suite,newest,$(NEWEST),numpy)

define whole-suite
	$(2) -m venv --clear $(VENV)-with-$(1)
	$(VENV)-with-$(1)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' $(3)
	$(VENV)-with-$(1)/bin/python -c 'import numpy, sys; print(sys.version, "numpy", numpy.__version__)'
	$(VENV)-with-$(1)/bin/python -m pytest
	rm -rf $(VENV)-with-$(1)

endef

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks engines $(BENCH_OPTIONS)

clean:
	rm -rf $(VENV) $(VENV)-with-* .mypy_cache .ruff_cache .pytest_cache dist
