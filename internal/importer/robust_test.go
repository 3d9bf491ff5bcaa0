package importer_test

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/importer"
	"github.com/project-nexus/nexus/internal/importer/source"
)

func TestADryRunReportsEverythingAndStoresNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("one/README.md", sample)
	b.write("two/README.md", sample)
	b.write("bad.md", "\x00\x01\x02")
	b.write("hub.json", hubJSON)
	before := b.everything()
	dry, err := b.try(importer.Options{Create: true, DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, b.everything()); diff != "" {
		t.Errorf("the dry run stored something:\n%s", diff)
	}
	wet, err := b.try(importer.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wet.Counts, dry.Counts); diff != "" {
		t.Errorf("outcomes (-import +dry run):\n%s", diff)
	}
	if diff := cmp.Diff(wet.Changes, dry.Changes); diff != "" {
		t.Errorf("changes (-import +dry run):\n%s", diff)
	}
}

func TestABadFileNeverStopsTheOthers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("a.md", sample)
	b.write("binary.md", "\x00\x01\x02\x03")
	b.write("large.md", strings.Repeat("A line of text.\n", 400_000))
	b.write("z.md", sample)
	summary, err := b.try(importer.Options{}, source.Path(filepath.Join(b.dir, "absent.md")), source.Path(b.dir))
	if err != nil {
		t.Fatal(err)
	}
	b.wantCounts(summary, map[importer.Outcome]int{importer.Created: 2, importer.Failed: 3})
	failed := map[string]errs.Code{}
	for _, f := range summary.Files {
		if f.Err != nil {
			failed[filepath.Base(f.Path)] = errs.CodeOf(f.Err)
		}
	}
	if diff := cmp.Diff(map[string]errs.Code{
		"absent.md": errs.CodeNotFound, "binary.md": errs.CodeBadUserInput, "large.md": errs.CodePayloadTooLarge,
	}, failed); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
	b.want("SELECT source FROM document ORDER BY 1", "docs/a.md", "docs/z.md")
}

// What nobody writes by hand is refused at once, by name, with a reason.
func TestHostileTextsAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for name, text := range map[string]string{
		"binary.md": strings.Repeat("\x00\xFF\x13", 100_000),
		"deep.md":   strings.Repeat("- ", 10_000) + "x",
		"quote.md":  strings.Repeat("> ", 10_000) + "x",
		"line.md":   "# One line\n\n" + strings.Repeat("word ", 200_000),
		"large.md":  strings.Repeat("x\n", 3<<20),
	} {
		b.write(name, text)
		begin := time.Now()
		summary, err := b.try(importer.Options{}, source.Path(filepath.Join(b.dir, name)))
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took > 10*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		if f := summary.Files[0]; errs.As(f.Err) == nil || filepath.Base(f.Path) != name {
			t.Errorf("%s: outcome %s of %s, error %v", name, f.Outcome, f.Path, f.Err)
		}
	}
	b.want("SELECT count(*) FROM document", "0")
}

// A text that the database refuses in the last step must leave nothing behind.
func TestAFileIsStoredWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	for name, dryRun := range map[string]bool{"import": false, "dry run": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.exec("ALTER TABLE channel ADD CONSTRAINT refused CHECK (name NOT LIKE '%refused%')")
			b.write("a.md", strings.ReplaceAll(sample, "#backend-help", "#refused"))
			b.write("b.md", without(dockerRow))
			summary, err := b.try(importer.Options{DryRun: dryRun})
			if err != nil {
				t.Fatal(err)
			}
			b.wantCounts(summary, map[importer.Outcome]int{importer.Failed: 1, importer.Created: 1})
			if dryRun {
				return
			}
			b.want("SELECT source FROM document", "docs/b.md")
			b.want("SELECT count(*) FROM challenge", "1")
		})
	}
}

func TestImportsAtTheSameTimeDoubleNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		b.write(name+".md", strings.ReplaceAll(sample, "Caching", "Caching of "+name))
	}
	var wait sync.WaitGroup
	summaries := make([]importer.Summary, 3)
	for i := range summaries {
		wait.Go(func() {
			var err error
			if summaries[i], err = b.try(importer.Options{}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	created := 0
	for _, s := range summaries {
		created += s.Counts[importer.Created]
		if s.Counts[importer.Failed] > 0 {
			t.Errorf("failures: %+v", s.Files)
		}
	}
	if created != 5 {
		t.Errorf("%d documents were created, want 5", created)
	}
	b.want("SELECT count(*), count(DISTINCT source) FROM document", "5 | 5")
	b.want("SELECT count(*) FROM document_revision", "5")
	b.want("SELECT count(*) FROM challenge", "10")
	b.want("SELECT count(*) FROM technology", "2")
	b.want("SELECT count(*) FROM program", "1")
	b.want("SELECT count(*), count(DISTINCT folded_title) FROM concept", "5 | 5")
}

// An import waits for a person who is editing, and keeps what they wrote.
func TestAnImportDoesNotOverwriteAnEditAtTheSameTime(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("README.md", sample)
	b.imports(importer.Options{})
	b.write("README.md", strings.ReplaceAll(sample, "by name", "by their names"))
	edited := make(chan struct{})
	done := make(chan importer.Summary)
	err := b.db.InTx(t.Context(), func(ctx context.Context) error {
		err := b.db.Handle(ctx).Exec("UPDATE challenge SET title = 'Mine', edited_at = now() WHERE first_line = 19").Error
		go func() {
			<-edited
			summary, err := b.try(importer.Options{})
			if err != nil {
				t.Error(err)
			}
			done <- summary
		}()
		close(edited)
		waitForLock(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	summary := <-done
	b.wantCounts(summary, map[importer.Outcome]int{importer.Updated: 1})
	b.want("SELECT title FROM challenge WHERE first_line = 19", "Mine")
}

// waitForLock waits until some statement waits for a row.
func waitForLock(b *bundle) {
	b.Helper()
	for b.one("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == "0" {
		if b.Context().Err() != nil {
			b.Fatal("nobody waited")
		}
	}
}

func TestARefusedArchiveStoresNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	archive := filepath.Join(t.TempDir(), "docs.zip")
	writeZip(t, archive, map[string]string{"README.md": sample, "../evil.md": sample})
	summary, err := b.try(importer.Options{}, source.Path(archive))
	if err != nil {
		t.Fatal(err)
	}
	b.wantCounts(summary, map[importer.Outcome]int{importer.Failed: 1})
	b.want("SELECT count(*) FROM document", "0")
}

func TestAnArchiveIsImportedLikeItsFolder(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("one/README.md", sample)
	b.write("two/README.md", sample)
	b.write("hub.json", hubJSON)
	b.imports(importer.Options{Create: true})
	archive := filepath.Join(t.TempDir(), "docs.zip")
	writeZip(t, archive, map[string]string{"one/README.md": sample, "two/README.md": sample, "hub.json": hubJSON})
	b.wantCounts(b.imports(importer.Options{}, source.Path(archive)), map[importer.Outcome]int{importer.Unchanged: 2})
}

func TestProgressComesInOrderAndCountsToTheEnd(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, name := range []string{"a.md", "b.md", "c.md", "photo.png"} {
		b.write(name, sample)
	}
	var got []string
	b.imports(importer.Options{Progress: func(p importer.Progress) {
		if got = append(got, filepath.Base(p.Path)); p.Done != len(got) || p.Total != 4 {
			t.Errorf("%d of %d at %s", p.Done, p.Total, p.Path)
		}
	}})
	if diff := cmp.Diff([]string{"photo.png", "a.md", "b.md", "c.md"}, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestACancelledImportStopsBetweenFiles(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, name := range []string{"a.md", "b.md", "c.md", "d.md", "e.md", "f.md", "g.md"} {
		b.write(name, sample)
	}
	ctx, cancel := context.WithCancel(t.Context())
	summary, err := importer.New(importer.NewServices(b.db)).Import(ctx, []source.Input{source.Path(b.dir)}, importer.Options{
		Progress: func(p importer.Progress) {
			if p.Done == 2 {
				cancel()
			}
		},
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if stored := len(b.rows("SELECT 1 FROM document")); stored != len(summary.Files) || stored != 2 {
		t.Errorf("%d documents are stored, %d reported", stored, len(summary.Files))
	}
}

func writeZip(t *testing.T, path string, entries map[string]string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(file)
	for name, content := range entries {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
}
