package ingest_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/ingest/adverse"
)

// FuzzExtract holds every document to what the database takes: valid text of
// limited length, on lines that exist. The same bytes give the same entries, and
// neither these nor the memory that they take grow faster than the text.
func FuzzExtract(f *testing.F) {
	f.Add([]byte(sample))
	for _, seed := range []string{
		"|Challenge|Solution|\n|-|-|\n|a|b|\n", "# Challenges\n1. A\n- b\n2. C\n- d\n", "```\n# A\n## Concepts\n- x\n", "\xff\xfea\x00",
		"**Challenge:** a\n**Solution:** b", "##Best practices\n• a\n✅ b", "Discord #a\n# Collaboration\n- #b", "> - 1. [x](y) <br> ![i](u)",
		"Challenges\n\nA\tB\n", "# [Your name]\n\n<h1>x</h1>\n\n* *a*: b\n    * c\n", "# Concepts\n|a|\n|-|\n||\n", "a\n---\nb\n===\n", "&nbsp;#&#0;\\\n",
	} {
		f.Add([]byte(seed))
	}
	for _, shape := range adverse.Shapes() {
		f.Add(shape.Document(256))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, taken, err := allocated(raw)
		if taken > allowed(raw) {
			t.Errorf("%d bytes of text take %d bytes of memory", len(raw), taken)
		}
		if err != nil {
			return
		}
		if again, err := ingest.Extract(raw); err != nil || !reflect.DeepEqual(d, again) {
			t.Errorf("read again, %+v (%v) is %+v", d, err, again)
		}
		c := &checker{T: t, lines: strings.Count(d.Text, "\n") + 1}
		c.text("text", d.Text, 0, len(d.Text))
		c.text("title", d.Title, 0, 500)
		c.text("programme", d.Program, 0, 300)
		c.text("overview", d.Overview, 0, len(d.Text)*9+9)
		c.entries(d)
		if most := 100*len(raw) + 5000; c.written > most {
			t.Errorf("%d bytes of text make %d bytes of entries", len(raw), c.written)
		}
		for _, found := range d.Diagnostics {
			if found.Line < 0 || found.Line > c.lines || found.Column < 0 || found.Code == "" {
				t.Errorf("diagnostic %+v of %d lines", found, c.lines)
			}
			c.text("message", found.Message, 1, 1000)
		}
		if _, err := ingest.GoldJSON(d); err != nil {
			t.Error(err)
		}
	})
}

// checker holds entries to what the database takes.
type checker struct {
	*testing.T
	lines int
	// written is how many bytes the entries have.
	written int
}

func (c *checker) entries(d *ingest.Document) {
	c.Helper()
	for _, x := range d.Technologies {
		c.entry("technology", x.Name, x.Text, 200, x.Span)
	}
	for _, x := range d.Concepts {
		c.entry("concept", x.Title, x.Text, 300, x.Span)
		if ingest.Fold(x.Title) == "" {
			c.Errorf("the concept %q cannot be compared", x.Title)
		}
	}
	for _, x := range d.Challenges {
		c.entry("challenge", x.Title, x.Body, 1000, x.Span)
		if x.Solution != nil {
			c.entry("solution", x.Solution.Body, "", 1<<20, x.Solution.Span)
		}
	}
	for _, x := range d.Practices {
		c.entry("practice", x.Title, x.Body, 1000, x.Span)
	}
	for _, x := range d.Tips {
		c.entry("tip", x.Body, "", 1<<20, x.Span)
	}
	for _, x := range d.Channels {
		c.entry("channel", x.Name, x.URL, 300, x.Span)
	}
}

func (c *checker) entry(what, title, body string, limit int, at ingest.Span) {
	c.Helper()
	c.written += len(title) + len(body)
	c.text(what, title, 1, limit)
	c.text(what, body, 0, 1<<22)
	if at.FirstLine < 1 || at.LastLine < at.FirstLine || at.LastLine > c.lines {
		c.Errorf("%s %q stands at %+v of %d lines", what, title, at, c.lines)
	}
}

func (c *checker) text(what, s string, least, most int) {
	c.Helper()
	n := utf8.RuneCountInString(s)
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) || n < least || n > most || least > 0 && strings.TrimSpace(s) == "" {
		c.Errorf("%s %q: %d characters, want %d to %d of valid UTF-8", what, s, n, least, most)
	}
}
