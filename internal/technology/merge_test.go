package technology_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/technology"
)

func (h hub) merge(source, target *technology.Technology) {
	h.Helper()
	got, err := h.s.Merge(h.admin, technology.MergeTechnologiesInput{SourceID: source.ID, TargetID: target.ID})
	if err != nil || got.Technology.ID != target.ID || *got.DeletedID != source.ID {
		h.Fatalf("merge: %+v, %v", got, err)
	}
}

// rows stores a document, a challenge, a practice and a follow of a new person,
// all of which refer to these technologies.
func (h hub) rows(name string, of ...*technology.Technology) {
	h.Helper()
	u, d, c, p := id.New[id.User](), id.New[id.Document](), id.New[id.Challenge](), id.New[id.Practice]()
	h.exec(`INSERT INTO app_user (id, handle, display_name) VALUES (?, ?, ?)`, u, name, name)
	h.exec(`INSERT INTO document (id, source, title) VALUES (?, ?, ?)`, d, name, name)
	h.exec(`INSERT INTO challenge (id, title, body) VALUES (?, ?, '')`, c, name)
	h.exec(`INSERT INTO practice (id, title, body) VALUES (?, ?, '')`, p, name)
	for _, t := range of {
		h.exec(`INSERT INTO mention (id, document_id, technology_id, text, first_line, last_line) VALUES (?, ?, ?, ?, 1, 1)`, id.New[id.Mention](), d, t.ID, "of "+t.Name)
		h.exec(`INSERT INTO challenge_technology VALUES (?, ?, now())`, c, t.ID)
		h.exec(`INSERT INTO practice_technology VALUES (?, ?, now())`, p, t.ID)
		h.exec(`INSERT INTO follow (id, user_id, technology_id) VALUES (?, ?, ?)`, id.New[id.Follow](), u, t.ID)
	}
}

// referring lists what refers to which technology, by slug.
const referring = `SELECT line FROM (
	SELECT 'mention ' || d.title || ' ' || t.slug || ': ' || replace(m.text, E'\n', '/') AS line FROM mention m JOIN document d ON d.id = m.document_id JOIN technology t ON t.id = m.technology_id
	UNION ALL SELECT 'challenge ' || c.title || ' ' || t.slug FROM challenge_technology j JOIN challenge c ON c.id = j.challenge_id JOIN technology t ON t.id = j.technology_id
	UNION ALL SELECT 'practice ' || p.title || ' ' || t.slug FROM practice_technology j JOIN practice p ON p.id = j.practice_id JOIN technology t ON t.id = j.technology_id
	UNION ALL SELECT 'follow ' || u.handle || ' ' || t.slug FROM follow f JOIN app_user u ON u.id = f.user_id JOIN technology t ON t.id = f.technology_id) AS lines
	ORDER BY line COLLATE "C"`

func TestAMergeMovesAllThatRefersToTheSource(t *testing.T) {
	t.Parallel()
	h := open(t)
	pg, postgres := h.create("PG", "pgsql"), h.create("PostgreSQL", "Postgres")
	h.rows("source", pg)
	h.rows("both", pg, postgres)
	h.rows("target", postgres)
	h.merge(pg, postgres)
	h.wantTexts("what refers to it", []string{
		"challenge both postgresql", "challenge source postgresql", "challenge target postgresql",
		"follow both postgresql", "follow source postgresql", "follow target postgresql",
		"mention both postgresql: of PostgreSQL//of PG", "mention source postgresql: of PG", "mention target postgresql: of PostgreSQL",
		"practice both postgresql", "practice source postgresql", "practice target postgresql",
	}, referring)
	for _, name := range []string{"pg", "PG", "pgsql", "postgres", "postgresql"} {
		h.finds(name, postgres)
	}
	found, err := h.s.ByIDs(t.Context(), []id.Technology{pg.ID, postgres.ID})
	if err != nil || len(found) != 1 || found[postgres.ID].Version != 2 {
		t.Errorf("left: %v, %v", found, err)
	}
	h.wantTexts("change log", []string{"technology.merged", "technology.updated"}, `SELECT kind FROM event WHERE kind <> 'technology.created' ORDER BY id`)
	_, err = h.s.Merge(h.admin, technology.MergeTechnologiesInput{SourceID: pg.ID, TargetID: postgres.ID})
	wantCode(t, err, errs.CodeNotFound, "input", "sourceId")
}

// Whatever was merged before still leads to what is left at the end.
func TestChainsOfMergesStayRight(t *testing.T) {
	t.Parallel()
	h := open(t)
	a, b, c := h.create("Celery Beat"), h.create("Celery Queue"), h.create("Celery")
	h.merge(a, b)
	h.merge(b, c)
	h.finds("celery-beat", c)
	h.finds("celery-queue", c)
	h.exec(`DELETE FROM technology_alias WHERE folded_name <> 'celery'`)
	h.finds("celery-beat", c) // by the slug alone
	h.finds("celery-queue", c)
	named, err := h.s.Ensure(h.admin, []technology.Named{{Name: "CELERY"}}, time.Now())
	if diff := cmp.Diff(map[string]id.Technology{"celery": c.ID}, named); diff != "" || err != nil {
		t.Errorf("an import finds (-want +got):\n%s%v", diff, err)
	}
	d := h.create("Other", "celery beat")
	h.finds("celery-beat", d) // its own spelling comes first
}

func TestAnImportFindsTheTargetOfAMerge(t *testing.T) {
	t.Parallel()
	h := open(t)
	pg, postgres := h.create("PG"), h.create("PostgreSQL")
	h.merge(pg, postgres)
	named, err := h.s.Ensure(h.admin, []technology.Named{{Name: "pg"}, {Name: "Postgres server", Aliases: []string{"PG"}}}, time.Now())
	if diff := cmp.Diff(map[string]id.Technology{"pg": postgres.ID, "postgres server": postgres.ID}, named); diff != "" || err != nil {
		t.Errorf("an import finds (-want +got):\n%s%v", diff, err)
	}
}

// An import that has looked a technology up and one that merges it meanwhile: what
// the import writes is not lost with the source.
func TestAMergeWaitsForAnImport(t *testing.T) {
	t.Parallel()
	h := open(t)
	pg, postgres := h.create("PG"), h.create("PostgreSQL")
	h.exec(`INSERT INTO document (id, source, title) VALUES (?, 'x', 'x')`, id.New[id.Document]())
	merged := make(chan error)
	err := h.db.InTx(t.Context(), func(ctx context.Context) error {
		named, err := h.s.Ensure(ctx, []technology.Named{{Name: "PG"}}, time.Now())
		if err != nil {
			return err
		}
		go func() {
			_, err := h.s.Merge(h.admin, technology.MergeTechnologiesInput{SourceID: pg.ID, TargetID: postgres.ID})
			merged <- err
		}()
		h.untilSomebodyWaits()
		return h.db.Handle(ctx).Exec(`INSERT INTO mention (id, document_id, technology_id, text, first_line, last_line)
			SELECT ?, id, ?, 'x', 1, 1 FROM document`, id.New[id.Mention](), named["pg"]).Error
	})
	if failed := <-merged; err != nil || failed != nil {
		t.Fatal(err, failed)
	}
	h.wantTexts("mention of", []string{"postgresql"}, `SELECT slug FROM mention JOIN technology AS t ON t.id = technology_id`)
}

// untilSomebodyWaits returns when a transaction waits for another one's lock.
func (h hub) untilSomebodyWaits() {
	h.Helper()
	for range 1000 {
		var waiting bool
		err := h.db.Handle(h.Context()).Raw(`SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')
			FROM pg_sleep(0.005)`).Scan(&waiting).Error
		if err != nil {
			h.Fatal(err)
		}
		if waiting {
			return
		}
	}
	h.Error("nobody waits")
}

// Of two merges in opposite directions one wins, and nothing is lost.
func TestMergesInOppositeDirections(t *testing.T) {
	t.Parallel()
	h := open(t)
	for round := range 10 {
		a, b := h.create(fmt.Sprintf("A %d", round)), h.create(fmt.Sprintf("B %d", round))
		h.rows(a.Slug, a)
		h.rows(b.Slug, b)
		var all sync.WaitGroup
		results := make(chan error, 2)
		begin := make(chan struct{})
		for _, pair := range [][2]id.Technology{{a.ID, b.ID}, {b.ID, a.ID}} {
			all.Go(func() {
				<-begin
				_, err := h.s.Merge(h.admin, technology.MergeTechnologiesInput{SourceID: pair[0], TargetID: pair[1]})
				results <- err
			})
		}
		close(begin)
		all.Wait()
		close(results)
		won := 0
		for err := range results {
			switch errs.CodeOf(err) {
			case "":
				won++
			case errs.CodeConflict, errs.CodeNotFound:
			default:
				t.Errorf("the loser got %v", err)
			}
		}
		left := h.texts(`SELECT t.name || ' ' || (SELECT count(*) FROM mention WHERE technology_id = t.id)
			|| (SELECT count(*) FROM technology_alias WHERE technology_id = t.id) || (SELECT count(*) FROM follow WHERE technology_id = t.id)
			|| (SELECT count(*) FROM challenge_technology WHERE technology_id = t.id)
			FROM technology AS t WHERE t.id IN (?, ?) AND t.deleted_at IS NULL`, a.ID, b.ID)
		if won != 1 || len(left) != 1 || !strings.HasSuffix(left[0], " 2222") {
			t.Fatalf("%d won, and there is left: %v", won, left)
		}
	}
}

// Every column of the database that refers to technologies is one that a merge moves.
func TestAMergeKnowsAllReferences(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.wantTexts("references", []string{
		"challenge_technology.technology_id", "follow.technology_id", "mention.technology_id", "practice_technology.technology_id",
		"technology.merged_into_id", "technology_alias.technology_id",
	}, `SELECT c.conrelid::regclass || '.' || a.attname FROM pg_constraint AS c
		JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
		WHERE c.contype = 'f' AND c.confrelid = 'technology'::regclass ORDER BY 1`)
}
