# `make demo` serves the portal on this machine, `make test` runs every test, `make check` reads the
# code. All three set up what they need first, need no root, and are safe to run again.

.DEFAULT_GOAL := help
.PHONY: help demo test check bench chaos
export UV_PYTHON_DOWNLOADS := never
PYTHON := .venv/bin/python
CODE := portal participants activities employers

help:
	@echo "make demo    serve the portal on http://localhost:8000 (PORT=9000 make demo moves it)"
	@echo "make test    run every test, in a real browser too (ARGS=tests/portal for some of them)"
	@echo "make bench   seed 100,000 participants and measure the pages (BENCH=large: a million)"
	@echo "make chaos   send 20,000 reminders while everything breaks, and judge (five minutes)"
	@echo "make check   run the linters, the type checker and Django's own checks"

demo: .venv/.made
	@exec $(PYTHON) -m portal.demo --with-parent

test: .venv/.made
	@$(PYTHON) -m tests.chromium
	@$(PYTHON) -m tests.pgbouncer
	@$(PYTHON) -m tests.redis_server
	$(PYTHON) -m pytest -n 2 $(ARGS)

bench: .venv/.made
	@exec $(PYTHON) -m bench $(ARGS)

chaos: .venv/.made
	@exec $(PYTHON) -m chaos $(ARGS)

check: .venv/.made
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	DEBUG=on .venv/bin/mypy --strict $(CODE)
	.venv/bin/djade --check --target-version 6.1 $$(find templates -name '*.html')
	.venv/bin/lint-imports
	$(PYTHON) -m tests.production \
	  makemigrations --no-input --check --dry-run -- check --deploy --fail-level WARNING

# An interpreter that has been removed leaves a dangling link: then both are made again.
ifeq ($(wildcard $(PYTHON)),)
$(shell rm -f .venv/.made)
endif
ifeq ($(wildcard .uv/bin/python),)
$(shell rm -f .uv/.made)
endif

.uv/.made:
	@python=$$(.ci/python) && echo "Setting up uv with $$python." && "$$python" -m venv --clear .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"
	@touch $@

# Where pip has been told of another registry, uv goes there too.
.venv/.made: requirements.txt .uv/.made
	@echo "Setting up the packages."
	@[ -e $(PYTHON) ] || .uv/bin/uv venv --quiet --clear --python .uv/bin/python .venv
	@registry=$${PIP_INDEX_URL:-$$(.uv/bin/python -m pip config get global.index-url 2>/dev/null)}; \
	if [ -n "$$registry" ]; then export UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$$registry}"; fi; \
	.uv/bin/uv pip sync --quiet --python $(PYTHON) --require-hashes --compile-bytecode requirements.txt
	@touch $@
