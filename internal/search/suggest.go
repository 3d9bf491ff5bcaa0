package search

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
)

// SearchSuggestion is a name that begins as somebody types.
type SearchSuggestion struct {
	Text   string
	Type   SearchType
	NodeID id.Any
}

// Suggestions returns names that begin with a prefix, whatever its case and its
// accents: technologies by any of their spellings, then concepts, then titles of
// challenges.
func (s *Service) Suggestions(ctx context.Context, prefix string, first int32) ([]*SearchSuggestion, error) {
	prefix = strings.TrimLeft(strings.ReplaceAll(prefix, "\x00", ""), " \t\r\n")
	if prefix == "" {
		return nil, errBlank("prefix")
	}
	var rows []struct {
		Kind, Text string
		ID         uuid.UUID
	}
	v := visible(ctx)
	// The range is what an index reads; U+10FFFF comes after all that a name has.
	err := s.db.Handle(ctx).Raw(`WITH asked AS (SELECT CAST(? AS text) AS spelling, fold_text(?) AS name)
		SELECT kind, id, text FROM (
			(SELECT 1 AS place, 'TECHNOLOGY' AS kind, t.id, t.name COLLATE "C" AS text, min(a.folded_name COLLATE "C") AS name
				FROM asked JOIN technology_alias AS a ON asked.spelling <> '' AND starts_with(a.folded_name, asked.spelling)
				JOIN technology AS t ON t.id = a.technology_id AND t.deleted_at IS NULL
				GROUP BY t.id ORDER BY name, t.id LIMIT ?)
			UNION ALL (SELECT 2, 'CONCEPT', c.id, c.title, c.name FROM asked CROSS JOIN LATERAL (SELECT e.id, e.name, concept.title FROM search_entry AS e
				JOIN concept ON concept.id = e.id WHERE e.kind = 'CONCEPT' AND e.name >= asked.name AND e.name < asked.name || U&'\+10FFFF' AND ?
				ORDER BY e.name, e.id LIMIT ?) AS c)
			UNION ALL (SELECT 3, 'CHALLENGE', c.id, c.title, c.name FROM asked CROSS JOIN LATERAL (SELECT e.id, e.name, challenge.title FROM search_entry AS e
				JOIN challenge ON challenge.id = e.id WHERE e.kind = 'CHALLENGE' AND e.name >= asked.name AND e.name < asked.name || U&'\+10FFFF' AND ?
				ORDER BY e.name, e.id LIMIT ?) AS c)
		) AS found ORDER BY place, name, id LIMIT ?`, ingest.Fold(prefix), prefix, first, v, first, v, first, first).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("suggestions: %w", database.Translate(err))
	}
	list := make([]*SearchSuggestion, len(rows))
	for i, r := range rows {
		kind := SearchType(r.Kind)
		list[i] = &SearchSuggestion{Text: r.Text, Type: kind, NodeID: id.Any{Prefix: kind.prefix(), UUID: r.ID}}
	}
	return list, nil
}
