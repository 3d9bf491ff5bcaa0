package document

import (
	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// What happens to documents. Package importer/publish does it, as the entries of a
// document follow it.
const (
	EventImported    event.Kind = "document.imported"
	EventUpdated     event.Kind = "document.updated"
	EventWithdrawn   event.Kind = "document.withdrawn"
	EventRepublished event.Kind = "document.republished"
	EventDeleted     event.Kind = "document.deleted"
)

// Editable are the rows of documents for package edit.
func Editable() edit.Table { return edit.Table{What: "document", Rows: auth.DocumentRows()} }

// UpdateDocumentInput says how to change a document: what is absent stays, null
// clears.
type UpdateDocumentInput struct {
	ID        id.Document
	Title     graphql.Omittable[*string]
	Overview  graphql.Omittable[*string]
	Markdown  graphql.Omittable[*string]
	IfVersion *int32
}

// UpdateDocumentPayload is the answer to it.
type UpdateDocumentPayload struct {
	Document   *Document
	UserErrors []*errs.UserError
}

// WithdrawDocumentInput says which document to withdraw.
type WithdrawDocumentInput struct {
	ID        id.Document
	IfVersion *int32
}

// WithdrawDocumentPayload is the answer to it.
type WithdrawDocumentPayload struct {
	Document   *Document
	UserErrors []*errs.UserError
}

// RepublishDocumentInput says which document to publish again.
type RepublishDocumentInput struct {
	ID        id.Document
	IfVersion *int32
}

// RepublishDocumentPayload is the answer to it.
type RepublishDocumentPayload struct {
	Document   *Document
	UserErrors []*errs.UserError
}

// DeleteDocumentInput says which document to delete.
type DeleteDocumentInput struct {
	ID        id.Document
	IfVersion *int32
}

// DeleteDocumentPayload is the answer to it.
type DeleteDocumentPayload struct {
	DeletedID  *id.Document
	UserErrors []*errs.UserError
}
