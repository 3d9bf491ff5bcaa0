package pair

import (
	"github.com/project-nexus/nexus/internal/ingest/outline"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

// table reads a table: one column is the difficulty, one the solution, the
// others tell more. Without a head that says so, the first and the last.
func (f *finder) table(t *outline.Node) {
	if len(t.Rows) < 2 || len(t.Rows[0].Cells) == 0 {
		return
	}
	columns := columnsOf(t.Rows[0].Cells)
	for _, row := range t.Rows[1:] {
		d := f.draft("", row.Line, row.Line)
		at := &outline.Node{First: row.Line, Last: row.Line}
		for i, cell := range row.Cells {
			switch {
			case i >= len(columns):
			case columns[i] == vocabulary.ChallengeLabel:
				d.Title = oneLine(cell)
			case columns[i] != vocabulary.NoLabel:
				d.add(columns[i], cell.Markdown(), at)
			}
		}
		f.pairs = append(f.pairs, d)
	}
}

// columnsOf tells what each column holds.
func columnsOf(head []outline.Inline) []vocabulary.Label {
	columns := make([]vocabulary.Label, len(head))
	title, solution := -1, -1
	v := vocabulary.Get()
	for i, cell := range head {
		name := cell.Trim().String()
		switch {
		case solution < 0 && (v.Labels(name, vocabulary.SolutionLabel) || v.Section(name, false) == vocabulary.Solutions):
			solution = i
		case title < 0 && (v.Labels(name, vocabulary.ChallengeLabel) || v.Section(name, false) == vocabulary.Challenges):
			title = i
		case isNumberColumn(name):
			columns[i] = vocabulary.NoLabel
			continue
		}
		columns[i] = vocabulary.DetailLabel
	}
	if title < 0 {
		title = firstOther(columns, solution)
	}
	if solution < 0 && len(head) > 1 {
		solution = len(head) - 1
	}
	if title >= 0 {
		columns[title] = vocabulary.ChallengeLabel
	}
	if solution >= 0 && solution != title {
		columns[solution] = vocabulary.SolutionLabel
	}
	return columns
}

func isNumberColumn(name string) bool {
	switch name {
	case "#", "No", "No.", "Nr", "Nr.", "S/N", "":
		return true
	}
	return false
}

func firstOther(columns []vocabulary.Label, solution int) int {
	for i, c := range columns {
		if i != solution && c != vocabulary.NoLabel {
			return i
		}
	}
	return -1
}
