.PHONY: build test race lint fuzz smoke release ci
build:   ; go build -trimpath -o aibench ./cmd/aibench
test:    ; go test ./...
race:    ; .ci/run race
lint:    ; .ci/run format vet lint
fuzz:    ; .ci/run fuzz
smoke:   ; .ci/run smoke
release: ; goreleaser release --snapshot --clean
ci:      ; .ci/run
