# What can be done with zhiwen from a clone. `make run` is the way to begin.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

GO ?= go
BIN := bin/zhiwen
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0
# The commit goes into the program only where git can tell it.
VCS := $(shell git status --porcelain >/dev/null 2>&1 && echo true || echo false)
GOFILES := $(shell find . -name '*.go' -not -path './bin/*') go.mod go.sum
EMBEDDED := $(shell find seeds/articles seeds/questions.jsonl rag/llm/templates -type f 2>/dev/null) $(wildcard rag/*/*.txt rag/*/*.json rag/*/*.onnx)
# The articles that the shipped questions are also asked about, if they are there.
SHARED ?= ../shared/seeds
# Public question sets and grounding cases, and how many questions of each set (0: all).
DATA ?= ../shared/data
SAMPLE ?= 0
FUZZTIME ?= 10s
SOAK ?= 10m
SIZES ?= 1000 10000 100000
# Further flags of go test, such as -count=1 or -short.
TESTFLAGS ?=
# Where several things happen at once. All others compute, one call at a time.
RACE ?= ./rag ./rag/index ./rag/llm ./embeddings ./bot/... ./cmd/zhiwen

.PHONY: help run model build test race lint fuzz bench bench-size eval baseline eval-shared eval-public eval-sample eval-llm screenshots image test-image cluster-up cluster-down test-cluster soak compare notice clean

help: ## show this
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: model build ## build, fetch the model, read the shipped articles, ask a question
	$(BIN) ingest --shipped
	$(BIN) ask "2021 智博会签约多少项目"

model: ## fetch the embedding model and its runtime (about 60 MB, once)
	@scripts/model

build: $(BIN) ## build bin/zhiwen

$(BIN): $(GOFILES) $(EMBEDDED)
	$(GO) build -trimpath -ldflags "-s -w" -buildvcs=$(VCS) -o $@ ./cmd/zhiwen

test: model ## run all tests
	$(GO) test $(TESTFLAGS) ./...

race: model ## run the tests of everything concurrent under the race detector
	$(GO) test $(TESTFLAGS) -race -timeout 20m $(RACE)

lint: ## gofmt, go vet and staticcheck
	@unformatted=$$(gofmt -l $$(git ls-files '*.go' 2>/dev/null || find . -name '*.go')); \
	if [ -n "$$unformatted" ]; then echo "not formatted (gofmt -w):"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

fuzz: ## run every fuzz target for FUZZTIME (10s)
	scripts/fuzz $(FUZZTIME)

bench: model build ## measure, and write the figures into docs/benchmarks.md
	scripts/bench docs/benchmarks.md

eval: model build ## the fixed questions over the shipped articles, compared with seeds/baseline.json
	ZHIWEN_LLM_PROVIDER=none $(BIN) eval --baseline seeds/baseline.json

baseline: model build ## measure, and write the figures into seeds/baseline.json
	ZHIWEN_LLM_PROVIDER=none $(BIN) eval --format baseline > bin/baseline.json
	mv bin/baseline.json seeds/baseline.json

eval-shared: model build ## the same questions over the articles in SHARED
	ZHIWEN_LLM_PROVIDER=none $(BIN) eval --corpus $(SHARED)

eval-public: model build ## public question sets and grounding cases in DATA (SAMPLE=n: n questions a set)
	$(BIN) eval --public $(DATA) --sample $(SAMPLE)

eval-sample: model build ## 40 questions of each public set and all grounding cases, compared with seeds/public.json
	ZHIWEN_LLM_PROVIDER=none $(BIN) eval --public $(DATA) --sample 40 --baseline seeds/public.json

eval-llm: model build ## the fixed questions with the language model MODEL at BASE_URL
	scripts/eval-llm $(BASE_URL) $(MODEL)

screenshots: model ## drive the page in Chromium, and leave pictures of it in docs/images
	ZHIWEN_SCREENSHOTS=$(CURDIR)/docs/images ZHIWEN_REQUIRE_BROWSER=1 $(GO) test -count=1 -run TestPageInABrowser ./cmd/zhiwen

bench-size: ## measure stores of SIZES passages (rows of docs/benchmarks.md)
	ZHIWEN_SIZES="$(SIZES)" $(GO) test -v -count=1 -timeout 60m -run TestSize ./rag/index

image: model build ## build the container image zhiwen (podman, docker or buildah)
	scripts/image zhiwen

test-image: model ## build the image, run it, ask it a question
	ZHIWEN_IMAGE=1 $(GO) test -count=1 -v -run TestImage ./cmd/zhiwen

soak: model build ## break stores on purpose, then ask, search and ingest at the same time for SOAK (10m)
	ZHIWEN_SOAK=1 $(GO) test -race -timeout 30m ./rag/article
	ZHIWEN_SOAK=1 $(GO) test -timeout 60m -run TestKilled ./bot/slack
	ZHIWEN_IMAGE=1 $(GO) test -timeout 20m -run TestImage ./cmd/zhiwen
	ZHIWEN_SOAK=1 $(GO) test -timeout 180m -run "Flipped|Killed|Failure|Oracle" ./rag/index
	ZHIWEN_SOAK=1 $(GO) test -timeout 30m -run TestSiblings ./rag/extract
	scripts/soak $(SOAK)

compare: model build ## measure zhiwen beside langchain, Chroma and rank_bm25
	scripts/compare docs/benchmarks.md

cluster-up: ## start a Weaviate cluster of three nodes on this machine (built once, 10 minutes)
	@scripts/cluster up

cluster-down: ## stop it; its data stays
	@scripts/cluster down

test-cluster: model build ## the tests that need a cluster, on one of their own, with 10,000 passages
	ZHIWEN_SIZES=10000 scripts/ci-cluster -v

notice: ## write NOTICE: the licences of everything that is built in or fetched
	scripts/notice

clean: ## remove what was built
	rm -rf bin
