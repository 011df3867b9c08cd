# Thin over go commands: nothing here is needed to build, run or test the lab.
.DEFAULT_GOAL := help
.PHONY: help run test check generate bench soak screenshots

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## run the lab on http://127.0.0.1:8080
	go run ./cmd/lab

test: ## run the tests (browser tests skip where there is no Chromium)
	go test ./...

check: ## everything that CI checks: format, vet, staticcheck, generated files, race, browser
	bash .ci/run

generate: ## make the generated files anew (needs npm for formulas and type checks)
	bash .ci/generate

bench: ## the engine's kernels against their plain loops, as ratios
	go test -run '^$$' -bench . -benchtime 200ms ./internal/engine/...

soak: ## kill -9 a lab in mid-run, 20 times at random moments (about 2 minutes)
	GRADLAB_KILLS=20 go test -count=1 -timeout 30m -v -run TestKilledServer ./cmd/lab

screenshots: ## pictures of the pages in three widths and two themes, into docs/screenshots
	GRADLAB_SCREENSHOTS=$(CURDIR)/docs/screenshots go test -count=1 -run TestScreenshots ./internal/web
