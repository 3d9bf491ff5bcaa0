package challenge

import (
	"slices"

	"github.com/project-nexus/nexus/internal/entry"
	"github.com/project-nexus/nexus/internal/id"
)

// revision works out what an import writes.
type revision struct {
	entry.Origin
	stored

	changes          entry.Changes
	challenges       []*Challenge // to be written
	solutions        []*Solution
	linked, unlinked []technologyLink
}

func revise(o entry.Origin, found stored, fresh []Imported) *revision {
	r := &revision{Origin: o, stored: found}
	synced := entry.Sync(o, r.challengeKind(), found.challenges, fresh)
	r.challenges, r.changes = synced.Write, synced.Changes
	written := map[*Challenge]bool{}
	for _, c := range synced.Write {
		written[c] = true
	}
	for i, c := range synced.Rows {
		if c.DeletedAt != nil {
			continue
		}
		status := c.Status
		if c.EditedAt == nil {
			r.link(c, fresh[i].Technologies)
		}
		r.reviseSolution(c, fresh[i].Solution)
		if c.Status != status && !written[c] {
			r.Touch(rowOf(c))
			r.changes.Note(rowOf(c), entry.Updated)
			r.challenges = append(r.challenges, c)
		}
	}
	for _, c := range synced.Lost {
		for _, s := range found.solutions[c.ID] {
			if r.isOurs(s) {
				r.loseSolution(s)
			}
		}
	}
	return r
}

func (r *revision) challengeKind() entry.Kind[Challenge, Imported] {
	return entry.Kind[Challenge, Imported]{
		Row:   rowOf,
		Fresh: func(f Imported) entry.Fresh { return f.Fresh },
		Create: func(f Imported) *Challenge {
			return &Challenge{
				ID: id.New[id.Challenge](), Title: f.Title, Body: f.Body, Status: Open,
				AuthorID: r.Author, CohortID: r.Cohort, DocumentID: &r.Document,
				FirstLine: &f.Span.First, LastLine: &f.Span.Last,
				Version: 1, CreatedAt: r.At, UpdatedAt: r.At,
			}
		},
		Same:    func(c *Challenge, f Imported) bool { return c.Title == f.Title && c.Body == f.Body },
		Rewrite: func(c *Challenge, f Imported) { c.Title, c.Body = f.Title, f.Body },
	}
}

// link makes the technologies of c those of the document.
func (r *revision) link(c *Challenge, technologies []id.Technology) {
	old := r.links[c.ID]
	for i, technology := range technologies {
		if !slices.Contains(technologies[:i], technology) && !slices.Contains(old, technology) {
			r.linked = append(r.linked, technologyLink{c.ID, technology})
		}
	}
	for _, technology := range old {
		if !slices.Contains(technologies, technology) {
			r.unlinked = append(r.unlinked, technologyLink{c.ID, technology})
		}
	}
}

func rowOf(c *Challenge) entry.Row {
	return entry.Row{
		Subject:  id.AnyOf(c.ID),
		CohortID: &c.CohortID, FirstLine: &c.FirstLine, LastLine: &c.LastLine,
		Version: &c.Version, UpdatedAt: &c.UpdatedAt,
		EditedAt: &c.EditedAt, MissingAt: &c.MissingAt, DeletedAt: c.DeletedAt,
		Title: c.Title, Body: c.Body,
	}
}

// isOurs reports whether the document at hand tells of the solution.
func (r *revision) isOurs(s *Solution) bool {
	return s.DocumentID != nil && *s.DocumentID == r.Document
}

// reviseSolution brings the imported solution of c in step with the document,
// which tells of one at most.
func (r *revision) reviseSolution(c *Challenge, f *ImportedSolution) {
	var old *Solution
	for _, s := range r.stored.solutions[c.ID] {
		// A live one before one that a person deleted.
		if r.isOurs(s) && (old == nil || old.DeletedAt != nil) {
			old = s
		}
	}
	switch {
	case f != nil && old == nil:
		s := r.solutionKind(c).Create(*f)
		r.changes.Created++
		r.changes.Note(r.solutionRow(s), entry.Created)
		r.solutions = append(r.solutions, s)
		r.accept(c, s)
	case f != nil:
		r.rewriteSolution(c, old, *f)
	case old != nil && r.loseSolution(old) && old.Accepted && old.EditedAt == nil && c.EditedAt == nil:
		// The document takes its answer back; nobody else gave one.
		old.Accepted = false
		if c.Status == Solved {
			c.Status = Open
		}
	}
}

func (r *revision) rewriteSolution(c *Challenge, s *Solution, f ImportedSolution) {
	accepted, version := s.Accepted, s.Version
	write := entry.Revise(r.Origin, r.solutionKind(c), s, f, &r.changes)
	if s.DeletedAt == nil && s.EditedAt == nil && c.EditedAt == nil {
		r.accept(c, s)
	}
	if s.Accepted != accepted && s.Version == version {
		r.Touch(r.solutionRow(s))
		r.changes.Note(r.solutionRow(s), entry.Updated)
	}
	if write || s.Accepted != accepted {
		r.solutions = append(r.solutions, s)
	}
}

// accept accepts the imported solution, unless another one is accepted.
func (r *revision) accept(c *Challenge, imported *Solution) {
	for _, s := range r.stored.solutions[c.ID] {
		if s != imported && s.Accepted && s.DeletedAt == nil {
			return
		}
	}
	imported.Accepted = true
	if c.Status == Open {
		c.Status = Solved
	}
}

// loseSolution marks a solution that the document does not tell of any more,
// and reports whether it did so now.
func (r *revision) loseSolution(s *Solution) bool {
	if !r.Lose(r.solutionRow(s), &r.changes) {
		return false
	}
	r.solutions = append(r.solutions, s)
	return true
}

func (r *revision) solutionKind(c *Challenge) entry.Kind[Solution, ImportedSolution] {
	return entry.Kind[Solution, ImportedSolution]{
		Row:   r.solutionRow,
		Fresh: func(f ImportedSolution) entry.Fresh { return entry.Fresh{Body: f.Body, Span: f.Span} },
		Create: func(f ImportedSolution) *Solution {
			return &Solution{
				ID: id.New[id.Solution](), ChallengeID: c.ID, AuthorID: r.Author, DocumentID: &r.Document,
				FirstLine: &f.Span.First, LastLine: &f.Span.Last, Body: f.Body,
				Version: 1, CreatedAt: r.At, UpdatedAt: r.At,
			}
		},
		Same:    func(s *Solution, f ImportedSolution) bool { return s.Body == f.Body },
		Rewrite: func(s *Solution, f ImportedSolution) { s.Body = f.Body },
	}
}

// solutionRow is a solution as an entry; its cohort is its challenge's.
func (r *revision) solutionRow(s *Solution) entry.Row {
	cohort, of := r.Cohort, id.AnyOf(s.ChallengeID)
	return entry.Row{
		Subject: id.AnyOf(s.ID), Parent: &of,
		CohortID: &cohort, FirstLine: &s.FirstLine, LastLine: &s.LastLine,
		Version: &s.Version, UpdatedAt: &s.UpdatedAt,
		EditedAt: &s.EditedAt, MissingAt: &s.MissingAt, DeletedAt: s.DeletedAt,
		Title: s.Body, Body: s.Body,
	}
}
