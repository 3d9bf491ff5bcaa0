package graph_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/dbtest"
)

// What search finds of the secrets is what the actor may see of them, neither
// less nor more: the short way that it decides by agrees with the rules.
func TestSearchFindsExactlyWhatIsVisible(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, 3)
	secrets := fillSecrets(t, db)
	handler := graph.NewHandler(services(db), generously(time.Millisecond))
	var all []string
	for _, ids := range secrets {
		for _, secret := range ids {
			if slices.Contains([]string{"ch", "so", "pc", "do", "cn", "te"}, secret[:2]) {
				all = append(all, secret)
			}
		}
	}
	for name, actor := range actors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := auth.WithActor(t.Context(), actor)
			visible := map[string]bool{}
			for ids := range slices.Chunk(all, 100) {
				got := mustAsk(ctx, t, handler, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", map[string]any{"ids": ids})
				for _, secret := range secretsIn(got.text) {
					visible[secret] = true
				}
			}
			got := mustAsk(ctx, t, handler, fmt.Sprintf(`{ search(query: %q, first: 100) { totalCount edges { highlights { field } excerpt node { ... on Node { id } } }
				facets { types { count } cohorts { cohort { id } count } } } }`, secretWord), nil)
			found := map[string]bool{}
			for _, secret := range secretsIn(got.text) {
				if !strings.HasPrefix(secret, "co_") {
					found[secret] = true
				}
			}
			// What search does not read: a concept or a technology that others only speak of.
			maps.DeleteFunc(visible, func(secret string, _ bool) bool { return !found[secret] && (secret[:2] == "cn" || secret[:2] == "te") })
			if diff := cmp.Diff(visible, found); diff != "" {
				t.Errorf("visible (-) and found (+):\n%s", diff)
			}
			list, _ := got.Data["search"].(map[string]any)
			if list["totalCount"] != float64(len(found)) {
				t.Errorf("counts %v, shows %d", list["totalCount"], len(found))
			}
			sum := 0.0
			facets, _ := list["facets"].(map[string]any)
			types, _ := facets["types"].([]any)
			for _, one := range types {
				count, _ := one.(map[string]any)["count"].(float64)
				sum += count
			}
			if sum != list["totalCount"] {
				t.Errorf("the facets count %v of %v", sum, list["totalCount"])
			}
		})
	}
}
