package publish

import (
	"context"

	"gorm.io/gorm"

	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/edit"
)

// Withdraw takes a document back: readers see neither it nor those of its entries
// that nobody has worked on. What is withdrawn stays as it is.
func (s *Service) Withdraw(ctx context.Context, input document.WithdrawDocumentInput) (*document.WithdrawDocumentPayload, error) {
	payload := &document.WithdrawDocumentPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, d *document.Document) (err error) {
		if d.Status != document.Withdrawn {
			if err := s.withdraw(ctx, d); err != nil {
				return err
			}
		}
		payload.Document, err = s.one(ctx, d.ID)
		return err
	})
	return payload, err
}

func (s *Service) withdraw(ctx context.Context, d *document.Document) error {
	if err := s.setStatus(ctx, d, document.Withdrawn, gorm.Expr("now()")); err != nil {
		return err
	}
	entries, err := s.lose(ctx, d)
	if err != nil {
		return err
	}
	if err := s.record(ctx, document.EventWithdrawn, d, []string{"status"}, entries); err != nil {
		return err
	}
	return s.Challenges.LinkDocument(ctx, d.ID)
}

// Republish shows a document that was withdrawn, and the entries that went with it.
func (s *Service) Republish(ctx context.Context, input document.RepublishDocumentInput) (*document.RepublishDocumentPayload, error) {
	payload := &document.RepublishDocumentPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, d *document.Document) (err error) {
		if d.Status == document.Withdrawn {
			if err := s.republish(ctx, d); err != nil {
				return err
			}
		}
		payload.Document, err = s.one(ctx, d.ID)
		return err
	})
	return payload, err
}

func (s *Service) republish(ctx context.Context, d *document.Document) error {
	entries, err := s.find(ctx, d, *d.WithdrawnAt)
	if err != nil {
		return err
	}
	if err := s.setStatus(ctx, d, document.Published, nil); err != nil {
		return err
	}
	if err := s.record(ctx, document.EventRepublished, d, []string{"status"}, entries); err != nil {
		return err
	}
	return s.Challenges.LinkDocument(ctx, d.ID)
}

// setStatus writes the status and when the document was withdrawn. It is no edit:
// imports still bring the title in step.
func (s *Service) setStatus(ctx context.Context, d *document.Document, status document.DocumentStatus, at any) error {
	return edit.Step(ctx, s.DB, document.Editable(), d.ID.UUID, map[string]any{"status": status, "withdrawn_at": at})
}

// Delete takes a document away, with those of its entries that nobody has worked
// on. An import of its source is a new document then.
func (s *Service) Delete(ctx context.Context, input document.DeleteDocumentInput) (*document.DeleteDocumentPayload, error) {
	payload := &document.DeleteDocumentPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, d *document.Document) error {
		payload.DeletedID = &d.ID
		if err := edit.Delete(ctx, s.DB, document.Editable(), d.ID.UUID); err != nil {
			return err
		}
		entries, err := s.lose(ctx, d)
		if err != nil {
			return err
		}
		if err := s.record(ctx, document.EventDeleted, d, nil, entries); err != nil {
			return err
		}
		return s.Challenges.LinkDocument(ctx, d.ID)
	})
	return payload, err
}
