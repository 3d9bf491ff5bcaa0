package access

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/graph"
)

// related reports whether a relation leads from a parent to an object, as far as
// the principal may know of it. Whether the object itself is seen is asked apart.
type related func(w *world, p *principal, parent, o *object) bool

// relations are those that are longer than one link between the two objects.
func relations() map[string]related {
	return map[string]related{
		"Program.documents":    func(_ *world, _ *principal, parent, o *object) bool { return ofProgram(o, parent) },
		"Program.challenges":   entryOfProgram,
		"Program.practices":    entryOfProgram,
		"Program.technologies": mentionedInProgram,
		"Program.concepts":     mentionedInProgram,
		"Technology.documents": mentions,
		"Concept.documents":    mentions,
		"Document.technologies": func(w *world, p *principal, parent, o *object) bool {
			return mentions(w, p, o, parent)
		},
		"Document.concepts": func(w *world, p *principal, parent, o *object) bool {
			return mentions(w, p, o, parent)
		},
		"Viewer.sessions":      theirs,
		"Viewer.accessTokens":  theirs,
		"Viewer.notifications": theirs,
	}
}

// linked is the relation of two objects of which one leads to the other.
func linked(_ *world, _ *principal, parent, o *object) bool {
	return o.leadsTo(parent) || parent.leadsTo(o)
}

func theirs(_ *world, p *principal, _, o *object) bool { return o.one("owner") == p.user }

// ofProgram: a document belongs to its programme and to that of its cohort.
func ofProgram(document, program *object) bool {
	cohort := document.one("cohort")
	return document.one("program") == program || cohort != nil && cohort.one("program") == program
}

// entryOfProgram: so does an entry, and a seen document tells of its own.
func entryOfProgram(w *world, p *principal, program, o *object) bool {
	if cohort := o.one("cohort"); cohort != nil && cohort.one("program") == program {
		return true
	}
	document := o.one("document")
	return document != nil && p.sees(w, document) && ofProgram(document, program)
}

// mentionedInProgram: what the seen documents of a programme mention.
func mentionedInProgram(w *world, p *principal, program, o *object) bool {
	return slices.ContainsFunc(w.objects["Mention"], func(m *object) bool {
		return m.leadsTo(o) && p.sees(w, m) && ofProgram(m.one("document"), program)
	})
}

// mentions: a document mentions a technology or a concept.
func mentions(w *world, _ *principal, mentioned, document *object) bool {
	return slices.ContainsFunc(w.objects["Mention"], func(m *object) bool {
		return m.leadsTo(mentioned) && m.one("document") == document
	})
}

func schema() *ast.Schema { return graph.Schema() }

// isConnection reports whether a type is a page of objects, and of which.
func isConnection(definition *ast.Definition) (kindName string, is bool) {
	nodes := definition.Fields.ForName("nodes")
	// What a search finds is of several types, and it wants a text to look for.
	if nodes == nil || !strings.HasSuffix(definition.Name, "Connection") || definition.Name == "SearchConnection" {
		return "", false
	}
	return nodes.Type.Name(), true
}

const wholePage = "{ totalCount nodes { id } edges { node { id } } }"

// selection asks for all that an object of a type leads to, one step far.
func selection(definition *ast.Definition) string {
	var fields []string
	for _, field := range definition.Fields {
		target := schema().Types[field.Type.Name()]
		if strings.HasPrefix(field.Name, "__") || target.IsLeafType() {
			continue
		}
		name := definition.Name + "__" + field.Name + ": " + field.Name
		_, paged := isConnection(target)
		switch {
		case paged:
			fields = append(fields, name+"(first: 100) "+wholePage)
		case target.Kind != ast.Object:
			fields = append(fields, name+" { ... on Node { id } }")
		case target.Fields.ForName("id") != nil:
			fields = append(fields, name+" { id }")
		default:
			if below := selection(target); below != "" {
				fields = append(fields, name+" { "+below+" }")
			}
		}
	}
	return strings.Join(fields, " ")
}

// compareRelations: from each object that they see, each principal gets to exactly
// what they see.
func (w *world) compareRelations() {
	w.t.Helper()
	for _, p := range w.principals {
		w.renew()
		for _, kindName := range slices.Sorted(maps.Keys(w.objects)) {
			definition := schema().Types[kindName]
			if !isNode(kindName) {
				continue
			}
			query := fmt.Sprintf("query($v: [ID!]!) { nodes(ids: $v) { ... on %s { id %s } } }", kindName, selection(definition))
			for objects := range chunks(w.objects[kindName]) {
				nodes, _ := w.read(p, query, map[string]any{"v": idsOf(objects)}).Data["nodes"].([]any)
				for i, o := range objects {
					if nodes[i] != nil {
						w.compareFields(p, o, o, definition, nodes[i])
					}
				}
			}
		}
		viewer := w.read(p, "{ viewer { email "+selection(schema().Types["Viewer"])+" } }", nil).Data["viewer"]
		w.compare(p.viewer != nil, viewer != nil, "%s asks for the viewer", p)
		if p.viewer != nil {
			if at(viewer, "email") != email(p) {
				w.t.Errorf("%s is told the address %v", p, at(viewer, "email"))
			}
			w.compareFields(p, p.viewer, p.viewer, schema().Types["Viewer"], viewer)
		}
	}
}

// compareFields compares what an object of a type shows with what it leads to.
// links are those of the object that stands for it.
func (w *world) compareFields(p *principal, o, links *object, definition *ast.Definition, value any) {
	w.t.Helper()
	for _, field := range definition.Fields {
		target := schema().Types[field.Type.Name()]
		got := at(value, definition.Name+"__"+field.Name)
		name := definition.Name + "." + field.Name
		kindName, paged := isConnection(target)
		switch {
		case strings.HasPrefix(field.Name, "__") || target.IsLeafType():
		case paged:
			w.comparePage(p, name, o, w.lists(p, name, o, w.objects[kindName]), got)
		case field.Type.Elem != nil && target.Fields.ForName("id") != nil:
			w.compareItems(p, name, o, w.lists(p, name, o, w.objects[target.Name]), got)
		case target.Kind != ast.Object || target.Fields.ForName("id") != nil:
			wanted := links.one(field.Name)
			if wanted != nil && !p.sees(w, wanted) {
				wanted = nil
			}
			w.compare(wanted != nil, got != nil, "%s reads %s of %s: %v, want %v", p, name, o, got, wanted)
			if wanted != nil && got != nil && at(got, "id") != wanted.id {
				w.t.Errorf("%s reads %s of %s: %v, want %v", p, name, o, got, wanted)
			}
		case got != nil && field.Type.Elem == nil:
			w.compareFields(p, o, links, target, got)
		}
	}
}

// lists returns those of the objects that a relation of a parent leads to.
func (w *world) lists(p *principal, name string, parent *object, objects []*object) []*object {
	relation := relations()[name]
	if relation == nil {
		relation = linked
	}
	var listed []*object
	for _, o := range objects {
		if relation(w, p, parent, o) {
			listed = append(listed, o)
		}
	}
	return listed
}

// comparePage compares a first page, whose items are all there are, with those of
// the listed objects that may be seen.
func (w *world) comparePage(p *principal, name string, parent *object, listed []*object, page any) {
	w.t.Helper()
	seen := w.compareItems(p, name, parent, listed, at(page, "nodes"))
	if seen > 100 {
		w.t.Fatalf("%s of %s has %d items, more than a page: spread them in dataset_test.go", name, parent, seen)
	}
	total, _ := at(page, "totalCount").(float64)
	w.compare(false, int(total) > seen, "%s reads %s of %s: it counts %v and %d may be seen", p, name, parent, total, seen)
	w.compare(true, int(total) >= seen, "%s reads %s of %s: it counts %v and %d may be seen", p, name, parent, total, seen)
	nodes, _ := at(page, "nodes").([]any)
	if edges, _ := at(page, "edges").([]any); edges != nil {
		for i, edge := range edges {
			if len(edges) != len(nodes) || at(edge, "node", "id") != at(nodes[i], "id") {
				w.t.Errorf("%s reads %s of %s: edges and nodes differ", p, name, parent)
			}
		}
	}
}

// compareItems compares a list, and returns how many of the listed objects may be
// seen.
func (w *world) compareItems(p *principal, name string, parent *object, listed []*object, items any) (seen int) {
	w.t.Helper()
	shown := map[any]bool{}
	list, _ := items.([]any)
	for _, item := range list {
		shown[at(item, "id")] = true
	}
	for _, o := range listed {
		may := p.sees(w, o)
		if may {
			seen++
		}
		w.compare(may, shown[o.id], "%s reads %s of %s: %s", p, name, parent, o)
		delete(shown, o.id)
	}
	for surplus := range shown {
		w.compare(false, true, "%s reads %s of %s: %v, which it does not lead to. A relation that is no link of the objects "+
			"gets a line in relations in test/access/relations_test.go", p, name, parent, surplus)
	}
	return seen
}

// chunks cuts objects into lists that one request may ask for.
func chunks(objects []*object) iter.Seq[[]*object] { return slices.Chunk(objects, 100) }

func idsOf(objects []*object) []any {
	ids := make([]any, len(objects))
	for i, o := range objects {
		ids[i] = o.id
	}
	return ids
}
