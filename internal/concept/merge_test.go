package concept_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/concept"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

func (h hub) merge(source, target *concept.Concept) {
	h.Helper()
	got, err := h.s.Merge(h.admin, concept.MergeConceptsInput{SourceID: source.ID, TargetID: target.ID})
	if err != nil || got.Concept.ID != target.ID || *got.DeletedID != source.ID {
		h.Fatalf("merge: %+v, %v", got, err)
	}
}

// explain stores a document that explains these concepts.
func (h hub) explain(name string, of ...*concept.Concept) {
	h.Helper()
	d := id.New[id.Document]()
	h.exec(`INSERT INTO document (id, source, title) VALUES (?, ?, ?)`, d, name, name)
	for _, c := range of {
		h.exec(`INSERT INTO mention (id, document_id, concept_id, text, first_line, last_line) VALUES (?, ?, ?, ?, 1, 1)`, id.New[id.Mention](), d, c.ID, "of "+c.Title)
	}
}

func (h hub) ensure(want map[string]id.Concept, titles ...string) {
	h.Helper()
	found, err := h.s.Ensure(h.admin, titles, time.Now())
	if diff := cmp.Diff(want, found); diff != "" || err != nil {
		h.Errorf("an import finds (-want +got):\n%s%v", diff, err)
	}
}

func TestAMergeOfConceptsMovesMentionsAndTitles(t *testing.T) {
	t.Parallel()
	h := open(t)
	cache, caching := h.create("Cache", "Caches"), h.create("Caching")
	h.explain("source", cache)
	h.explain("both", cache, caching)
	h.merge(cache, caching)
	h.wantTexts("mentions", []string{"both caching: of Caching//of Cache", "source caching: of Cache"},
		`SELECT d.title || ' ' || c.slug || ': ' || replace(m.text, E'\n', '/') FROM mention AS m
		JOIN document AS d ON d.id = m.document_id JOIN concept AS c ON c.id = m.concept_id ORDER BY 1`)
	for _, name := range []string{"cache", "Caches", "CACHING"} {
		h.finds(name, caching)
	}
	aliases, err := h.s.Aliases(t.Context(), []id.Concept{caching.ID})
	if diff := cmp.Diff([]string{"Cache", "Caches"}, aliases[caching.ID]); diff != "" || err != nil {
		t.Errorf("aliases (-want +got):\n%s%v", diff, err)
	}
	h.wantTexts("change log", []string{"concept.merged", "concept.updated"}, `SELECT kind FROM event WHERE kind <> 'concept.created' ORDER BY id`)
	h.wantTexts("references", []string{"concept.merged_into_id", "concept_alias.concept_id", "mention.concept_id"},
		`SELECT c.conrelid::regclass || '.' || a.attname FROM pg_constraint AS c
		JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
		WHERE c.contype = 'f' AND c.confrelid = 'concept'::regclass ORDER BY 1`)
}

func TestChainsOfMergedConceptsStayRight(t *testing.T) {
	t.Parallel()
	h := open(t)
	a, b, c := h.create("Cache"), h.create("Caches"), h.create("Caching")
	h.merge(a, b)
	h.merge(b, c)
	h.ensure(map[string]id.Concept{"cache": c.ID, "caches": c.ID, "caching": c.ID}, "Cache", "Caches", "Caching")
	h.finds("cache", c)
	h.exec(`DELETE FROM concept_alias`)
	h.finds("cache", c) // by the slug alone
	h.finds("caches", c)
}

// What an admin took away stays away; a title that is no alias any more is new.
func TestImportsAndTheAliasesOfConcepts(t *testing.T) {
	t.Parallel()
	h := open(t)
	gone, indexing := h.create("Magic"), h.create("Indexing", "Indexes")
	if _, err := h.s.Delete(h.admin, concept.DeleteConceptInput{ID: gone.ID}); err != nil {
		t.Fatal(err)
	}
	h.ensure(map[string]id.Concept{"indexes": indexing.ID}, "magic", "INDEXES")
	merged := h.create("Index")
	h.merge(merged, indexing)
	if _, err := h.s.RemoveAlias(h.admin, concept.RemoveConceptAliasInput{ID: indexing.ID, Title: "Index"}); err != nil {
		t.Fatal(err)
	}
	found, err := h.s.Ensure(h.admin, []string{"Index"}, time.Now())
	if fresh := found["index"]; err != nil || fresh == indexing.ID || fresh == merged.ID || fresh == (id.Concept{}) {
		t.Errorf("an import finds %v, %v: want a new concept", found, err)
	}
}

func TestMergesOfConceptsInOppositeDirections(t *testing.T) {
	t.Parallel()
	h := open(t)
	a, b := h.create("Cache"), h.create("Caching")
	h.explain("of a", a)
	h.explain("of b", b)
	var all sync.WaitGroup
	results := make(chan error, 2)
	for _, pair := range [][2]id.Concept{{a.ID, b.ID}, {b.ID, a.ID}} {
		all.Go(func() {
			_, err := h.s.Merge(h.admin, concept.MergeConceptsInput{SourceID: pair[0], TargetID: pair[1]})
			results <- err
		})
	}
	all.Wait()
	codes := map[errs.Code]int{errs.CodeOf(<-results): 1}
	codes[errs.CodeOf(<-results)]++
	if diff := cmp.Diff(map[errs.Code]int{"": 1, errs.CodeNotFound: 1}, codes); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	h.wantTexts("mentions", []string{"2"}, `SELECT count(*)::text FROM mention JOIN concept AS c ON c.id = concept_id AND c.deleted_at IS NULL`)
}
