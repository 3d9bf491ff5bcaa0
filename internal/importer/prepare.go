package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"unicode/utf8"

	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/ingest"
)

// maxSource is the longest source, in characters.
const maxSource = 1000

// prepared is what can be found out of a document before its transaction.
type prepared struct {
	hash string
	text *ingest.Document
	// unchanged: content and place are those of the hub.
	unchanged bool
	stored    document.Stored
	err       error
}

// prepare reads a document and extracts it, unless the hub has it already.
func (r *run) prepare(ctx context.Context, i *item) (p prepared) {
	if i.result != nil {
		return p
	}
	if ctx.Err() != nil {
		return prepared{err: ctx.Err()}
	}
	if utf8.RuneCountInString(i.file.Source) > maxSource || i.file.Source == "" {
		return prepared{err: errs.BadUserInput("has a path that is empty or longer than %d characters", maxSource)}
	}
	content, err := i.file.Read()
	if err != nil {
		return prepared{err: err}
	}
	p.hash = hashOf(content)
	var exists bool
	if p.stored, exists, p.err = r.Documents.BySource(ctx, i.key()); p.err != nil {
		return p
	}
	if exists && (unchanged(p.stored, i.place, p.hash) || p.stored.Status == document.Withdrawn) {
		p.unchanged = true
		return p
	}
	if exists && p.hash == p.stored.ImportedHash {
		// The file has not changed since, but a person has given the document another
		// text, which stays; only its place is new.
		text, err := r.Documents.Text(ctx, p.stored.ID, p.stored.Number)
		if err != nil {
			return prepared{err: err}
		}
		content, p.hash = []byte(text), p.stored.ContentHash
	}
	p.text, p.err = extract(content)
	return p
}

func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// extract keeps a text that the extraction cannot cope with from stopping the
// import of others.
func extract(content []byte) (text *ingest.Document, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the extraction failed: %v", cause)
		}
	}()
	return ingest.Extract(content)
}

// key is the source key of a document.
func (i *item) key() document.Source {
	return document.Source{Owner: i.place.owner, Name: i.file.Source}
}

// unchanged reports whether a document already is what an import would make of
// it. Where only the text names the programme, the same text changes nothing;
// and what a person edited stays where it is.
func unchanged(d document.Stored, p place, hash string) bool {
	if hash != d.ContentHash && hash != d.ImportedHash {
		return false
	}
	if d.EditedAt != nil {
		return true
	}
	if p.program == "" && p.cohort == nil {
		return d.CohortID == nil
	}
	// A programme that was asked for and does not exist yet is a change.
	return same(d.CohortID, p.cohortID()) && p.programID != nil && same(d.ProgramID, p.programID)
}

func same[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}
