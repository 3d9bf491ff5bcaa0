package document

import (
	"time"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/markdown"
	"github.com/project-nexus/nexus/internal/page"
)

// DocumentRevision is one version of a document's text.
type DocumentRevision struct {
	ID         id.DocumentRevision
	DocumentID id.Document
	Number     int32
	Markdown   string
	// ContentHash is the SHA-256 of the bytes that were given, in hexadecimal.
	ContentHash string
	// AuthorID is who wrote it in the hub; nil: it was imported.
	AuthorID  *id.User
	CreatedAt time.Time
}

// IsNode marks a GraphQL Node.
func (*DocumentRevision) IsNode() {}

// BodyHTML returns the text as sanitised HTML.
func (r *DocumentRevision) BodyHTML() string { return markdown.HTML(r.Markdown) }

// DocumentRevisionOrderField is what revisions can be ordered by.
type DocumentRevisionOrderField string

// OrderNumber orders by the number of the revision.
const OrderNumber DocumentRevisionOrderField = "NUMBER"

// DocumentRevisionOrder is an order of revisions.
type DocumentRevisionOrder = page.Order[DocumentRevisionOrderField]

// DocumentRevisionConnection is a page of revisions.
type DocumentRevisionConnection = page.Connection[*DocumentRevision]

// DocumentRevisionEdge is one item of a page of revisions.
type DocumentRevisionEdge = page.Edge[*DocumentRevision]

// DiagnosticSeverity says how much a diagnostic matters.
type DiagnosticSeverity string

// The severities.
const (
	SeverityInfo    DiagnosticSeverity = "INFO"
	SeverityWarning DiagnosticSeverity = "WARNING"
	SeverityError   DiagnosticSeverity = "ERROR"
)

// Diagnostic is something that the import noticed in the latest revision.
type Diagnostic struct {
	DocumentID id.Document `gorm:"primaryKey"`
	// Position counts the diagnostics of a document from 1.
	Position int32  `gorm:"primaryKey"`
	Line     *int32 // from 1; nil for the whole document
	Column   *int32 `gorm:"column:column_number"` // in characters from 1; nil for the whole line
	Severity DiagnosticSeverity
	Code     string
	Message  string
	Expected *string
}

// TableName says whose diagnostics they are.
func (*Diagnostic) TableName() string { return "document_diagnostic" }

// Provenance is where in a document something stands.
type Provenance struct {
	Document  *Document
	FirstLine int32
	LastLine  int32
}
