package importer

import (
	"context"
	"path"
	"strings"
	"time"

	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/entry"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
)

// storeAttempts is how often a file is tried when others change the same rows
// at the same time.
const storeAttempts = 3

// store stores a document in a transaction of its own.
func (r *run) store(ctx context.Context, i *item, p prepared) FileResult {
	if i.result != nil {
		return *i.result
	}
	result := FileResult{Path: i.file.Path, Source: i.file.Source}
	if p.err != nil {
		result.Outcome, result.Err = Failed, p.err
		return result
	}
	if p.unchanged {
		return withoutChange(result, p.stored)
	}
	for attempt := 1; ; attempt++ {
		var stored FileResult
		err := r.atomically(ctx, func(ctx context.Context) (err error) {
			stored, err = r.storeLocked(ctx, i, p, result)
			return err
		})
		if err == nil {
			return stored
		}
		if errs.CodeOf(err) != errs.CodeConflict || attempt == storeAttempts || r.options.DryRun {
			result.Outcome, result.Err = Failed, err
			return result
		}
		if p = r.prepare(ctx, i); p.err != nil {
			result.Outcome, result.Err = Failed, p.err
			return result
		}
		if p.unchanged {
			return withoutChange(result, p.stored)
		}
	}
}

func withoutChange(result FileResult, stored document.Stored) FileResult {
	result.Document, result.Outcome = stored.ID, Unchanged
	if stored.Status == document.Withdrawn {
		result.Outcome, result.Reason = Skipped, "is withdrawn"
	}
	return result
}

// atomically runs fn in a transaction, and in a dry run in a part of the one
// transaction of the run that can be taken back alone.
func (r *run) atomically(ctx context.Context, fn func(context.Context) error) error {
	if !r.options.DryRun {
		return r.DB.InTx(ctx, fn)
	}
	handle := r.DB.Handle(ctx)
	if err := handle.Exec("SAVEPOINT import_file").Error; err != nil {
		return err
	}
	err := fn(ctx)
	if err != nil {
		if undo := handle.Exec("ROLLBACK TO SAVEPOINT import_file").Error; undo != nil {
			return undo
		}
	}
	if release := handle.Exec("RELEASE SAVEPOINT import_file").Error; release != nil {
		return release
	}
	return err
}

func (r *run) storeLocked(ctx context.Context, i *item, p prepared, result FileResult) (FileResult, error) {
	// A dry run stores nothing that another import could double, and the locks
	// of all its files at once would be too many.
	if !r.options.DryRun {
		if err := r.Documents.Lock(ctx, i.key()); err != nil {
			return result, err
		}
	}
	stored, exists, err := r.Documents.BySource(ctx, i.key())
	if err != nil {
		return result, err
	}
	if exists && (unchanged(stored, i.place, p.hash) || stored.Status == document.Withdrawn) {
		return withoutChange(result, stored), nil
	}
	if exists && stored.Number != p.stored.Number {
		return result, errs.Conflict("the document has changed at the same time")
	}
	s := storing{run: r, item: i, text: p.text, hash: p.hash, at: time.Now().UTC().Truncate(time.Microsecond), stored: stored, exists: exists}
	if err := s.store(ctx); err != nil {
		return result, err
	}
	result.Document, result.Outcome = s.document.ID, Created
	if exists {
		result.Outcome = Updated
	}
	s.changes.Touched = nil // they are in the change log now
	result.Found, result.Changes, result.Diagnostics = s.found(), s.changes, len(s.diagnostics)
	return result, nil
}

// storing is the storing of one document.
type storing struct {
	*run
	*item

	text        *ingest.Document
	hash        string
	at          time.Time
	stored      document.Stored
	exists      bool
	document    document.Document
	changes     entry.Changes
	diagnostics []document.Diagnostic
	// revised is set when a person gives the document another text.
	revised *revised
}

func (s *storing) store(ctx context.Context) error {
	programID, err := s.programOf(ctx)
	if err != nil {
		return err
	}
	if err := s.storeDocument(ctx, programID); err != nil {
		return err
	}
	origin, err := s.origin(ctx)
	if err != nil {
		return err
	}
	technologies, err := s.storeMentions(ctx, origin)
	if err != nil {
		return err
	}
	if err := s.storeEntries(ctx, origin, technologies); err != nil {
		return err
	}
	s.diagnose()
	if s.exists {
		if err := s.Documents.Undiagnose(ctx, s.document.ID); err != nil {
			return err
		}
	}
	if err := s.Documents.Diagnose(ctx, s.document.ID, s.diagnostics); err != nil {
		return err
	}
	if err := s.record(ctx); err != nil {
		return err
	}
	return s.linkChallenges(ctx)
}

// linkChallenges comes last: other imports wait from here on. A dry run, which
// is one long transaction, would make them wait for all of it, and tells
// nothing of clusters.
func (s *storing) linkChallenges(ctx context.Context) error {
	if s.options.DryRun {
		return nil
	}
	return s.Challenges.LinkDocument(ctx, s.document.ID)
}

// programOf returns the programme of the document: the one that was asked for,
// else the cohort's, else the one that the text names.
func (s *storing) programOf(ctx context.Context) (*id.Program, error) {
	title := s.text.Program
	switch {
	case s.revised != nil:
		return s.stored.ProgramID, nil
	case s.place.cohort != nil:
		return &s.place.cohort.ProgramID, nil
	case s.place.program != "":
		title = s.place.program
	case ingest.Fold(title) == "":
		return nil, nil //nolint:nilnil // no programme
	}
	programID, err := s.Programs.Ensure(ctx, entry.Shorten(title, maxTitle), s.at)
	return &programID, err
}

// maxTitle is the longest title of a programme and of a concept.
const maxTitle = 300

// origin is what the entries of the document share.
func (s *storing) origin(ctx context.Context) (entry.Origin, error) {
	o := entry.Origin{Document: s.document.ID, Cohort: s.document.CohortID, Author: s.document.OwnerID, At: s.at, New: !s.exists}
	if s.exists {
		former, err := s.Documents.Text(ctx, s.document.ID, s.stored.Number)
		if err != nil {
			return o, err
		}
		o.Lines = entry.LinesOf(former)
	}
	return o, nil
}

// titleOf is the title of the document, else the name of its file, or of its
// folder where the file is only called README.
func titleOf(title, source string) string {
	if strings.TrimSpace(title) != "" {
		return title
	}
	stem := strings.TrimSuffix(path.Base(source), path.Ext(source))
	if parent := path.Base(path.Dir(source)); strings.EqualFold(stem, "readme") && parent != "." && parent != "/" {
		return parent
	}
	if stem == "" {
		return source
	}
	return stem
}
