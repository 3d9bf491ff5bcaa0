package document

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// RevisionsByIDs returns the revisions with these ids.
func (s *Service) RevisionsByIDs(ctx context.Context, ids []id.DocumentRevision) (map[id.DocumentRevision]*DocumentRevision, error) {
	return page.ByIDs(ctx, s.db, revisions(), ids)
}

// RevisionsOf returns a page of the revisions of each document.
func (s *Service) RevisionsOf(ctx context.Context, ids []id.Document, q page.Query[page.NoFilter]) (map[id.Document]*DocumentRevisionConnection, error) {
	return page.FetchEach(ctx, s.db, revisions(), page.Via{Name: "RevisionsOf", On: page.On("document_revision.document_id = parent.key")}, ids, q)
}

// Latest returns the latest revision of each document. The caller has loaded
// the documents, and so may see their texts.
func (s *Service) Latest(ctx context.Context, ids []id.Document) (map[id.Document]*DocumentRevision, error) {
	var rows []*DocumentRevision
	err := s.db.Handle(ctx).Raw(`SELECT DISTINCT ON (document_id) id, document_id, number, markdown, content_hash, author_id, created_at
		FROM document_revision WHERE document_id = ANY(CAST(? AS uuid[]))
		ORDER BY document_id, number DESC`, database.UUIDs(ids)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("latest revisions: %w", database.Translate(err))
	}
	latest := make(map[id.Document]*DocumentRevision, len(rows))
	for _, row := range rows {
		latest[row.DocumentID] = row
	}
	return latest, nil
}

// Diagnostics returns what the import noticed in each document, in the order
// of lines. The caller has loaded the documents.
func (s *Service) Diagnostics(ctx context.Context, ids []id.Document) (map[id.Document][]*Diagnostic, error) {
	var rows []*Diagnostic
	err := s.db.Handle(ctx).Raw(`SELECT document_id, position, line, column_number, severity, code, message, expected
		FROM document_diagnostic WHERE document_id = ANY(CAST(? AS uuid[]))
		ORDER BY document_id, position`, database.UUIDs(ids)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("diagnostics: %w", database.Translate(err))
	}
	diagnostics := make(map[id.Document][]*Diagnostic, len(ids))
	for _, row := range rows {
		diagnostics[row.DocumentID] = append(diagnostics[row.DocumentID], row)
	}
	return diagnostics, nil
}
