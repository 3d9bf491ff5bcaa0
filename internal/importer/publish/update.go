package publish

import (
	"context"
	"errors"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/importer"
)

// Update changes a document. Another text is its next revision and is extracted
// as an import does; what people edited stays.
func (s *Service) Update(ctx context.Context, input document.UpdateDocumentInput) (*document.UpdateDocumentPayload, error) {
	payload := &document.UpdateDocumentPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, d *document.Document) error {
		var changes edit.Changes
		edit.Required(&changes, "title", "title", input.Title)
		edit.Optional(&changes, "overview", "overview", input.Overview)
		text, err := textOf(d, input)
		if err := errors.Join(changes.Err(), err); err != nil {
			return err
		}
		before, _, err := s.Documents.Stored(ctx, d.ID)
		if err != nil {
			return err
		}
		if err := changes.Write(ctx, s.DB, document.Editable(), d.ID.UUID); err != nil {
			return err
		}
		switch {
		case text != nil:
			err = s.revise(ctx, before, *text, changes.Fields())
		case len(changes.Fields()) > 0:
			err = s.record(ctx, document.EventUpdated, d, changes.Fields(), nil)
		}
		if err != nil {
			return err
		}
		payload.Document, err = s.one(ctx, d.ID)
		return err
	})
	return payload, err
}

// textOf returns the new text, nil when it stays.
func textOf(d *document.Document, input document.UpdateDocumentInput) (*string, error) {
	text, given := input.Markdown.ValueOK()
	switch {
	case !given:
		return nil, nil //nolint:nilnil // it stays
	case text == nil, edit.IsBlank(*text):
		return nil, errs.BadUserInput("This cannot be empty.").At("input", "markdown")
	case d.Status == document.Withdrawn:
		return nil, errs.Conflict("The document is withdrawn; publish it again first.").At("input", "markdown")
	default:
		return text, nil
	}
}

// revise stores a text in the version of the document that the change makes.
func (s *Service) revise(ctx context.Context, before document.Stored, text string, fields []string) error {
	now, _, err := s.Documents.Stored(ctx, before.ID)
	if err != nil {
		return err
	}
	now.Version = before.Version
	err = importer.New(s.Services).Revise(ctx, now, text, *auth.ActorOf(ctx).User, fields)
	switch e := errs.As(err); {
	case e == nil:
		return err
	case e.Code == errs.CodeBadUserInput, e.Code == errs.CodePayloadTooLarge:
		return errs.BadUserInput("The text %s.", e.Message).At("input", "markdown")
	default:
		return err
	}
}
