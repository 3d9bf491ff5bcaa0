package challenge_test

import (
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/id"
)

// What people post is in the clusters like what they import, as long as it says
// the same.
func TestPostedChallengesAreLinked(t *testing.T) {
	t.Parallel()
	h := open(t)
	asAda, asBob := h.person("ada"), h.person("bob")
	one := h.create(asAda, challenge.CreateChallengeInput{Title: "Flaky browser tests"})
	two := h.create(asBob, challenge.CreateChallengeInput{Title: "Browser tests are flaky"})
	linked := func() bool {
		clusters, err := h.s.ClustersOf(asAda, []id.Challenge{one.ID, two.ID})
		if err != nil {
			t.Fatal(err)
		}
		return len(clusters) == 2 && clusters[one.ID] == clusters[two.ID]
	}
	if !linked() {
		t.Error("two that say the same are in no cluster")
	}
	if _, err := h.s.Update(asBob, challenge.UpdateChallengeInput{ID: two.ID, Title: graphql.OmittableOf(new("Password is lost"))}); err != nil {
		t.Fatal(err)
	}
	if linked() {
		t.Error("one that says something else now is still in the cluster")
	}
	if _, err := h.s.Update(asBob, challenge.UpdateChallengeInput{ID: two.ID, Title: graphql.OmittableOf(new("Flaky: the browser tests"))}); err != nil {
		t.Fatal(err)
	}
	if !linked() {
		t.Error("one that says the same again is in no cluster")
	}
	if _, err := h.s.Delete(asAda, challenge.DeleteChallengeInput{ID: one.ID}); err != nil {
		t.Fatal(err)
	}
	var left int
	if err := h.db.Handle(t.Context()).Raw("SELECT count(*) FROM challenge_cluster").Scan(&left).Error; err != nil || left != 0 {
		t.Errorf("%d clusters are left with one member (%v)", left, err)
	}
}
