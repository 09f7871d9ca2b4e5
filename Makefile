# `make` lists the targets. Everything a target needs beside Go comes from the Go module proxy.
GO       ?= go
LINTER   := v2.15.0
LINT     := .bin/golangci-lint-$(LINTER)
VULN     := v1.9.0
RELEASER := v2.12.7
RELEASE  := .bin/goreleaser-$(RELEASER)
EPOCH    = $(shell git log -1 --format=%ct)
FUZZTIME ?= 30s
PKG      ?= ./transform/sink
TESTS    ?=
N        ?= 2000
SEED     ?= 1
JUDGES   ?= $(dir $(wildcard testdata/velero/v*/go.mod))
RECORDED := $(patsubst %/,%,$(dir $(wildcard testdata/backups/*/velero-backup.json)))
TEST_PLUGINS := VELTX_TEST_PLUGINS=$(CURDIR)/.bin/test-plugin VELTX_PROGRAM=$(CURDIR)/.bin/own-plugin
PLUGIN_JUDGES := testdata/velero/v1.18 testdata/velero/v1.18.3
ORACLE   ?= -check
STRIPPED := -trimpath -ldflags='-s -w'

.PHONY: help build test race lint vuln fmt update fuzz bench cover cross conformance conformance-update conformance-random conformance-plugins conformance-apiserver conformance-apiserver-random mutate behaviors ci

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | sort | expand -t 20

# Without cgo a position-independent executable for Linux needs the system's loader and is not static any more; those for
# macOS and Windows are position-independent.
build: ## build ./veltx, static and stripped
	CGO_ENABLED=0 $(GO) build $(STRIPPED) -o veltx .

test: ## run all tests
	$(GO) test -timeout 20m ./... ./testdata/conformance/... ./testdata/apiserver/random ./testdata/apiserver/whole

race: ## run the tests under the race detector, but for those of the HTML report, which measure time
	CGO_ENABLED=1 $(GO) test -race -timeout 30m $$($(GO) list ./... ./testdata/conformance/... | grep -v render/html)
	CGO_ENABLED=1 $(GO) test -race -run TestWorkersReadTheTargetAtOnce -count=10 -cpu 2,4 ./transform

lint: $(LINT) ## check style, faults, imports between packages, go.mod
	$(LINT) run ./... ./testdata/backups ./testdata/apiserver/... ./testdata/conformance/... ./testdata/mutation ./testdata/velero/apiserver ./testdata/velero/judge ./testdata/velero/random
	$(GO) mod tidy -diff
	cd testdata/release && $(GO) mod tidy -diff

$(LINT): # installed once, on a fresh machine that takes minutes; it never touches go.mod
	GOBIN=$(CURDIR)/.bin/tmp $(GO) install -trimpath github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINTER)
	mv .bin/tmp/golangci-lint $@ && rm -rf .bin/tmp

vuln: ## look for known vulnerabilities in what is linked, where their database can be had
	@if curl -sf --max-time 10 -o /dev/null https://vuln.go.dev/index/db.json; then $(GO) run golang.org/x/vuln/cmd/govulncheck@$(VULN) ./...; \
	else echo "skipped: the database at vuln.go.dev cannot be had"; fi

fmt: ## format all Go files
	gofmt -s -w $$(git ls-files -co --exclude-standard '*.go')

update: ## write what follows from the code into PARITY.md, the README and the CLI scripts; read the diff
	UPDATE_PARITY=1 UPDATE_README=1 UPDATE_SCRIPTS=1 $(GO) test -count=1 -run '^(TestParityHasTheActionsOfTheCode|TestParityHasTheVersionsOfTheCode|TestTheReadmeShowsWhatCommandsPrint|TestScripts)$$' ./cmd

fuzz: ## run each fuzz target for FUZZTIME (30s)
	@grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' --exclude-dir=velero . | sort | while IFS=: read -r file func; do \
	  echo "== $$(dirname $$file) $${func#func }"; \
	  $(GO) test -run '^$$' -fuzz "^$${func#func }$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s "$$(dirname $$file)" || exit 1; done

bench: ## run the Go benchmarks, and compare veltx with other programs (docs/PERFORMANCE.md)
	$(GO) test -run '^$$' -bench . -benchmem ./...
	cd testdata/bench && $(GO) run . -sizes S,M -runs 5 -plugins

cover: ## test coverage by package, and in all
	$(GO) test -coverprofile=cover.out -coverpkg=./... ./... && $(GO) tool cover -func=cover.out | tail -1

cross: ## build for linux, macOS and Windows into dist/
	@set -e; for os in linux darwin windows; do for arch in amd64 arm64; do \
	  out=dist/veltx-$$os-$$arch; [ $$os != windows ] || out=$$out.exe; echo "$$out"; \
	  mode=pie; [ $$os != linux ] || mode=exe; \
	  CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build -buildmode=$$mode $(STRIPPED) -o $$out .; done; done

conformance: ## is each kept answer what the real Velero does? (JUDGES=folders; first build: minutes each)
	@set -e; for judge in $(JUDGES); do echo "== $$judge"; (cd $$judge && $(GO) test -timeout 30m ./...); done

conformance-update: ## write the answers of the real Velero into new or changed cases
	@set -e; for judge in $(JUDGES); do echo "== $$judge"; (cd $$judge && $(GO) run ./cmd/oracle -update ../../cases); done

conformance-random: ## compare with the real Velero on N (2000) random restores, rewritings, backups and mappings, from SEED (1)
	@set -e; for v in $(patsubst testdata/velero/v%/,%,$(JUDGES)); do \
	  (cd testdata/velero/v$$v && $(GO) build -o $(CURDIR)/.bin/oracle-$$v ./cmd/oracle); \
	  for question in "" -square -backup -references; do \
	    case $$v$$question in 1.9-backup|1.1[0-7]-backup) continue;; esac; \
	    $(GO) run ./testdata/velero/random $$question -oracle .bin/oracle-$$v -version $$v -n $(N) -seed $(SEED); done; \
	  for folder in $(RECORDED); do echo "== $$folder"; \
	    $(GO) run ./testdata/velero/random -references -folder $$folder -oracle .bin/oracle-$$v -version $$v -n 10 -seed $(SEED); done; done

conformance-plugins: ## run the test plugins, served by Velero's framework, in the real Velero and in veltx, and velero-plugin-for-aws with an S3 server in memory (first build: minutes)
	cd testdata/plugins && $(GO) build -o $(CURDIR)/.bin/test-plugin .
	CGO_ENABLED=0 $(GO) build $(STRIPPED) -o .bin/own-plugin .
	@set -e; for judge in $(PLUGIN_JUDGES); do echo "== $$judge"; \
	  (cd $$judge && $(TEST_PLUGINS) $(GO) run ./cmd/oracle $(ORACLE) ../../cases/plugins); done
	$(TEST_PLUGINS) $(GO) test -count=1 -run '^TestEachCaseIsAnsweredAsVeleroAnswersIt$$/^plugins$$' ./transform
	$(TEST_PLUGINS) $(GO) test -count=1 -run 'Store' ./transform/plugins
	cd testdata/plugins/aws && CGO_ENABLED=0 $(GO) build -o $(CURDIR)/.bin/velero-plugin-for-aws github.com/vmware-tanzu/velero-plugin-for-aws/velero-plugin-for-aws
	cd testdata/plugins/aws && VELTX_AWS_PLUGIN=$(CURDIR)/.bin/velero-plugin-for-aws $(TEST_PLUGINS) $(GO) test -count=1 .

# The version is what /version says; without it, the server takes itself for a v0.0.0.
KUBERNETES := v1.33.13
VERSION := k8s.io/component-base/version

.bin/apiserver/kube-apiserver: testdata/apiserver/kube/go.mod
	cd testdata/apiserver/kube && CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w -X $(VERSION).gitVersion=$(KUBERNETES) -X $(VERSION).gitMajor=1 -X $(VERSION).gitMinor=33' \
	  -o $(CURDIR)/$@ k8s.io/kubernetes/cmd/kube-apiserver

.bin/apiserver/etcd: testdata/apiserver/etcd/go.mod
	cd testdata/apiserver/etcd && CGO_ENABLED=0 $(GO) build $(STRIPPED) -o $(CURDIR)/$@ go.etcd.io/etcd/server/v3

conformance-apiserver: .bin/apiserver/kube-apiserver .bin/apiserver/etcd ## is each kept answer what a real kube-apiserver says, and does target script read one? (first build: 15 minutes)
	$(GO) run ./testdata/apiserver/random -bin .bin/apiserver -check testdata/apiserver/kept
	VELTX_API_SERVER=$(CURDIR)/.bin/apiserver $(GO) test -count=1 -parallel 2 ./testdata/apiserver/script ./testdata/apiserver/whole
	VELTX_API_SERVER=$(CURDIR)/.bin/apiserver $(GO) test -count=1 -run ARealAPIServer ./cmd

conformance-apiserver-random: .bin/apiserver/kube-apiserver .bin/apiserver/etcd ## ask a real kube-apiserver and veltx about N (2000) random objects, from SEED (1)
	$(GO) run ./testdata/apiserver/random -bin .bin/apiserver -n $(N) -seed $(SEED)

mutate: ## change one thing after the other in package PKG; which changes does no test notice? (TESTS=packages, by commas)
	$(GO) run ./testdata/mutation -tests '$(TESTS)' $(PKG)

behaviors: ## which case notices when a behavior of a release of Velero is flipped? (writes testdata/mutation/behaviors/noticed.txt)
	$(GO) run ./testdata/mutation/behaviors

# goreleaser takes no commit from a repository without a remote, and calls the snapshot none.
REMOTE = $(if $(shell git ls-remote --get-url 2>/dev/null),,GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=remote.origin.url GIT_CONFIG_VALUE_0=https://github.com/veltx/veltx.git)

snapshot: $(RELEASE) ## build everything of a release into dist/, and publish nothing (first time: some minutes for goreleaser)
	rm -rf .bin/images
	$(REMOTE) $(RELEASE) release --snapshot --clean --skip=publish,announce,validate
	mv .bin/images/*.tar dist/
	SOURCE_DATE_EPOCH=$(EPOCH) .bin/release homes "$$(sed -n 's/.*"version":"\([^"]*\)".*/\1/p' dist/metadata.json)" dist
	testdata/release/check.sh dist

$(RELEASE): # installed once; it never touches go.mod
	GOBIN=$(CURDIR)/.bin/tmp $(GO) install -trimpath github.com/goreleaser/goreleaser/v2@$(RELEASER)
	mv .bin/tmp/goreleaser $@ && rm -rf .bin/tmp

release-texts: ## write man pages and completions into .bin/texts
	cd testdata/release && $(GO) vet . && $(GO) test -short . && $(GO) build -trimpath -o $(CURDIR)/.bin/release .
	SOURCE_DATE_EPOCH=$(EPOCH) .bin/release texts .bin/texts

reproducible: $(RELEASE) ## are two snapshots in two folders equal, to the byte?
	rm -rf .bin/twice && mkdir -p .bin/twice
	@set -e; for copy in a b; do git clone -q . .bin/twice/$$copy; mkdir .bin/twice/$$copy/.bin; ln -s $(CURDIR)/$(RELEASE) .bin/twice/$$copy/$(RELEASE); \
	  $(MAKE) -C .bin/twice/$$copy snapshot; done
	cmp .bin/twice/a/dist/checksums.txt .bin/twice/b/dist/checksums.txt
	rm -rf .bin/twice

ci: ## what continuous integration runs
	bash .ci/run
