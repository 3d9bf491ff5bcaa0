package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/schollz/progressbar/v3"

	"github.com/project-nexus/nexus/internal/importer"
)

// importReport tells how an import goes: on a terminal by a bar and the
// failures, elsewhere by a line a file; at the end by a summary.
type importReport struct {
	out      io.Writer
	terminal io.Writer // nil where nobody looks at a bar
	bar      *progressbar.ProgressBar
	dryRun   bool
}

func newImportReport(out, errOut io.Writer, dryRun bool) *importReport {
	r := &importReport{out: out, dryRun: dryRun}
	if isTerminal(out) && isTerminal(errOut) {
		r.terminal = errOut
	}
	return r
}

func (r *importReport) progress(p importer.Progress) {
	if r.terminal == nil {
		fmt.Fprintln(r.out, line(p.FileResult))
		return
	}
	if r.bar == nil {
		r.bar = progressbar.NewOptions(p.Total,
			progressbar.OptionSetWriter(r.terminal), progressbar.OptionSetDescription("importing"),
			progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30))
	}
	if p.Err != nil {
		// A screen that cannot be written to loses the bar, not the import.
		_ = r.bar.Clear()
		fmt.Fprintln(r.out, line(p.FileResult))
	}
	_ = r.bar.Set(p.Done)
}

func (r *importReport) end(s importer.Summary) {
	if r.bar != nil {
		_ = r.bar.Finish()
	}
	if len(s.Files) == 0 {
		fmt.Fprintln(r.out, "nothing to import")
		return
	}
	if r.dryRun {
		fmt.Fprintln(r.out, "dry run: nothing was stored")
	}
	fmt.Fprintf(r.out, "%s: %d created, %d updated, %d unchanged, %d skipped, %d failed\n", count(s.Changed(), "change"),
		s.Counts[importer.Created], s.Counts[importer.Updated], s.Counts[importer.Unchanged], s.Counts[importer.Skipped], s.Counts[importer.Failed])
	if c := s.Changes; !c.None() {
		fmt.Fprintf(r.out, "entries: %d created, %d updated, %d missing, %d returned, %d edited by a person and kept\n",
			c.Created, c.Updated, c.Missing, c.Returned, len(c.Kept))
	}
}

// line is a result in one line.
func line(f importer.FileResult) string {
	// Names of files may hold anything; a line is a line.
	path := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return '�'
		}
		return r
	}, f.Path)
	switch {
	case f.Err != nil:
		return fmt.Sprintf("%-9s %s: %v", f.Outcome, path, f.Err)
	case f.Reason != "":
		return fmt.Sprintf("%-9s %s: %s", f.Outcome, path, f.Reason)
	case f.Outcome == importer.Unchanged:
		return fmt.Sprintf("%-9s %s", f.Outcome, path)
	default:
		return fmt.Sprintf("%-9s %s: %s", f.Outcome, path, found(f))
	}
}

// found lists what a document holds, as far as it holds anything.
func found(f importer.FileResult) string {
	var parts []string
	for _, part := range []struct {
		n    int
		noun string
	}{
		{f.Found.Technologies, "technology"},
		{f.Found.Concepts, "concept"},
		{f.Found.Challenges, "challenge"},
		{f.Found.Solutions, "solution"},
		{f.Found.Practices, "practice"},
		{f.Found.Tips, "tip"},
		{f.Found.Channels, "channel"},
		{f.Diagnostics, "diagnostic"},
	} {
		if part.n > 0 {
			parts = append(parts, count(part.n, part.noun))
		}
	}
	if len(parts) == 0 {
		return "no entries"
	}
	return strings.Join(parts, ", ")
}

// count writes a number with its noun.
func count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	default:
		return fmt.Sprintf("%d %ss", n, noun)
	}
}
