package source_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/project-nexus/nexus/internal/ingest/adverse"
	"github.com/project-nexus/nexus/internal/ingest/source"
)

// FuzzRead holds the decoder to what the parser and every span rely on: valid
// text, LF alone at the ends of lines, as many lines in the Markdown as in the
// text and hardly more bytes, and findings on lines that exist.
func FuzzRead(f *testing.F) {
	for _, shape := range adverse.Shapes() {
		f.Add(shape.Document(256))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		text, err := source.Read(raw)
		if err != nil {
			return
		}
		for _, s := range []string{text.Whole, text.Markdown} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\r\x00") {
				t.Errorf("%q was read as %q", raw, s)
			}
		}
		lines := strings.Count(text.Whole, "\n") + 1
		if repaired := strings.Count(text.Markdown, "\n") + 1; repaired != lines {
			t.Errorf("%d lines were repaired to %d", lines, repaired)
		}
		if most := len(text.Whole) + 300*lines; len(text.Markdown) > most {
			t.Errorf("%d bytes in %d lines were repaired to %d", len(text.Whole), lines, len(text.Markdown))
		}
		for _, found := range text.Findings {
			if found.Line < 0 || found.Line > lines {
				t.Errorf("finding %+v in %d lines", found, lines)
			}
		}
	})
}
