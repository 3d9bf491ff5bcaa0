package ingest_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/ingest"
)

const sample = "# Notes\n\n## Key Technologies\n\n- Redis\n\n## Challenges\n\n- **Challenge:** A\n  **Solution:** B\n"

func TestEncodingsAndLineEndsMakeNoDifference(t *testing.T) {
	t.Parallel()
	want := extract(t, sample)
	for name, raw := range map[string][]byte{
		"byte order mark": []byte("\ufeff" + sample),
		"CRLF":            []byte(strings.ReplaceAll(sample, "\n", "\r\n")),
		"CR":              []byte(strings.ReplaceAll(sample, "\n", "\r")),
		"UTF-16 LE":       inUTF16(sample, binary.LittleEndian, true),
		"UTF-16 BE":       inUTF16(sample, binary.BigEndian, true),
		"UTF-16 bare":     inUTF16(sample, binary.LittleEndian, false),
	} {
		got, err := ingest.Extract(raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func inUTF16(s string, order binary.AppendByteOrder, marked bool) []byte {
	var raw []byte
	if marked {
		raw = order.AppendUint16(raw, 0xfeff)
	}
	for _, unit := range utf16.Encode([]rune(s)) {
		raw = order.AppendUint16(raw, unit)
	}
	return raw
}

func TestWholeDocumentInAFence(t *testing.T) {
	t.Parallel()
	for _, fence := range []string{"```", "```markdown", "~~~~md"} {
		closing := strings.TrimRight(fence, "markdown")
		d := extract(t, fence+"\n"+sample+closing+"\n")
		if len(d.Challenges) != 1 || len(d.Technologies) != 1 {
			t.Errorf("%s: found %d challenges and %d technologies", fence, len(d.Challenges), len(d.Technologies))
		}
	}
}

func TestFenceWithoutEndHidesNothing(t *testing.T) {
	t.Parallel()
	for name, markdown := range map[string]string{
		"before a heading":        "# Notes\n\n```bash\nrun\n\n## Challenges\n\n- **A**: fixed by B\n",
		"before the next fence":   "# Notes\n\n```bash\nrun\n\n## Challenges\n\n- **A**: fixed by B\n\n```go\nx\n```\n",
		"comments are no heading": "# Notes\n\n```bash\n# install\nrun\n# start\nrun\n\n## Challenges\n\n- **A**: fixed by B\n",
	} {
		d := extract(t, markdown)
		if len(d.Challenges) != 1 {
			t.Errorf("%s: %d challenges", name, len(d.Challenges))
		}
		if !hasDiagnostic(d, "UNBALANCED_FENCE", 3) {
			t.Errorf("%s: diagnostics %v", name, d.Diagnostics)
		}
	}
}

func TestFenceWithoutStartHidesNothing(t *testing.T) {
	t.Parallel()
	d := extract(t, "# Notes\n\njson\n{\n  \"a\": 1\n}\n```\n\n## Challenges\n\n- **A**: fixed by B\n\n```sh\nrun\n```\n")
	if len(d.Challenges) != 1 || !hasDiagnostic(d, "UNBALANCED_FENCE", 7) {
		t.Errorf("%d challenges, diagnostics %v", len(d.Challenges), d.Diagnostics)
	}
}

func TestBadInputIsRefusedWithItsReason(t *testing.T) {
	t.Parallel()
	var indented strings.Builder
	for i := range 200 {
		indented.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	for name, test := range map[string]struct {
		raw    string
		code   errs.Code
		reason string
	}{
		"too large":        {strings.Repeat("a b\n", ingest.MaxSize/4+1), errs.CodePayloadTooLarge, "larger than 5 MiB"},
		"NUL bytes":        {"\x7fELF\x00\x00\x01", errs.CodeBadUserInput, "NUL"},
		"no encoding":      {strings.Repeat("\xff\xd8\xe0 JFIF", 50), errs.CodeBadUserInput, "no UTF-8"},
		"control bytes":    {strings.Repeat("\x01\x02ab", 50), errs.CodeBadUserInput, "control characters"},
		"a long line":      {strings.Repeat("a", 1<<20), errs.CodeBadUserInput, "line 1 is longer than 64 KiB"},
		"a deep list":      {strings.Repeat("- ", 10_000) + "a", errs.CodeBadUserInput, "deeper than 60 levels"},
		"a deep quote":     {"text\n\n" + strings.Repeat("> ", 10_000) + "a", errs.CodeBadUserInput, "line 3"},
		"a deep tree":      {indented.String(), errs.CodeBadUserInput, "deeper than 60 levels"},
		"too many lines":   {strings.Repeat("\n", 1<<20), errs.CodeBadUserInput, "more than 100000 lines"},
		"too much text":    {strings.Repeat(strings.Repeat("a b ", 500)+"\n", 600), errs.CodeBadUserInput, "KiB of text"},
		"a table too long": {strings.Repeat("|a|b|\n", 60_000), errs.CodeBadUserInput, "Markdown marks"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ingest.Extract([]byte(test.raw))
			var refused *errs.Error
			if !errors.As(err, &refused) || refused.Code != test.code || !strings.Contains(refused.Message, test.reason) {
				t.Errorf("got %v, want %s with %q", err, test.code, test.reason)
			}
		})
	}
}

// These once took a parser minutes, or gigabytes; go test's own deadline and the
// limits above hold them.
func TestOddInputIsReadQuickly(t *testing.T) {
	t.Parallel()
	for _, mark := range []string{"[", "*", "<", "`", "_", "|", "![", "*a_ ", "[a](", "a* ", "<!--", "1.", "~", "\\"} {
		line := strings.Repeat(mark, 78/len(mark)) + "\n"
		for _, raw := range []string{strings.Repeat(mark, 60_000/len(mark)), strings.Repeat(line, 80_000/len(line))} {
			if d, err := ingest.Extract([]byte(raw)); err == nil && len(d.Challenges) > 0 {
				t.Errorf("%q: found challenges", mark)
			}
		}
	}
	for name, raw := range map[string]string{
		"practices":   "# Best practices\n\n" + strings.Repeat("- Use Redis with care: always\n", 15_000),
		"challenges":  "# Challenges\n\n" + strings.Repeat("**Challenge:** a\n**Solution:** b\n", 6_500),
		"headings":    strings.Repeat("## Challenge 1: foo\n\n", 9_000),
		"a paragraph": strings.Repeat("word word word\n", 19_000),
		"channels":    "# Collaboration\n\n- " + strings.Repeat("#aaa discord ", 4_500),
		"fences":      strings.Repeat("```go\n", 50_000),
		"code":        "```\n" + strings.Repeat(strings.Repeat("code ", 20)+"\n", 50_000) + "```\n",
	} {
		if _, err := ingest.Extract([]byte(raw)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOddHeadingsAreRead(t *testing.T) {
	t.Parallel()
	body := "\n\n- Use keys\n- Use pages\n"
	for _, heading := range []string{
		"# Best Practices", "#### Best Practices:", "##Best Practices", "#Best Practices & Takeaways", "## 🌟 4. **Best Practices**",
		"Best Practices\n---", "**Best Practices**", "**Best Practices:**", "Best Practices", "5️⃣ Best Practices", "# Overview\n\nx\n\n# Best Practices",
		"## Major Learnings\n\n**Best Practices**", "<h2 align=\"left\">Best <i>Practices</i></h2>",
	} {
		if d := extract(t, heading+body); len(d.Practices) != 2 {
			t.Errorf("%q: %d practices", heading, len(d.Practices))
		}
	}
}

func TestManualYieldsTechnologiesAlone(t *testing.T) {
	t.Parallel()
	d := extract(t, "# Shop API\n\nA REST API built with Django.\n\n## Features\n\n- **Fast**: cached pages\n- **Challenges**: none\n\n## Installation\n\n1. Clone\n2. Run `pip install`\n\n## API Endpoints\n\n| Method | Path |\n|--|--|\n| GET | /items |\n\n## Contributing\n\n- Fork it\n")
	if len(d.Technologies) == 0 {
		t.Error("found no technologies")
	}
	if n := len(d.Concepts) + len(d.Challenges) + len(d.Practices) + len(d.Tips) + len(d.Channels); n > 0 || d.Program != "" {
		t.Errorf("found %+v", d)
	}
}

func TestSameBytesGiveSameEntries(t *testing.T) {
	t.Parallel()
	for name, raw := range hub(t) {
		first, err := ingest.Extract(raw)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			again, err := ingest.Extract(bytes.Clone(raw))
			if err != nil || !reflect.DeepEqual(first, again) {
				t.Errorf("%s differs when read again (%v)", name, err)
			}
		}
	}
}

func TestGoldJSON(t *testing.T) {
	t.Parallel()
	got, err := ingest.GoldJSON(extract(t, "The Nova Backend Program.\n\n"+sample+"\n## Takeaways\n\n- **Ask**: early\n\n## Collaboration\n\n- Discord: #help\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := `{
 "program": {
  "title": "Nova Backend Program"
 },
 "technologies": [
  "Redis"
 ],
 "concepts": [],
 "challenges": [
  {
   "title": "A",
   "solution": "B"
  }
 ],
 "practices": [
  "Ask: early"
 ],
 "channels": [
  "Discord #help"
 ]
}
`
	if string(got) != want {
		t.Errorf("got %s", got)
	}
}

func hasDiagnostic(d *ingest.Document, code string, line int) bool {
	for _, found := range d.Diagnostics {
		if found.Code == code && found.Line == line {
			return true
		}
	}
	return false
}
