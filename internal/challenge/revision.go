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
		CohortID: &c.CohortID, FirstLine: &c.FirstLine, LastLine: &c.LastLine,
		Version: &c.Version, UpdatedAt: &c.UpdatedAt,
		EditedAt: &c.EditedAt, MissingAt: &c.MissingAt, DeletedAt: c.DeletedAt,
		Title: c.Title, Body: c.Body,
	}
}
