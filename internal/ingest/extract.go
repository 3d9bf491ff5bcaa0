package ingest

import (
	"bytes"
	"strings"

	"github.com/project-nexus/nexus/internal/errs"
)

// Extract reads a document.
func Extract(source []byte) (*Document, error) {
	if len(source) > MaxSize {
		return nil, errs.New(errs.CodePayloadTooLarge, "is larger than %d MiB", MaxSize>>20)
	}
	if bytes.IndexByte(source, 0) >= 0 {
		return nil, errs.BadUserInput("is binary, not text")
	}
	return &Document{Text: strings.ReplaceAll(strings.ToValidUTF8(string(source), "�"), "\r\n", "\n")}, nil
}
