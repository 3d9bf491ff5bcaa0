package collaboration

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// Service serves tips and channels.
type Service struct{ db *database.DB }

// New returns a Service on db.
func New(db *database.DB) *Service { return &Service{db} }

// TipsByIDs returns the tips with these ids.
func (s *Service) TipsByIDs(ctx context.Context, ids []id.Tip) (map[id.Tip]*Tip, error) {
	return page.ByIDs(ctx, s.db, tips(), ids)
}

// ListTips returns a page of tips.
func (s *Service) ListTips(ctx context.Context, q page.Query[page.NoFilter]) (*TipConnection, error) {
	return page.Fetch(ctx, s.db, tips(), q)
}

// TipsOfCohorts returns a page of the tips of each cohort.
func (s *Service) TipsOfCohorts(ctx context.Context, ids []id.Cohort, q page.Query[page.NoFilter]) (map[id.Cohort]*TipConnection, error) {
	return page.FetchEach(ctx, s.db, tips(), page.Via{Name: "TipsOfCohorts", On: page.On("tip.cohort_id = parent.key")}, ids, q)
}

// TipsOfDocuments returns a page of the tips that each document gives.
func (s *Service) TipsOfDocuments(ctx context.Context, ids []id.Document, q page.Query[page.NoFilter]) (map[id.Document]*TipConnection, error) {
	return page.FetchEach(ctx, s.db, tips(), page.Via{Name: "TipsOfDocuments", On: page.On("tip.document_id = parent.key")}, ids, q)
}

// ChannelsByIDs returns the channels with these ids.
func (s *Service) ChannelsByIDs(ctx context.Context, ids []id.Channel) (map[id.Channel]*Channel, error) {
	return page.ByIDs(ctx, s.db, channels(), ids)
}

// ListChannels returns a page of channels.
func (s *Service) ListChannels(ctx context.Context, q page.Query[ChannelFilter]) (*ChannelConnection, error) {
	return page.Fetch(ctx, s.db, channels(), q)
}

// ChannelsOfCohorts returns a page of the channels of each cohort.
func (s *Service) ChannelsOfCohorts(ctx context.Context, ids []id.Cohort, q page.Query[ChannelFilter]) (map[id.Cohort]*ChannelConnection, error) {
	return page.FetchEach(ctx, s.db, channels(), page.Via{Name: "ChannelsOfCohorts", On: page.On("channel.cohort_id = parent.key")}, ids, q)
}

// ChannelsOfDocuments returns a page of the channels that each document names.
func (s *Service) ChannelsOfDocuments(ctx context.Context, ids []id.Document, q page.Query[ChannelFilter]) (map[id.Document]*ChannelConnection, error) {
	return page.FetchEach(ctx, s.db, channels(), page.Via{Name: "ChannelsOfDocuments", On: page.On("channel.document_id = parent.key")}, ids, q)
}

func tips() page.List[Tip, page.NoFilter] {
	return page.List[Tip, page.NoFilter]{
		Name: "tips", Table: "tip",
		Field: string(OrderTipCreatedAt), Direction: page.Desc,
		Orders: map[string]page.Key[Tip]{
			string(OrderTipCreatedAt): page.ByTime("tip.created_at", func(t *Tip) time.Time { return t.CreatedAt }),
		},
		ID:      func(t *Tip) uuid.UUID { return t.ID.UUID },
		Visible: func(ctx context.Context) clause.Expr { return auth.Visible(ctx, auth.TipRows()) },
	}
}

func channels() page.List[Channel, ChannelFilter] {
	return page.List[Channel, ChannelFilter]{
		Name: "channels", Table: "channel",
		Field: string(OrderName), Direction: page.Asc,
		Orders: map[string]page.Key[Channel]{
			string(OrderName):             page.ByText("channel.name", func(c *Channel) string { return c.Name }),
			string(OrderChannelCreatedAt): page.ByTime("channel.created_at", func(c *Channel) time.Time { return c.CreatedAt }),
		},
		ID:      func(c *Channel) uuid.UUID { return c.ID.UUID },
		Visible: func(ctx context.Context) clause.Expr { return auth.Visible(ctx, auth.ChannelRows()) },
		Where: func(_ context.Context, f ChannelFilter) []clause.Expr {
			if f.Kinds == nil {
				return nil
			}
			return []clause.Expr{page.On("channel.kind = ANY(CAST(? AS text[]))", database.Texts(f.Kinds))}
		},
	}
}
