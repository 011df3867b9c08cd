# Thin over go commands: nothing here is needed to build, run or test the lab.
.DEFAULT_GOAL := help
.PHONY: help run test test-arm64 check generate bench screenshots

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## run the lab on http://127.0.0.1:8080
	go run ./cmd/lab

test: ## run the tests (browser tests skip where there is no Chromium)
	go test ./...

test-arm64: ## the kernels and the curves on arm64, emulated (needs qemu-user, binutils-aarch64-linux-gnu)
	bash .ci/arm64

check: ## everything that CI checks: format, vet, staticcheck, generated files, race, browser
	bash .ci/run

generate: ## make the generated files anew (needs npm for formulas and type checks)
	bash .ci/generate

bench: ## the engine's kernels against their plain loops, as ratios
	go test -run '^$$' -bench . -benchtime 200ms ./internal/engine/...

screenshots: ## pictures of the pages in three widths and two themes, into docs/screenshots
	GRADLAB_SCREENSHOTS=$(CURDIR)/docs/screenshots go test -count=1 -run TestScreenshots ./internal/web
