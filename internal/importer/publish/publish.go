// Package publish is what people do with documents that were imported: give them
// another text, take them back, publish them again, delete them.
//
// A document that was withdrawn or deleted tells of nothing any more: its entries
// go missing, as if a new revision held none of them, so those that somebody has
// worked on stay. They return with the document, exactly those that went with it.
//
// Errors: as package edit says; FORBIDDEN for whoever may not edit the document.
package publish

import (
	"context"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/importer"
)

// Service changes documents.
type Service struct{ importer.Services }

// New returns a Service on these services.
func New(s importer.Services) *Service { return &Service{s} }

// change runs work on a document that the actor may edit, in a transaction in
// which nobody else changes or imports it.
func (s *Service) change(ctx context.Context, key id.Document, ifVersion *int32, work func(context.Context, *document.Document) error) error {
	if _, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		// In the order of an import: the source, the document, the entries.
		stored, exists, err := s.Documents.Stored(ctx, key)
		if err == nil && exists {
			err = s.Documents.Lock(ctx, document.Source{Owner: stored.OwnerID, Name: stored.Source})
		}
		if err != nil {
			return err
		}
		d, standing, err := edit.Take[document.Document](ctx, s.DB, document.Editable(), key.UUID, "input", "id")
		switch {
		case err != nil:
			return err
		case !standing.Edits():
			return auth.Forbidden("Only its owner may change this document.")
		}
		if err := edit.Unchanged(d.Version, ifVersion); err != nil {
			return err
		}
		return work(ctx, d)
	})
}

// record writes what happened to a document and its entries into the change log.
func (s *Service) record(ctx context.Context, kind event.Kind, d *document.Document, fields []string, entries []event.Change) error {
	change := event.Change{Kind: kind, Subject: id.AnyOf(d.ID), Cohort: d.CohortID, Fields: fields}
	return event.RecordAll(ctx, s.DB, append([]event.Change{change}, entries...))
}

// one returns a document as the actor sees it now.
func (s *Service) one(ctx context.Context, key id.Document) (*document.Document, error) {
	found, err := s.Documents.ByIDs(ctx, []id.Document{key})
	return found[key], err
}
