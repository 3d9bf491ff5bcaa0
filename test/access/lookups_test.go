package access

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// lookup says which objects an argument or a part of a path names.
type lookup struct {
	// kind is that of the objects, "" every kind.
	kind string
	// by is what the argument takes: the id, or the slug or handle of an object.
	by func(*object) string
}

func byID(o *object) string  { return o.id }
func byKey(o *object) string { return o.key }

// lookups are the arguments of fields, outside of filters and inputs, that name
// one object or, as a list, several.
func lookups() map[string]lookup {
	return map[string]lookup{
		"Query.node.id":         {"", byID},
		"Query.nodes.ids":       {"", byID},
		"Query.challenge.id":    {"Challenge", byID},
		"Query.practice.id":     {"Practice", byID},
		"Query.document.id":     {"Document", byID},
		"Query.cohort.id":       {"Cohort", byID},
		"Query.program.slug":    {"Program", byKey},
		"Query.technology.slug": {"Technology", byKey},
		"Query.concept.slug":    {"Concept", byKey},
		"Query.user.handle":     {"User", byKey},

		"Subscription.challengeChanged.id":       {"Challenge", byID},
		"Subscription.solutionAdded.challengeId": {"Challenge", byID},
		"Subscription.commentAdded.subjectId":    {"", byID},
	}
}

// routes are the paths, outside of GraphQL, with a part that names an object:
// "/api/v1/challenges/{id}": {"Challenge", byID}.
func routes() map[string]lookup {
	return map[string]lookup{}
}

// named returns the objects that a look-up may be asked for: those of its kind,
// and one that does not exist.
func (w *world) named(l lookup) []*object {
	absent := &object{state: state{name: "absent"}, uuid: uuid.Must(uuid.NewV7()), key: "absent", gone: true}
	objects := []*object{absent}
	for kindName, all := range w.objects {
		if l.kind == "" || l.kind == kindName {
			absent.kind = kindName
			objects = append(objects, all...)
		}
	}
	absent.id = kinds()[absent.kind].prefix + "_" + absent.uuid.String()
	return objects
}

// isNode reports whether a kind can be looked up by the id of any object.
func isNode(kindName string) bool {
	for _, possible := range schema().GetPossibleTypes(schema().Types["Node"]) {
		if possible.Name == kindName {
			return true
		}
	}
	return false
}

// compareLookUps: who looks an object up gets it exactly when they may see it; else
// the answer is that for one that does not exist, byte by byte.
func (w *world) compareLookUps() {
	w.t.Helper()
	for name, l := range lookups() {
		typeName, rest, _ := strings.Cut(name, ".")
		field, argument, _ := strings.Cut(rest, ".")
		definition := schema().Types[typeName].Fields.ForName(field)
		if typeName == "Subscription" && definition != nil && definition.Arguments.ForName(argument) != nil {
			w.compareSubscriptions(name, l, fmt.Sprintf(`subscription($v: ID!) { got: %s(%s: $v, after: "no cursor") { cursor } }`, field, argument))
			continue
		}
		if typeName != "Query" || definition == nil || definition.Arguments.ForName(argument) == nil {
			w.t.Errorf("lookups has %s, and the schema does not, or it is of neither Query nor Subscription: remove the line or extend this test", name)
			continue
		}
		wanted := definition.Arguments.ForName(argument).Type
		for _, p := range w.principals {
			w.renew()
			if wanted.Elem == nil {
				w.lookUpEach(p, name, l, fmt.Sprintf("query($v: %s) { got: %s(%s: $v) { __typename id } }", wanted, field, argument))
			} else {
				w.lookUpMany(p, name, l, fmt.Sprintf("query($v: %s) { got: %s(%s: $v) { __typename id } }", wanted, field, argument))
			}
		}
	}
}

func (w *world) lookUpEach(p *principal, name string, l lookup, query string) {
	w.t.Helper()
	var refusals differences
	for _, o := range w.named(l) {
		got := w.read(p, query, map[string]any{"v": l.by(o)})
		w.compareFound(p, name, l, o, got.Data["got"])
		if got.Data["got"] == nil {
			refusals.add(got.text, l.by(o))
		}
	}
	refusals.report(w, p, name)
}

// compareSubscriptions: who subscribes to an object is told that the cursor is none
// exactly when they may see the object, which is looked at before; else the answer
// is that for one that does not exist.
func (w *world) compareSubscriptions(name string, l lookup, query string) {
	w.t.Helper()
	for _, p := range w.principals {
		w.renew()
		var refusals differences
		for _, o := range w.named(l) {
			body, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"v": l.by(o)}})
			if err != nil {
				w.t.Fatal(err)
			}
			r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Accept", "text/event-stream")
			got := w.send(p, r).text
			w.compare(p.sees(w, o) && (l.kind != "" || isNode(o.kind)), strings.Contains(got, `"code":"BAD_USER_INPUT"`), "%s subscribes to %s by %s: %s", p, o, name, got)
			if strings.Contains(got, `"code":"NOT_FOUND"`) {
				refusals.add(got, l.by(o))
			}
		}
		refusals.report(w, p, name)
	}
}

// lookUpMany: many at once are those that each would be alone.
func (w *world) lookUpMany(p *principal, name string, l lookup, query string) {
	w.t.Helper()
	for objects := range chunks(w.named(l)) {
		values := make([]any, len(objects))
		for i, o := range objects {
			values[i] = l.by(o)
		}
		found, _ := w.read(p, query, map[string]any{"v": values}).Data["got"].([]any)
		for i, o := range objects {
			w.compareFound(p, name, l, o, found[i])
		}
	}
}

func (w *world) compareFound(p *principal, name string, l lookup, o *object, got any) {
	w.t.Helper()
	may := p.sees(w, o) && (l.kind != "" || isNode(o.kind))
	w.compare(may, got != nil, "%s looks up %s by %s", p, o, name)
	if got != nil && (at(got, "id") != o.id || at(got, "__typename") != o.kind) {
		w.t.Errorf("%s looks up %s by %s and gets %v", p, o, name, got)
	}
}

// differences are the answers that differ once the id that was asked for is gone:
// there must be no two of them for what is absent and what is invisible.
type differences []string

func (d *differences) add(text, asked string) {
	if text = strings.ReplaceAll(text, asked, "…"); !slices.Contains(*d, text) {
		*d = append(*d, text)
	}
}

func (d *differences) report(w *world, p *principal, where string) {
	w.t.Helper()
	if len(*d) > 1 {
		w.t.Errorf("%s: %s can tell what is absent from what is invisible:\n%s", where, p, strings.Join(*d, "\n"))
	}
}

// comparePaths: a path that names an object answers 200 exactly to those who may
// see it.
func (w *world) comparePaths() {
	w.t.Helper()
	for pattern, l := range routes() {
		start, rest, _ := strings.Cut(pattern, "{")
		_, end, _ := strings.Cut(rest, "}")
		for _, p := range w.principals {
			w.renew()
			var refusals differences
			for _, o := range w.named(l) {
				got := w.send(p, httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, start+l.by(o)+end, nil))
				w.compare(p.sees(w, o), got.status == http.StatusOK, "%s gets %s of %s: %d", p, pattern, o, got.status)
				if got.status != http.StatusOK {
					refusals.add(fmt.Sprint(got.status, " ", got.text), l.by(o))
				}
			}
			refusals.report(w, p, pattern)
		}
	}
}
