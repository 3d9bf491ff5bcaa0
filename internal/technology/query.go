package technology

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/page"
)

func technologies() page.List[Technology, TechnologyFilter] {
	return page.List[Technology, TechnologyFilter]{
		Name: "technologies", Table: "technology",
		Field: string(OrderName), Direction: page.Asc,
		Orders: map[string]page.Key[Technology]{
			string(OrderName):      page.ByText("technology.name", func(t *Technology) string { return t.Name }),
			string(OrderCreatedAt): page.ByTime("technology.created_at", func(t *Technology) time.Time { return t.CreatedAt }),
		},
		ID: func(t *Technology) uuid.UUID { return t.ID.UUID },
		Visible: func(ctx context.Context) clause.Expr {
			return auth.Visible(ctx, auth.Rows{Table: "technology"})
		},
		Where: func(_ context.Context, f TechnologyFilter) []clause.Expr {
			var conditions []clause.Expr
			if f.Categories != nil {
				conditions = append(conditions, page.On("technology.category = ANY(CAST(? AS text[]))", database.Texts(f.Categories)))
			}
			if f.NameContains != nil {
				conditions = append(conditions, page.On(`technology.id IN (SELECT technology_id FROM technology_alias
					WHERE folded_name LIKE ?)`, database.Containing(ingest.Fold(*f.NameContains))))
			}
			return conditions
		},
	}
}
