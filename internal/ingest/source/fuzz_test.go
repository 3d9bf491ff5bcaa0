package source_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/project-nexus/nexus/internal/ingest/source"
)

// FuzzRead holds the decoder to what the parser and every span rely on: valid
// text, LF alone at the ends of lines, and findings on lines that exist.
func FuzzRead(f *testing.F) {
	f.Fuzz(func(t *testing.T, raw []byte) {
		text, err := source.Read(raw)
		if err != nil {
			return
		}
		if !utf8.ValidString(text.Whole) || strings.ContainsAny(text.Whole, "\r\x00") {
			t.Errorf("%q was read as %q", raw, text.Whole)
		}
		lines := strings.Count(text.Whole, "\n") + 1
		for _, found := range text.Findings {
			if found.Line < 0 || found.Line > lines {
				t.Errorf("finding %+v in %d lines", found, lines)
			}
		}
	})
}
