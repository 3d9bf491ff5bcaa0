package importer_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/importer"
	"github.com/project-nexus/nexus/internal/importer/source"
)

// readme is a document with these challenges.
func readme(titles ...string) string {
	return "# Notes of a learner\n\n## Challenges and Solutions\n\n| Challenge | Solution |\n| --- | --- |\n| " +
		strings.Join(titles, " | It was solved in the end |\n| ") + " | It was solved in the end |\n"
}

// clusters returns the titles of each cluster, and checks what always holds of
// the tables.
func (b *bundle) clusters() []string {
	b.Helper()
	b.want(`SELECT k.id::text FROM challenge_cluster k WHERE (SELECT count(*) FROM challenge_signature s WHERE s.cluster_id = k.id) < 2`)
	b.want(`SELECT c.title FROM challenge c FULL JOIN challenge_signature s ON s.challenge_id = c.id
		WHERE (c.deleted_at IS NULL AND c.missing_at IS NULL) <> (s.challenge_id IS NOT NULL)`)
	return b.rows(`SELECT string_agg(c.title, ' + ' ORDER BY c.title COLLATE "C") FROM challenge_signature s JOIN challenge c ON c.id = s.challenge_id
		WHERE s.cluster_id IS NOT NULL GROUP BY s.cluster_id ORDER BY 1`)
}

func (b *bundle) wantClusters(want ...string) {
	b.Helper()
	if diff := cmp.Diff(append([]string{}, want...), b.clusters()); diff != "" {
		b.Errorf("clusters (-want +got):\n%s", diff)
	}
}

const listing = "N+1 query problem + Slow list pages caused by N+1 queries + Too many queries when listing (N+1)"

func TestLikeChallengesOfLearnersFormAClusterEach(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("a.md", readme("N+1 query problem", "Docker networking"))
	b.write("b.md", readme("Too many queries when listing (N+1)", "Docker image size"))
	b.write("c.md", readme("Slow list pages caused by N+1 queries"))
	b.imports(importer.Options{})
	b.wantClusters(listing)
	before := b.rows("SELECT challenge_id::text, words, keys, cluster_id::text, xmin::text FROM challenge_signature ORDER BY 1")
	summary := b.imports(importer.Options{})
	if !summary.Changes.None() {
		t.Errorf("the second import: %+v", summary.Changes)
	}
	b.write("a.md", readme("N+1 query problem", "Docker networking")+"\nOne more line.\n")
	b.imports(importer.Options{})
	if diff := cmp.Diff(before, b.rows("SELECT challenge_id::text, words, keys, cluster_id::text, xmin::text FROM challenge_signature ORDER BY 1")); diff != "" {
		t.Errorf("an import without new challenges wrote clusters:\n%s", diff)
	}
}

// chain is five documents, each of which is like its neighbours alone.
func chain() []string {
	return []string{
		readme("Red green blue", "Docker networking"),
		readme("Red green blue yellow", "CORS errors"),
		readme("Green blue yellow", "Docker image size"),
		readme("Green blue yellow white", "Preflight request refused"),
		readme("Blue yellow white", "Docker network problems"),
	}
}

// orders returns all orders of n things.
func orders(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for _, shorter := range orders(n - 1) {
		for at := range n {
			order := append(append(append([]int{}, shorter[:at]...), n-1), shorter[at:]...)
			all = append(all, order)
		}
	}
	return all
}

func TestEveryOrderOfImportsGivesTheSameClusters(t *testing.T) {
	t.Parallel()
	b := setup(t)
	texts := chain()
	for _, order := range orders(len(texts)) {
		for _, i := range order {
			b.importText(fmt.Sprintf("%d.md", i), texts[i])
		}
		b.wantClusters(
			"Blue yellow white + Green blue yellow + Green blue yellow white + Red green blue + Red green blue yellow",
			"CORS errors + Preflight request refused", "Docker network problems + Docker networking",
		)
		if t.Failed() {
			t.Fatalf("in the order %v", order)
		}
		for _, table := range []string{"challenge_signature", "challenge_cluster", "solution", "challenge_technology", "challenge", "mention", "document_diagnostic", "document_revision", "document"} {
			b.exec("DELETE FROM " + table)
		}
	}
}

// importText imports one text as the document of a source.
func (b *bundle) importText(name, text string) {
	b.Helper()
	b.imports(importer.Options{}, source.Bytes("docs/"+name, []byte(text)))
}

func TestAClusterSplitsWhenItsLinkChangesOrVanishes(t *testing.T) {
	t.Parallel()
	for name, instead := range map[string]string{
		"changes":  readme("Something altogether different", "CORS errors"),
		"vanishes": readme("CORS errors"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			left, middle, right := "Red green blue", "Red green blue yellow", "Green blue yellow"
			b.importText("left.md", readme(left))
			b.importText("left2.md", readme("Green red blue"))
			b.importText("right.md", readme(right))
			first := b.one("SELECT id::text FROM challenge_cluster")
			b.importText("middle.md", readme(middle, "CORS errors"))
			b.wantClusters("Green blue yellow + Green red blue + Red green blue + Red green blue yellow")
			b.importText("middle.md", instead)
			b.wantClusters("Green red blue + Red green blue")
			b.want("SELECT id::text FROM challenge_cluster", first)
			b.importText("middle.md", readme(middle, "CORS errors"))
			b.wantClusters("Green blue yellow + Green red blue + Red green blue + Red green blue yellow")
		})
	}
}

func TestAnEditedChallengeIsLinkedByWhatItSaysInTheHub(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.importText("a.md", readme("Lost letters"))
	b.importText("b.md", readme("Docker networking"))
	b.exec("UPDATE challenge SET title = 'Docker network', edited_at = now() WHERE title = 'Lost letters'")
	b.importText("a.md", readme("Lost letters")+"\nOne more line.\n")
	b.wantClusters("Docker network + Docker networking")
	b.exec("UPDATE challenge SET deleted_at = now() WHERE title = 'Docker network'")
	b.importText("a.md", readme("Lost letters")+"\nTwo more lines.\n")
	b.wantClusters()
}

func TestImportsAtTheSameTimeLoseNoLink(t *testing.T) {
	t.Parallel()
	b := setup(t)
	im := importer.New(importer.NewServices(b.db))
	var wait sync.WaitGroup
	for i := range 8 {
		// Each shares a challenge with all, and one with each of its neighbours.
		text := readme("N+1 query problem", fmt.Sprintf("Colour number%dx", i), fmt.Sprintf("Colour number%dx", (i+1)%8))
		wait.Go(func() {
			input := source.Bytes(fmt.Sprintf("docs/%d.md", i), []byte(text))
			summary, err := im.Import(t.Context(), []source.Input{input}, importer.Options{})
			if err != nil || summary.Counts[importer.Created] != 1 {
				t.Errorf("import %d: %v %v", i, summary.Counts, err)
			}
		})
	}
	wait.Wait()
	b.want("SELECT count(DISTINCT cluster_id), count(cluster_id), count(*) FROM challenge_signature", "9 | 24 | 24")
}

func TestADryRunLinksNothingAndWaitsForNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("a.md", readme("N+1 query problem"))
	b.write("b.md", readme("N+1 queries"))
	b.imports(importer.Options{DryRun: true})
	b.want("SELECT count(*) FROM challenge_cluster", "0")
}

// A cluster counts the learners whose challenges the viewer may see.
func TestLearnersOfAClusterAreThoseThatTheViewerSees(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, handle := range []string{"ada", "ben", "cem"} {
		b.user(handle)
	}
	secret := cohortID(t, b.cohort("Backend Engineering Programme", "Secret", "MEMBERS"))
	b.exec("INSERT INTO membership (id, cohort_id, user_id, role) SELECT gen_random_uuid(), $1, id, 'LEARNER' FROM app_user WHERE handle = 'ben'", secret.UUID)
	for _, file := range []struct {
		name    string
		options importer.Options
		titles  []string
	}{
		{"ada/x.md", importer.Options{Owner: "ada"}, []string{"N+1 query problem"}},
		{"ada/y.md", importer.Options{Owner: "ada"}, []string{"N+1 queries again"}}, // the same learner
		{"ben/x.md", importer.Options{Owner: "ben", Cohort: &secret}, []string{"Slow list caused by N+1"}},
		{"nobody/x.md", importer.Options{}, []string{"The N+1 problem", "N+1 on the second page"}}, // one learner
		{"nobody/y.md", importer.Options{}, []string{"N+1 in a loop"}},
	} {
		b.imports(file.options, source.Bytes(file.name, []byte(readme(file.titles...))))
	}
	clusters := b.rows("SELECT id::text FROM challenge_cluster")
	if len(clusters) != 1 {
		t.Fatalf("%d clusters, want 1", len(clusters))
	}
	cluster := id.Of[id.ChallengeCluster](uuid.MustParse(clusters[0]))
	service := challenge.New(b.db)
	user := func(handle string) auth.Actor {
		user := id.Of[id.User](uuid.MustParse(b.one("SELECT id::text FROM app_user WHERE handle = $1", handle)))
		return auth.Actor{User: &user}
	}
	for name, c := range map[string]struct {
		actor auth.Actor
		want  int
	}{
		"visitor": {auth.Actor{}, 3}, "member": {user("ben"), 4}, "another learner": {user("cem"), 3}, "admin": {auth.Actor{Admin: true}, 4},
	} {
		learners, err := service.LearnersOfClusters(auth.WithActor(t.Context(), c.actor), []id.ChallengeCluster{cluster, id.New[id.ChallengeCluster]()})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[id.ChallengeCluster]int{cluster: c.want}, learners); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	of := id.Of[id.Challenge](uuid.MustParse(b.one("SELECT id::text FROM challenge WHERE title LIKE 'Slow list%'")))
	for name, c := range map[string]struct {
		actor auth.Actor
		want  map[id.Challenge]id.ChallengeCluster
	}{
		"visitor": {auth.Actor{}, map[id.Challenge]id.ChallengeCluster{}},
		"member":  {user("ben"), map[id.Challenge]id.ChallengeCluster{of: cluster}},
	} {
		found, err := service.ClustersOf(auth.WithActor(t.Context(), c.actor), []id.Challenge{of})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, found); diff != "" {
			t.Errorf("cluster for a %s (-want +got):\n%s", name, diff)
		}
	}
}
