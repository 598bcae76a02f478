# Two commands matter: `make run` and `make test`. Each does all set-up that is missing
# (packaging/setup.sh) and starts from a fresh clone with only Python, git and make.

PYTHON_IN := .venv/bin/python
CONSOLE   := .venv/bin/cts-console
DEMO      := data/demo.db
ARGS      ?=
# Tests run in so many processes, a file's in one of them; 0 runs them one after the other.
JOBS      ?= 2

# One thing after the other, also under `make -j`: pytest comes last and closes the output.
.NOTPARALLEL:
.PHONY: help run test setup lint types contracts unit bench lock package package-test clean

help:
	@echo "make run        create data/demo.db at the first run, audit it, open the console on it;"
	@echo "                without a display it saves pictures of every tab instead"
	@echo "make test       lint, types, import contracts and all tests"
	@echo
	@echo "make lint       ruff: rules and formatting"
	@echo "make types      mypy, strict"
	@echo "make contracts  import-linter: which room may import which"
	@echo "make unit       the tests alone; ARGS='tests/sqlite -k splitter' chooses"
	@echo "make bench      benchmarks, with the contenders they are compared with"
	@echo "make package    the application that needs no Python, in dist/ (needs the network once)"
	@echo "make package-test  tries it: sizes, self-test in a bare environment, network, writes, start,"
	@echo "                and its .deb, installed and purged in a copy of this machine (by root)"
	@echo "make lock       renew packaging/*.lock from pyproject.toml (needs the network)"
	@echo "make clean      remove the virtual environment and what tools leave; data/ stays"

# The mark beside the database comes last; `demo` finishes what was interrupted, and fills once.
run: setup
	@test -e $(DEMO) -a -e data/.demo-made || { \
	    mkdir -p data && $(CONSOLE) demo $(DEMO) && touch data/.demo-made; }
	@$(CONSOLE) status $(DEMO)
	@$(CONSOLE) audit $(DEMO) --fail-on never
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
	    $(CONSOLE) $(DEMO); \
	else \
	    $(CONSOLE) --screenshots data/screenshots $(DEMO); \
	fi

test: lint types contracts unit

setup:
	@sh packaging/setup.sh

lint: setup
	$(PYTHON_IN) -m ruff check .
	$(PYTHON_IN) -m ruff format --check .

types: setup
	$(PYTHON_IN) -m mypy

contracts: setup
	.venv/bin/lint-imports

unit: setup
	QT_QPA_PLATFORM=offscreen $(PYTHON_IN) -m pytest -n $(JOBS) --dist loadfile $(ARGS)

bench: setup
	@sh packaging/setup.sh bench
	QT_QPA_PLATFORM=offscreen $(PYTHON_IN) -m pytest tests/bench -s -o "python_files=bench_*.py test_*.py" $(ARGS)

package:
	@sh packaging/build.sh

package-test:
	@.venv-package/bin/python packaging/try_built.py

lock:
	@sh packaging/lock.sh

clean:
	rm -rf .venv .venv-package .setup.lock .package.lock build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
