# The only commands. Settings: PYTHON=/path/to/python3.14, UV_TORCH_BACKEND=cpu, PORT=8000 (preview),
# WORKERS=4 (tests side by side; 0: one after the other), SITE=tests/site/deck (which browser tests)
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help book preview slides pdf test test-site notebooks lint assignment lab lock clean
export PYTHON PORT
WORKERS := auto
SITE := tests/site
RUN := .venv/bin/python

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

book: ## build the site into _build/html (installs what it needs, without torch)
	@tools/setup.sh site
	@$(RUN) -m tools.site

preview: ## serve the site, and rebuild and reload it on every save
	@tools/setup.sh all
	@$(RUN) -m tools.preview

slides: ## build the site, and print its slides into _build/slides.pdf
	@tools/setup.sh browser
	@$(RUN) -m tools.site
	@$(RUN) -m tools.slides

pdf: ## build the site, and print the chapter into _build/lazy-initialization.pdf
	@tools/setup.sh browser
	@$(RUN) -m tools.site
	@$(RUN) -m tools.pdf

test: ## run every cell of every page and compare every output, then the unit tests
	@tools/setup.sh all
	@$(RUN) -m pytest -n $(WORKERS) book tests --ignore=tests/site

test-site: book ## build the site and test it in a real Chromium
	@tools/setup.sh all
	@$(RUN) -m pytest -n $(WORKERS) $(SITE)

notebooks: ## execute the pages whose cells changed and rewrite their twins
	@tools/setup.sh all
	@$(RUN) -m tools.notebooks

lint: ## format the code and check it, through pre-commit (needs Node.js)
	@tools/setup.sh lint
	@$(RUN) -m pre_commit run --all-files

assignment: ## write the exercise sheet as an nbgrader course into _build/course
	@tools/setup.sh all
	@$(RUN) -m tools.assignment

lab: ## open the chapter in JupyterLab
	@tools/setup.sh all
	@JUPYTER_CONFIG_PATH=binder/jupyter .venv/bin/jupyter lab book/index.ipynb

# The pins are those of the default build of torch, whichever is installed here: 2.15.0 is also
# the CPU build's 2.15.0+cpu. One version of each package for all Pythons, so that all of them
# give the same outputs.
COMPILE := env -u UV_TORCH_BACKEND .venv/bin/uv pip compile -q --no-emit-index-url --no-annotate
lock: ## pin the newest versions that fit (then: make notebooks test)
	@tools/setup.sh site
	@$(COMPILE) --universal --python-version 3.11 --fork-strategy fewest --upgrade \
		--overrides requirements/overrides.txt requirements.txt requirements/frameworks.txt \
		-o requirements/constraints.txt
	@printf '# Pinned on %s\n' "$$(date -u +%F)" | cat - requirements/constraints.txt >requirements/dated.txt
	@mv requirements/dated.txt requirements/constraints.txt
	@$(COMPILE) --universal --python-version 3.11 --generate-hashes \
		-c requirements/constraints.txt requirements/site.txt -o requirements/site.lock
	@echo uv | $(COMPILE) --universal --python-version 3.11 --generate-hashes --upgrade - -o requirements/uv.txt
	@$(COMPILE) --python-platform linux --python-version 3.13 --generate-hashes --upgrade \
		-c requirements/constraints.txt --overrides requirements/overrides.txt \
		binder/requirements.txt -o binder/requirements.lock

clean: ## remove what was built and installed
	rm -rf _build .venv setup.log .pytest_cache .ruff_cache
