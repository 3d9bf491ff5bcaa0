package document

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/page"
)

func documents() page.List[Document, DocumentFilter] {
	return page.List[Document, DocumentFilter]{
		Name: "documents", Table: "document",
		Field: string(OrderCreatedAt), Direction: page.Desc,
		Orders: map[string]page.Key[Document]{
			string(OrderCreatedAt): page.ByTime("document.created_at", func(d *Document) time.Time { return d.CreatedAt }),
			string(OrderUpdatedAt): page.ByTime("document.updated_at", func(d *Document) time.Time { return d.UpdatedAt }),
			string(OrderTitle):     page.ByText("document.title", func(d *Document) string { return d.Title }),
		},
		ID: func(d *Document) uuid.UUID { return d.ID.UUID },
		Visible: func(ctx context.Context) clause.Expr {
			return auth.Visible(ctx, auth.DocumentRows())
		},
		Where: documentConditions,
	}
}

func documentConditions(_ context.Context, f DocumentFilter) []clause.Expr {
	var conditions []clause.Expr
	if f.Owner != nil {
		conditions = append(conditions, page.On("document.owner_id = ?", *f.Owner))
	}
	if f.Cohort != nil {
		conditions = append(conditions, page.On("document.cohort_id = ?", *f.Cohort))
	}
	if f.Program != nil {
		conditions = append(conditions, page.On(`document.program_id = ?
			OR document.cohort_id IN (SELECT c.id FROM cohort AS c WHERE c.program_id = ?)`, *f.Program, *f.Program))
	}
	if f.Technology != nil {
		conditions = append(conditions, page.On(`document.id IN (SELECT m.document_id FROM mention AS m
			WHERE m.technology_id = (SELECT technology_by_name(?, lower(?))))`, ingest.Fold(*f.Technology), *f.Technology))
	}
	if f.Status != nil {
		conditions = append(conditions, page.On("document.status = ?", *f.Status))
	}
	return conditions
}

// ofVisibleDocument is the rule of what inherits from its document.
func ofVisibleDocument(table string) func(context.Context) clause.Expr {
	return func(ctx context.Context) clause.Expr {
		seen := auth.Visible(ctx, auth.DocumentRows())
		return page.On("EXISTS (SELECT FROM document WHERE document.id = "+table+".document_id AND "+seen.SQL+")", seen.Vars...)
	}
}

func revisions() page.List[DocumentRevision, page.NoFilter] {
	return page.List[DocumentRevision, page.NoFilter]{
		Name: "revisions", Table: "document_revision",
		Field: string(OrderNumber), Direction: page.Desc,
		Orders: map[string]page.Key[DocumentRevision]{
			string(OrderNumber): page.ByInt("document_revision.number", func(r *DocumentRevision) int32 { return r.Number }),
		},
		ID:      func(r *DocumentRevision) uuid.UUID { return r.ID.UUID },
		Visible: ofVisibleDocument("document_revision"),
	}
}

func mentions() page.List[Mention, page.NoFilter] {
	return page.List[Mention, page.NoFilter]{
		Name: "mentions", Table: "mention",
		Field: string(OrderMentionCreatedAt), Direction: page.Desc,
		Orders: map[string]page.Key[Mention]{
			string(OrderMentionCreatedAt): page.ByTime("mention.created_at", func(m *Mention) time.Time { return m.CreatedAt }),
			string(OrderFirstLine):        page.ByInt("mention.first_line", func(m *Mention) int32 { return m.FirstLine }).Ascending(),
		},
		ID:      func(m *Mention) uuid.UUID { return m.ID.UUID },
		Visible: ofVisibleDocument("mention"),
	}
}
