package graph_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/id"
)

// everything returns a selection of all fields of a type and, depth levels
// further, of what these lead to; at the end ids remain.
func (w walk) everything(definition *ast.Definition, depth int) string {
	var fields []string
	for _, field := range definition.Fields {
		if strings.HasPrefix(field.Name, "__") || field.Name == "edges" { // nodes are the same
			continue
		}
		// Fields of the members of a union may differ in their types.
		text := definition.Name + "_" + field.Name + ": " + field.Name
		switch {
		case definition.Name+"."+field.Name == "Challenge.similar":
			text += "(first: 20)"
		case field.Arguments.ForName("first") != nil:
			text += "(first: 100)"
		}
		target := w.schema.Types[field.Type.Name()]
		switch {
		case target.IsLeafType():
		case w.isNode(target) && depth == 0:
			text += " { ... on Node { id } }"
		default:
			below := depth
			if w.isNode(target) {
				below--
			}
			text += " {"
			for _, possible := range w.schema.GetPossibleTypes(target) {
				text += " ... on " + possible.Name + " { " + w.everything(possible, below) + " }"
			}
			text += " }"
		}
		fields = append(fields, text)
	}
	return strings.Join(fields, " ")
}

// readEverything asks every list at the root for all items and all that these
// lead to. It returns the answers by the name of the list.
func readEverything(t *testing.T, handler http.Handler, actor auth.Actor) map[string]answer {
	t.Helper()
	w := walk{schema: graph.Schema()}
	answers := map[string]answer{}
	for _, field := range w.schema.Query.Fields {
		if field.Arguments.ForName("first") == nil {
			continue
		}
		definition := w.schema.Types[field.Type.Name()]
		asked := "first: 100"
		switch field.Name {
		case "search":
			asked += fmt.Sprintf(`, query: "%s or challenge or run or practice or concept or technology or notes"`, secretWord)
		case "similarChallenges":
			asked = fmt.Sprintf(`first: 20, title: %q`, secretWord)
		case "suggestions":
			asked = fmt.Sprintf(`first: 20, prefix: %q`, secretWord[:2])
		}
		query := fmt.Sprintf("{ %s(%s) { %s } }", field.Name, asked, w.everything(definition, 2))
		answers[field.Name] = mustAsk(auth.WithActor(t.Context(), actor), t, handler, query, nil)
	}
	if len(answers) < 5 {
		t.Fatalf("only %d lists at the root", len(answers))
	}
	return answers
}

// secretsIn returns the ids of secrets that an answer holds.
func secretsIn(text string) []string {
	var found []string
	for _, match := range regexp.MustCompile(`[a-z]+_01900000-0000-7000-8000-([0-9a-f]{12})`).FindAllStringSubmatch(text, -1) {
		if n, err := strconv.ParseInt(match[1], 16, 64); err == nil && n >= firstSecret {
			found = append(found, match[0])
		}
	}
	return found
}

// wantHonestTotals checks that every total is the number of the items: a total
// that counts what nobody may see tells of it.
func wantHonestTotals(t *testing.T, where string, value any) {
	t.Helper()
	switch v := value.(type) {
	case []any:
		for i, item := range v {
			wantHonestTotals(t, where+"."+strconv.Itoa(i), item)
		}
	case map[string]any:
		var total, items any
		for name, member := range v {
			switch {
			case strings.HasSuffix(name, "Connection_totalCount"):
				total = member
			case strings.HasSuffix(name, "Connection_nodes"):
				items = member
			}
			wantHonestTotals(t, where+"."+name, member)
		}
		if list, ok := items.([]any); ok && total != nil && total != float64(len(list)) {
			t.Errorf("%s counts %v items and shows %d", where, total, len(list))
		}
	}
}

// shownTo returns the secrets that an actor sees, by id: true where something
// in the lists leads to them.
func shownTo(actor string, secrets map[int][]string) map[string]bool {
	reasons := map[string][]int{
		"author": {hidden}, "mentor": {hidden}, "member": {ofMembers}, "secret mentor": {ofMembers, hiddenOfMembers},
		"admin": {ofMembers, ofHiddenCohort, hidden, hiddenOfMembers},
	}
	shown := map[string]bool{}
	for _, reason := range reasons[actor] {
		for _, secret := range secrets[reason] {
			shown[secret] = true
		}
	}
	switch actor {
	case "author": // tips and channels have none
		delete(shown, wire(numbered[id.Tip](hidden)))
		delete(shown, wire(numbered[id.Channel](hidden)))
	case "admin":
		shown[wire(numbered[id.Program](hidden))] = true
		shown[wire(numbered[id.Cohort](ofHiddenCohort))] = true
		for _, secret := range secrets[ofDeletedCohort] {
			shown[secret] = false // its rows are not deleted themselves
		}
	}
	return shown
}

func TestNobodySeesWhatIsNotForThem(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, 3)
	secrets := fillSecrets(t, db)
	handler := graph.NewHandler(services(db), generously(time.Millisecond))
	for name, actor := range actors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shown := shownTo(name, secrets)
			var all strings.Builder
			for list, got := range readEverything(t, handler, actor) {
				all.WriteString(got.text)
				wantHonestTotals(t, list, got.Data)
				for _, secret := range secretsIn(got.text) {
					if _, may := shown[secret]; !may {
						t.Errorf("%s shows %s", list, secret)
					}
				}
				if len(shown) == 0 {
					wantNoHint(t, list, got.text)
				}
			}
			for secret, leads := range shown {
				if leads && !strings.Contains(all.String(), secret) {
					t.Errorf("%s may be seen but nothing leads to it", secret)
				}
			}
		})
	}
}

// wantNoHint checks that an answer for somebody who may see no secret has none
// of their texts, and shows what only they speak of in its own list alone.
func wantNoHint(t *testing.T, list, text string) {
	t.Helper()
	if at := strings.Index(strings.ToLower(text), secretWord); at >= 0 {
		t.Errorf("%s tells a secret: %.300s", list, text[max(0, at-200):])
	}
	for own, hint := range map[string]string{"technologies": wire(numbered[id.Technology](quiet)), "concepts": wire(numbered[id.Concept](quiet))} {
		if list != own && strings.Contains(text, hint) {
			t.Errorf("%s tells that a secret speaks of %s", list, hint)
		}
	}
}

// What cannot be seen looks like what does not exist, also to those who know
// its id.
func TestNobodyLoadsByIDWhatIsNotForThem(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, 3)
	secrets := fillSecrets(t, db)
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	var all []string
	for _, ids := range secrets {
		all = append(all, ids...)
	}
	all = append(all, wire(numbered[id.Program](hidden)), wire(numbered[id.Cohort](ofHiddenCohort)))
	for name, actor := range actors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shown := shownTo(name, secrets)
			for ids := range slices.Chunk(all, 100) {
				got := mustAsk(auth.WithActor(t.Context(), actor), t, handler,
					"query($ids: [ID!]!) { nodes(ids: $ids) { id } }", map[string]any{"ids": ids})
				nodes, _ := got.Data["nodes"].([]any)
				for i, secret := range ids {
					leads, may := shown[secret]
					if nodes[i] != nil && !may || nodes[i] == nil && leads {
						t.Errorf("%s: %v", secret, nodes[i])
					}
				}
			}
		})
	}
}

// Look-ups and filters of the root tell a visitor nothing either.
func TestFiltersAndLookUpsTellNothing(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, 3)
	fillSecrets(t, db)
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	cohort, doc := wire(numbered[id.Cohort](ofMembers)), wire(numbered[id.Document](ofMembers))
	tests := map[string]struct{ query, public, secret string }{
		"node":                    {`node(id: "%s") { id }`, wire(numbered[id.Challenge](0)), wire(numbered[id.Challenge](ofMembers))},
		"challenge":               {`challenge(id: "%s") { id }`, wire(numbered[id.Challenge](0)), wire(numbered[id.Challenge](hidden))},
		"practice":                {`practice(id: "%s") { id }`, wire(numbered[id.Practice](0)), wire(numbered[id.Practice](missing))},
		"document":                {`document(id: "%s") { id }`, wire(numbered[id.Document](0)), doc},
		"cohort":                  {`cohort(id: "%s") { id }`, wire(numbered[id.Cohort](0)), cohort},
		"program":                 {`program(slug: "%s") { id }`, "program-00", fmt.Sprintf("%s-%d", secretWord, hidden)},
		"technology":              {`technology(slug: "%s") { id }`, "t-00", secretWord},
		"concept":                 {`concept(slug: "%s") { id }`, "concept-00", secretWord},
		"user":                    {`user(handle: "%s") { id }`, "Learner-00", secretWord},
		"challenges of cohort":    {`challenges(filter: {cohort: "%s"}) { totalCount }`, wire(numbered[id.Cohort](0)), cohort},
		"challenges of document":  {`challenges(filter: {document: "%s"}) { totalCount }`, wire(numbered[id.Document](1)), wire(numbered[id.Document](hidden))},
		"challenges by text":      {`challenges(filter: {text: "%s"}) { totalCount }`, "tests", secretWord},
		"challenges about":        {`challenges(filter: {technology: "%s"}) { totalCount }`, "t-00", "quiet"},
		"documents of cohort":     {`documents(filter: {cohort: "%s"}) { totalCount }`, wire(numbered[id.Cohort](0)), cohort},
		"documents about":         {`documents(filter: {technology: "%s"}) { totalCount }`, "t-00", "quiet"},
		"practices of cohort":     {`practices(filter: {cohort: "%s"}) { totalCount }`, wire(numbered[id.Cohort](0)), cohort},
		"practices about":         {`practices(filter: {technology: "%s"}) { totalCount }`, "t-00", "quiet"},
		"programs about":          {`programs(filter: {technology: "%s"}) { totalCount }`, "t-00", "quiet"},
		"users of cohort":         {`users(filter: {cohort: "%s"}) { totalCount }`, wire(numbered[id.Cohort](0)), cohort},
		"users of hidden cohort":  {`users(filter: {cohort: "%s"}) { totalCount }`, wire(numbered[id.Cohort](0)), wire(numbered[id.Cohort](ofHiddenCohort))},
		"cohorts by visibility":   {`cohorts(filter: {visibility: %s}) { totalCount }`, "PUBLIC", "MEMBERS"},
		"technologies by text":    {`technologies(filter: {nameContains: "%s"}) { totalCount }`, "tech", secretWord},
		"concepts by text":        {`concepts(filter: {titleContains: "%s"}) { totalCount }`, "concept", secretWord},
		"search":                  {`search(query: "%s") { totalCount }`, "tests", secretWord},
		"search mistyped":         {`search(query: "%s") { totalCount }`, "techology", "sesaem"},
		"search of cohort":        {`search(query: "tests or sesame", filter: {cohort: "%s"}) { totalCount }`, wire(numbered[id.Cohort](0)), cohort},
		"search of program":       {`search(query: "tests or sesame", filter: {program: "%s"}) { totalCount }`, wire(numbered[id.Program](0)), wire(numbered[id.Program](hidden))},
		"search about":            {`search(query: "tests or sesame", filter: {technology: "%s"}) { totalCount }`, "t-00", "quiet"},
		"similar challenges":      {`similarChallenges(title: "%s") { score }`, "slow tests challenge", secretWord},
		"similar in cohort":       {`similarChallenges(title: "slow tests challenge", cohort: "%s") { score }`, wire(numbered[id.Cohort](0)), cohort},
		"suggestions":             {`suggestions(prefix: "%s") { text }`, "chal", secretWord},
		"documents of an account": {`documents(filter: {owner: "%s"}) { totalCount }`, wire(numbered[id.User](2)), wire(numbered[id.User](theSecretMentor))},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for argument, found := range map[string]bool{test.public: true, test.secret: false} {
				got := mustAsk(t.Context(), t, handler, "{ got: "+fmt.Sprintf(test.query, argument)+" }", nil)
				if isEmpty(got.Data["got"]) == found {
					t.Errorf("%s: %s", argument, got.text)
				}
			}
		})
	}
}
