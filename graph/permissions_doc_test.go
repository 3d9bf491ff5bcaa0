package graph_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/auth"
)

// The tables of the page are made from the schema and the rules, so neither can
// change without the page.
func TestPermissionsAreDocumented(t *testing.T) {
	t.Parallel()
	const path = "../docs/permissions.md"
	const command = "go test ./graph -run TestPermissionsAreDocumented -update"
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	fresh := string(file)
	for name, table := range map[string]string{"fields": fieldTable(t, graph.Schema()), "rows": rowTable(t)} {
		begin, end := "<!-- "+name+": written by "+command+" -->\n", "<!-- end of "+name+" -->\n"
		before, rest, _ := strings.Cut(fresh, begin)
		_, after, found := strings.Cut(rest, end)
		if !found {
			t.Fatalf("%s lacks the lines around the table of %s", path, name)
		}
		fresh = before + begin + table + end + after
	}
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(path, []byte(fresh), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(fresh, string(file)); diff != "" {
		t.Errorf("%s is stale, run %s (-fresh +file):\n%s", path, command, diff)
	}
}

// fieldTable lists the mutations, and then the fields of other types that ask
// for a permission.
func fieldTable(t *testing.T, schema *ast.Schema) string {
	t.Helper()
	var table strings.Builder
	table.WriteString("| field | who | access token | what it does |\n|---|---|---|---|\n")
	for _, field := range schema.Mutation.Fields {
		table.WriteString(fieldRow(t, field.Name, field))
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Types)) {
		for _, field := range schema.Types[name].Fields {
			if name != schema.Mutation.Name && field.Directives.ForName("auth") != nil {
				table.WriteString(fieldRow(t, name+"."+field.Name, field))
			}
		}
	}
	return table.String()
}

func fieldRow(t *testing.T, name string, field *ast.FieldDefinition) string {
	t.Helper()
	who, token := "nobody", "none"
	if directive := field.Directives.ForName("auth"); directive != nil {
		arguments := directive.ArgumentMap(nil)
		who = inWords(t, arguments["requires"], map[auth.Principal]string{
			auth.PrincipalVisitor: "everybody", auth.PrincipalUser: "users", auth.PrincipalAdmin: "admins",
		})
		token = inWords(t, arguments["scope"], map[auth.Scope]string{
			auth.ScopeRead: "`READ`", auth.ScopeWrite: "`WRITE`", auth.ScopeAccount: "none",
		})
	}
	sentence, _, _ := strings.Cut(strings.Join(strings.Fields(field.Description), " "), ". ")
	return fmt.Sprintf("| `%s` | %s | %s | %s. |\n", name, who, token, strings.ReplaceAll(strings.TrimSuffix(sentence, "."), "|", `\|`))
}

// inWords returns the words for a value of an enum of the schema.
func inWords[E ~string](t *testing.T, value any, words map[E]string) string {
	t.Helper()
	name, _ := value.(string)
	word, ok := words[E(name)]
	if !ok {
		t.Errorf("no word for %v", value)
	}
	return word
}

// rowTable puts the rules of package auth into words.
func rowTable(t *testing.T) string {
	t.Helper()
	all := []auth.Rows{
		auth.DocumentRows(), auth.ChallengeRows(), auth.SolutionRows(), auth.PracticeRows(),
		auth.TipRows(), auth.ChannelRows(), auth.CommentRows(),
	}
	var table strings.Builder
	table.WriteString("| kind | while hidden, seen by | seen only with | though its document lacks it, seen when |\n|---|---|---|---|\n")
	listed := map[string]bool{}
	for _, rows := range all {
		listed[rows.Table] = true
		fmt.Fprintf(&table, "| %ss | %s | %s | %s |\n", rows.Table, hiddenInWords(rows), neededInWords(rows), missingInWords(rows))
	}
	source, err := os.ReadFile("../internal/auth/rules.go")
	if err != nil {
		t.Fatal(err)
	}
	rules := regexp.MustCompile(`(?m)^func ([A-Z]\w*)Rows\(\) Rows`).FindAllSubmatch(source, -1)
	for _, rule := range rules {
		if !listed[strings.ToLower(string(rule[1]))] {
			t.Errorf("%sRows is not in the table", rule[1])
		}
	}
	if len(rules) != len(all) {
		t.Errorf("%d rules found in rules.go, %d are in the table", len(rules), len(all))
	}
	return table.String()
}

// hiddenInWords tells who sees a row while it is hidden.
func hiddenInWords(r auth.Rows) string {
	if !r.Hidden {
		return "everybody"
	}
	var who []string
	if r.Author != "" {
		who = append(who, "its "+strings.TrimSuffix(r.Author, "_id"))
	}
	switch r.Home {
	case "":
	case r.Table + ".cohort_id":
		who = append(who, "mentors and staff of its cohort")
	default:
		who = append(who, "mentors and staff of the cohort of its "+list(throughNames(r)))
	}
	return strings.Join(append(who, "admins"), "; ")
}

// neededInWords tells what else must be visible for a row to be.
func neededInWords(r auth.Rows) string {
	var needed []string
	if r.Cohort {
		needed = append(needed, "its cohort, if it has one")
	}
	if len(r.Through) > 0 {
		needed = append(needed, "its "+list(throughNames(r)))
	}
	return strings.Join(needed, "; ")
}

func throughNames(r auth.Rows) []string {
	var names []string
	for _, through := range r.Through {
		names = append(names, strings.TrimSuffix(through.Key, "_id"))
	}
	return names
}

// missingInWords tells what keeps a row whose document no longer holds it.
func missingInWords(r auth.Rows) string {
	var done []string
	for _, work := range []struct{ sql, words string }{
		{r.Table + ".edited_at IS NOT NULL", "edited"},
		{" WHERE kept." + r.Table + "_id", "answered"},
		{" WHERE vote." + r.Table + "_id", "voted on"},
		{" WHERE comment." + r.Table + "_id", "commented on"},
	} {
		if strings.Contains(r.Missing, work.sql) {
			done = append(done, work.words)
		}
	}
	return list(done)
}

// list joins words as a sentence does: a, b or c.
func list(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
