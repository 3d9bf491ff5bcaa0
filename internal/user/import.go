package user

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
)

// IDsByHandle returns the people with these handles, by handle in small letters.
func (s *Service) IDsByHandle(ctx context.Context, handles []string) (map[string]id.User, error) {
	folded := make([]string, len(handles))
	for i, handle := range handles {
		folded[i] = strings.ToLower(handle)
	}
	var rows []struct {
		ID     id.User
		Handle string
	}
	err := s.db.Handle(ctx).Raw(`SELECT id, lower(handle) AS handle FROM app_user
		WHERE lower(handle) = ANY(CAST(? AS text[])) AND deleted_at IS NULL`, database.Texts(folded)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("look up handles: %w", database.Translate(err))
	}
	ids := make(map[string]id.User, len(rows))
	for _, row := range rows {
		ids[row.Handle] = row.ID
	}
	return ids, nil
}

// Ensure creates those people whose handle does not exist, in the transaction
// of ctx, and leaves the others as they are. It is for imports that may create
// people.
func (s *Service) Ensure(ctx context.Context, people []*User) error {
	if len(people) == 0 {
		return nil
	}
	err := s.db.Handle(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(people, 2000).Error
	if err != nil {
		return fmt.Errorf("create people: %w", database.Translate(err))
	}
	return nil
}
