package importer_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/importer"
	"github.com/project-nexus/nexus/internal/importer/source"
	"github.com/project-nexus/nexus/internal/ingest/similar"
)

// wantWholeComparison compares the stored clusters with those that a comparison
// of all challenges with all others gives, without keys and without memory.
func (b *bundle) wantWholeComparison() {
	b.Helper()
	const separator = "\x1f"
	rows := b.rows(`SELECT c.id::text || $1 || c.title || $1 || c.body FROM challenge c
		WHERE c.deleted_at IS NULL AND c.missing_at IS NULL ORDER BY c.id`, separator)
	ids, signatures, cluster := make([]string, len(rows)), make([]similar.Signature, len(rows)), make([]int, len(rows))
	for i, row := range rows {
		parts := strings.SplitN(row, separator, 3)
		ids[i], signatures[i], cluster[i] = parts[0], similar.Of(parts[1], parts[2]), i
		for j := range i {
			if from, to := cluster[j], cluster[i]; from != to && similar.Similar(signatures[i], signatures[j]) {
				for k := range i + 1 {
					if cluster[k] == from {
						cluster[k] = to
					}
				}
			}
		}
	}
	members := map[int][]string{}
	for i, c := range cluster {
		members[c] = append(members[c], ids[i])
	}
	want := []string{}
	for _, list := range members {
		if len(list) > 1 {
			want = append(want, strings.Join(list, " "))
		}
	}
	slices.Sort(want)
	got := b.rows(`SELECT string_agg(challenge_id::text, ' ' ORDER BY challenge_id) FROM challenge_signature
		WHERE cluster_id IS NOT NULL GROUP BY cluster_id ORDER BY 1`)
	if diff := cmp.Diff(want, got); diff != "" {
		b.Errorf("clusters (-want +got):\n%s", diff)
	}
	b.want("SELECT count(*) FROM challenge_cluster", fmt.Sprint(len(want)))
}

func TestClustersOfTheCorpusAreThoseOfOneComparisonOfAll(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.imports(importer.Options{Create: true}, corpus())
	b.wantWholeComparison()
	if clusters := b.one("SELECT count(*) FROM challenge_cluster"); clusters == "0" {
		t.Error("the corpus has no clusters")
	}
}

// Documents come and change at random; what is remembered from import to import
// must never differ from what a new look at everything would give.
func TestClustersNeverDependOnTheirHistory(t *testing.T) {
	t.Parallel()
	b := setup(t)
	dice := rand.New(rand.NewPCG(3, 4))
	stock := strings.Fields("red green blue yellow white black docker N+1 CORS api")
	for step := range 80 {
		titles := make([]string, 1+dice.IntN(4))
		for i := range titles {
			words := []string{fmt.Sprintf("Colour%dx", dice.IntN(3))}
			for range 1 + dice.IntN(4) {
				words = append(words, stock[dice.IntN(len(stock))])
			}
			titles[i] = strings.Join(words, " ")
		}
		name := fmt.Sprintf("docs/%d.md", dice.IntN(12))
		b.imports(importer.Options{}, source.Bytes(name, []byte(readme(titles...))))
		if b.wantWholeComparison(); t.Failed() {
			t.Fatalf("after step %d: %s got %q", step, name, titles)
		}
	}
}
