package collaboration

import (
	"context"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// What happens to channels.
const (
	EventChannelCreated event.Kind = "channel.created"
	EventChannelUpdated event.Kind = "channel.updated"
	EventChannelDeleted event.Kind = "channel.deleted"
)

func editableChannels() edit.Table { return edit.Table{What: "channel", Rows: auth.ChannelRows()} }

func (c *Channel) subject() id.Any  { return id.AnyOf(c.ID) }
func (c *Channel) home() *id.Cohort { return c.CohortID }
func (c *Channel) revision() int32  { return c.Version }

// CreateChannel adds a channel of the actor.
func (s *Service) CreateChannel(ctx context.Context, input CreateChannelInput) (*CreateChannelPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	if edit.IsBlank(input.Name) {
		return nil, errs.BadUserInput("This cannot be empty.").At("input", "name")
	}
	row := &Channel{
		ID: id.New[id.Channel](), Name: input.Name, Kind: input.Kind, URL: input.URL,
		AuthorID: actor.User, CohortID: input.CohortID, Version: 1,
	}
	payload := &CreateChannelPayload{}
	return payload, create(ctx, s.db, EventChannelCreated, row, func(ctx context.Context) (err error) {
		payload.Channel, err = s.oneChannel(ctx, row.ID)
		return err
	})
}

// UpdateChannel changes a channel.
func (s *Service) UpdateChannel(ctx context.Context, input UpdateChannelInput) (*UpdateChannelPayload, error) {
	payload := &UpdateChannelPayload{}
	return payload, change(ctx, s.db, editableChannels(), input.ID.UUID, input.IfVersion, func(ctx context.Context, row *Channel) (err error) {
		var changes edit.Changes
		edit.Required(&changes, "name", "name", input.Name)
		edit.Required(&changes, "kind", "kind", input.Kind)
		edit.Optional(&changes, "url", "url", input.URL)
		if err := changes.Write(ctx, s.db, editableChannels(), row.ID.UUID); err != nil {
			return err
		}
		if len(changes.Fields()) > 0 {
			if err := record(ctx, s.db, EventChannelUpdated, row, changes.Fields()); err != nil {
				return err
			}
		}
		payload.Channel, err = s.oneChannel(ctx, row.ID)
		return err
	})
}

// DeleteChannel takes a channel away from readers.
func (s *Service) DeleteChannel(ctx context.Context, input DeleteChannelInput) (*DeleteChannelPayload, error) {
	payload := &DeleteChannelPayload{}
	return payload, change(ctx, s.db, editableChannels(), input.ID.UUID, input.IfVersion, func(ctx context.Context, row *Channel) error {
		payload.DeletedID = &row.ID
		if err := edit.Delete(ctx, s.db, editableChannels(), row.ID.UUID); err != nil {
			return err
		}
		return record(ctx, s.db, EventChannelDeleted, row, nil)
	})
}

// oneChannel returns a channel as the actor sees it now.
func (s *Service) oneChannel(ctx context.Context, key id.Channel) (*Channel, error) {
	found, err := s.ChannelsByIDs(ctx, []id.Channel{key})
	return found[key], err
}
