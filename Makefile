# Thin over go commands: nothing here is needed to build, run or test the lab.
.DEFAULT_GOAL := help
.PHONY: help run test test-arm64 test-cluster check generate bench bench-gemm bench-jobs bench-torch bench-torch-augment bench-memory bench-viewers bench-pages check-stories soak screenshots

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

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

# Figures hold where nothing else runs: PREFIX goes before every command, ROUNDS says how often, MINUTES how long.
PREFIX ?= taskset -c {cpus}
PYTHON ?= /usr/bin/python3
ROUNDS ?= 3
MINUTES ?= 3

bench-gemm: ## products and convolutions: share of the ceiling, times the plain loop
	go run ./cmd/lab bench -job kernels -threads 1
	go run ./cmd/lab bench -job kernels -threads 2

bench-jobs: ## the reference jobs, each with five methods, and the augmentations
	go run ./cmd/lab bench -threads 1
	go run ./cmd/lab bench -threads 2

bench-torch: ## the reference jobs against PyTorch, interleaved (docs/bench/README.md says what it needs)
	$(PYTHON) docs/bench/compare.py --markdown --rounds $(ROUNDS) --prefix '$(PREFIX)'

bench-torch-augment: ## the same with the views drawn, on one thread, against torchvision
	$(PYTHON) docs/bench/compare.py --rounds $(ROUNDS) --prefix '$(PREFIX)' --markdown --augment --threads 1

bench-memory: ## a run whose memory must stay flat, MINUTES=30 for half an hour
	GRADLAB_SOAK=$(MINUTES)m go test -count=1 -timeout 0 -v -run TestMemoryIsFlat ./internal/engine

bench-viewers: ## 1,000 viewers on one run, 100 of them stalled, and 300 followers (2 minutes; docs/operate.md has figures)
	GRADLAB_VIEWERS=30s go test -count=1 -timeout 15m -v -run 'TestViewers$$' ./internal/lab

bench-pages: ## how soon the pages are seen and answer, and three lanes that stream; MINUTES=20 for growth
	GRADLAB_PAGES=$(MINUTES)m go test -count=1 -timeout 0 -v -run 'TestPages$$' ./internal/web

STORIES ?= all
check-stories: ## what the stories state against runs of their lanes; STORIES=first,bank for some of them (half an hour for all)
	GRADLAB_STORIES=$(STORIES) go test -count=1 -timeout 0 -v -run 'TestStoriesAreMeasured$$' ./experiments

test-cluster: ## the lab's tests again, with the runs on a NATS cluster of three
	GRADLAB_TEST_STORE=cluster go test -count=1 -timeout 20m ./internal/lab

soak: ## faults in mid-run, at random moments: 20 killed labs, 10 struck workers, 8 lost leaders (about 10 minutes)
	GRADLAB_KILLS=20 go test -count=1 -timeout 30m -v -run TestKilledServer ./cmd/lab
	GRADLAB_STRIKES=10 go test -count=1 -timeout 30m -v -run TestWorkersAreStruck ./cmd/lab
	GRADLAB_LEADERS=8 go test -count=1 -timeout 30m -v -run TestLeaderIsLost ./internal/lab

screenshots: ## pictures of the pages in three widths and two themes, into docs/screenshots
	GRADLAB_SCREENSHOTS=$(CURDIR)/docs/screenshots go test -count=1 -timeout 30m -run TestScreenshots ./internal/web
