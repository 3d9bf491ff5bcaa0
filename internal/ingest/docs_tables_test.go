package ingest_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/entry"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
)

// tableOf returns the cells of the first table below a heading of the page,
// without its head and without code marks.
func tableOf(t *testing.T, page, heading string) [][]string {
	t.Helper()
	_, below, found := strings.Cut(page, "# "+heading+"\n")
	_, table, _ := strings.Cut(below, "\n|---")
	if !found || table == "" {
		t.Fatalf("there is no table below %q", heading)
	}
	var rows [][]string
	for _, line := range strings.Split(table, "\n")[1:] {
		if !strings.HasPrefix(line, "|") {
			break
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.Trim(cells[i], " `")
		}
		rows = append(rows, cells)
	}
	return rows
}

// column returns the sorted cells of a column.
func column(rows [][]string, i int) []string {
	var cells []string
	for _, row := range rows {
		cells = append(cells, row[i])
	}
	slices.Sort(cells)
	return cells
}

// holdsRefusals compares a table of limits with what is refused: each message
// with the error of the same place in the map.
func holdsRefusals(t *testing.T, rows [][]string, refused map[string]error) {
	t.Helper()
	if diff := cmp.Diff(slices.Sorted(maps.Keys(refused)), column(rows, 1)); diff != "" {
		t.Fatalf("messages (-tested +page):\n%s", diff)
	}
	digits := regexp.MustCompile(`\b\d[\d,]*\b`)
	for _, row := range rows {
		limit, message, code := row[0], row[1], row[2]
		pattern := regexp.MustCompile(`\b(N|NAME)\b`).ReplaceAllStringFunc(regexp.QuoteMeta(message), func(word string) string {
			return map[string]string{"N": `\d+`, "NAME": `.+`}[word]
		})
		var err *errs.Error
		if !errors.As(refused[message], &err) || string(err.Code) != code || !regexp.MustCompile(`^`+pattern+`$`).MatchString(err.Message) {
			t.Errorf("%s is refused with %v", limit, refused[message])
		}
		number := strings.ReplaceAll(digits.FindString(limit), ",", "")
		if said := digits.FindString(strings.ReplaceAll(message, "UTF-8", "")); said != "" && said != number {
			t.Errorf("%q is not the limit of %q", limit, message)
		}
	}
}

// inCode is a text of so many bytes in a block of code.
func inCode(size int) string {
	text := "```\n" + strings.Repeat(strings.Repeat("a", 999)+"\n", (size-8)/1000)
	return text + strings.Repeat("a", size-4-len(text)) + "\n```"
}

func TestThePageNamesTheLimitsOfATextAndTheirErrors(t *testing.T) {
	t.Parallel()
	refused := map[string]error{}
	for message, text := range map[string]struct{ fits, over string }{
		"is larger than 5 MiB": {inCode(5 << 20), inCode(5<<20 + 1)},
		"holds more than 512 KiB of text outside of code": {
			strings.Repeat(strings.Repeat("a", 1023)+"\n", 511) + strings.Repeat("a", 1023), strings.Repeat(strings.Repeat("a", 1023)+"\n", 512),
		},
		"has more than 100000 lines":                         {"```" + strings.Repeat("\n", 99_999) + "```", "```" + strings.Repeat("\n", 100_000) + "```"},
		"has more than 20000 lines outside of code":          {strings.Repeat("\n", 19_999), strings.Repeat("\n", 20_000)},
		"line N is longer than 64 KiB":                       {strings.Repeat("a", 64<<10), strings.Repeat("a", 64<<10+1)},
		"line N nests lists or quotes deeper than 60 levels": {strings.Repeat("> ", 59) + "a", strings.Repeat("> ", 61) + "a"},
		"holds more than 60000 Markdown marks": {
			strings.Repeat("a"+strings.Repeat("#", 100)+"\n\n", 600), strings.Repeat("a"+strings.Repeat("#", 100)+"\n\n", 600) + "a#",
		},
		"holds more than 300000 Markdown marks, those in code included": {
			"```\n" + strings.Repeat(strings.Repeat("#", 49_999)+"\n", 6) + "```", "```\n" + strings.Repeat(strings.Repeat("#", 49_999)+"\n", 6) + "#\n```",
		},
		"holds tables of more than 60000 cells":   {cells(600, 100), cells(600, 101)},
		"is binary, not text: it holds NUL bytes": {"a", "a\x00"},
		"is binary, not text: it holds N control characters": {
			strings.Repeat("\x01", 20) + strings.Repeat("a", 980), strings.Repeat("\x01", 21) + strings.Repeat("a", 979),
		},
		"is binary or in an unknown encoding: N of N bytes are no UTF-8": {
			strings.Repeat("a\xff", 20) + strings.Repeat("a", 960), strings.Repeat("a\xff", 21) + strings.Repeat("a", 958),
		},
	} {
		if _, err := ingest.Extract([]byte(text.fits)); err != nil {
			t.Errorf("at the limit of %q: %v", message, err)
		}
		_, refused[message] = ingest.Extract([]byte(text.over))
	}
	holdsRefusals(t, tableOf(t, importing(t), "Of a text"), refused)
}

// cells is a table, the rows of which leave all cells but one out.
func cells(columns, rows int) string {
	return strings.Repeat("|a", columns-1) + "\n" + strings.Repeat("|-", columns-1) + "\n" + strings.Repeat("a\n", rows)
}

func TestThePageNamesWhatIsCut(t *testing.T) {
	t.Parallel()
	word := strings.Repeat("Long", 400)
	d := extract(t, "# "+word+"\n\nThe New "+word+" Programme.\n\n## Tools\n\n- "+word+".js\n\n## Concepts\n\n- "+word+"\n\n## Challenges\n\n- "+word+
		"\n\n## Takeaways\n\n- "+word+"\n\n## Collaboration\n\n- Discord: #"+word+"\n"+strings.Repeat("- TODO\n", 60))
	length := func(s string) string {
		n := strconv.Itoa(len([]rune(s)))
		if len(n) > 3 {
			n = n[:len(n)-3] + "," + n[len(n)-3:]
		}
		return n
	}
	if len(d.Challenges[0].Title) != len(d.Practices[0].Title) || len(d.Concepts[0].Title) != len(d.Program) {
		t.Error("titles that the page names together are cut at different lengths")
	}
	want := fmt.Sprintf("Titles are cut at %s characters (challenges and practices), %s (documents) or %s (concepts, programmes), names at %s (technologies) or %s (channels).",
		length(d.Challenges[0].Title), length(d.Title), length(d.Concepts[0].Title), length(d.Technologies[0].Name), length(d.Channels[0].Name))
	page := strings.Join(strings.Fields(importing(t)), " ")
	if !strings.Contains(page, want) {
		t.Errorf("the page does not say: %s", want)
	}
	for name, body := range map[string]string{"challenge": d.Challenges[0].Body, "practice": d.Practices[0].Body, "concept": d.Concepts[0].Text} {
		if body != word {
			t.Errorf("the %s lost what was cut off", name)
		}
	}
	alike := 0
	for _, found := range d.Diagnostics {
		if found.Code == "TEMPLATE_PLACEHOLDER" {
			alike++
		}
	}
	if want := fmt.Sprintf("at most %d diagnostics of one code", alike); !strings.Contains(page, want) {
		t.Errorf("the page does not say: %s", want)
	}
}

// codesIn returns the constants of a package that are codes of diagnostics.
func codesIn(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, isSpec := n.(*ast.ValueSpec)
			if !isSpec || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, "code") {
				return true
			}
			if value, isLiteral := spec.Values[0].(*ast.BasicLit); isLiteral && value.Kind == token.STRING {
				codes = append(codes, strings.Trim(value.Value, `"`))
			}
			return true
		})
	}
	if len(codes) == 0 {
		t.Fatalf("%s has no codes", dir)
	}
	return codes
}

func TestThePageNamesEveryDiagnostic(t *testing.T) {
	t.Parallel()
	rows := tableOf(t, importing(t), "Diagnostics")
	own := codesIn(t, ".")
	codes := slices.Concat(own, codesIn(t, "../importer"))
	slices.Sort(codes)
	if diff := cmp.Diff(codes, column(rows, 0)); diff != "" {
		t.Errorf("codes (-code +page):\n%s", diff)
	}
	severities := map[string]map[string]bool{}
	for _, markdown := range []string{
		"", "# Notes\n\n## Takeaways\n\n## Challenges\n\n- Mails got lost\n", "##Notes\n\n- TODO\n", "```sh\nx\n", "```\n# Notes\n\n## Tools\n```\n", "caf\xe9\n",
		strings.Repeat("*", 4000) + "\n", strings.Repeat("*", 4001) + "\n",
		"- Submit your project\n- You are required to say more\n- The submission deadline is near\n- Submit your project\n",
	} {
		for _, d := range extract(t, markdown).Diagnostics {
			if severities[d.Code] == nil {
				severities[d.Code] = map[string]bool{}
			}
			severities[d.Code][string(d.Severity)] = true
		}
	}
	for _, row := range rows {
		if !slices.Contains(own, row[0]) {
			continue // needs a hub
		}
		if got := strings.Join(slices.Sorted(maps.Keys(severities[row[0]])), ", "); got != row[1] {
			t.Errorf("%s is %q, not %q", row[0], got, row[1])
		}
		if row[2] == "" || row[3] == "" {
			t.Errorf("the page does not say what %s means, or what to do", row[0])
		}
	}
}

func TestThePageNamesTheMarksOfAParagraph(t *testing.T) {
	t.Parallel()
	if !strings.Contains(importing(t), "more than 4,000 of") {
		t.Error("the page does not name the limit")
	}
	for marks, want := range map[int]bool{4000: false, 4001: true} {
		if got := hasDiagnostic(extract(t, strings.Repeat("*", marks)), "TOO_MANY_MARKS", 1); got != want {
			t.Errorf("%d marks: %t", marks, got)
		}
	}
}

func TestThePageNamesTheFlagsOfImport(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../../cmd/nexus/import.go")
	if err != nil {
		t.Fatal(err)
	}
	var flags []string
	for _, m := range regexp.MustCompile(`f\.\w+Var\(&[\w.]+, "([\w-]+)"`).FindAllStringSubmatch(string(source), -1) {
		flags = append(flags, "--"+m[1])
	}
	slices.Sort(flags)
	if diff := cmp.Diff(flags, column(tableOf(t, importing(t), "Quick start"), 0)); diff != "" {
		t.Errorf("flags (-command +page):\n%s", diff)
	}
}

// Two examples are two revisions of a document, and the second table of the
// section tells which stored entry each entry of the second is.
func TestThePageTellsWhichEntryIsWhich(t *testing.T) {
	t.Parallel()
	page := importing(t)
	var revisions []*ingest.Document
	for _, b := range blocksOf(t, page) {
		if b.below == "Importing again" && b.info == "markdown" {
			revisions = append(revisions, extract(t, b.text))
		}
	}
	if len(revisions) != 2 {
		t.Fatalf("%d revisions", len(revisions))
	}
	was, is := revisions[0], revisions[1]
	var cohort *id.Cohort
	var edited, missing *time.Time
	var stored []entry.Row
	for _, c := range was.Challenges {
		span := entry.SpanOf(c.Span)
		first, last := &span.First, &span.Last
		stored = append(stored, entry.Row{CohortID: &cohort, FirstLine: &first, LastLine: &last, EditedAt: &edited, MissingAt: &missing, Title: c.Title, Body: c.Body})
	}
	var fresh []entry.Fresh
	for _, c := range is.Challenges {
		span := entry.SpanOf(c.Span)
		fresh = append(fresh, entry.Fresh{Title: c.Title, Body: c.Body, Source: entry.LinesOf(is.Text).Span(span), Span: span})
	}
	lost := map[string]bool{}
	for _, c := range was.Challenges {
		lost[c.Title] = true
	}
	got := map[string]string{}
	for i, match := range entry.Match(stored, fresh, entry.LinesOf(was.Text)) {
		if match < 0 {
			got[fresh[i].Title] = "new"
			continue
		}
		got[fresh[i].Title] = stored[match].Title
		delete(lost, stored[match].Title)
	}
	want := map[string]string{}
	_, below, _ := strings.Cut(page, "then the new text finds")
	for _, row := range tableOf(t, "# it\n"+below, "it") {
		want[row[0]] = row[1]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-page +matched):\n%s", diff)
	}
	if said := regexp.MustCompile(`"([^"]+)" is \*missing\*`).FindStringSubmatch(page); said == nil || len(lost) != 1 || !lost[said[1]] {
		t.Errorf("missing are %v, the page says %q", lost, said)
	}
}

func TestTheTemplateOfThePageImportsFully(t *testing.T) {
	t.Parallel()
	templates := 0
	for _, b := range blocksOf(t, importing(t)) {
		if b.below != "A README that imports fully" || b.info != "markdown" {
			continue
		}
		templates++
		d := extract(t, b.text)
		if len(d.Diagnostics) > 0 {
			t.Errorf("diagnostics %v", d.Diagnostics)
		}
		for kind, n := range map[string]int{
			"title": len(d.Title), "programme": len(d.Program), "overview": len(d.Overview), "technologies": len(d.Technologies), "concepts": len(d.Concepts),
			"challenges": len(d.Challenges), "practices": len(d.Practices), "tips": len(d.Tips), "channels": len(d.Channels),
		} {
			if n == 0 {
				t.Errorf("there are no %s", kind)
			}
		}
		for _, c := range d.Challenges {
			if c.Solution == nil {
				t.Errorf("%q has no solution", c.Title)
			}
		}
	}
	if templates != 1 {
		t.Errorf("%d templates were found", templates)
	}
}
