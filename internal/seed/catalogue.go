package seed

import (
	"strings"
	"time"

	"github.com/project-nexus/nexus/internal/ingest"
)

type technology struct {
	id             uuid
	name, category string
	at             time.Time
}

func (t technology) slug() string { return strings.ToLower(t.name) }

// newTechnologies makes the technologies, the most popular first.
func (h *hub) newTechnologies() []technology {
	categories := strings.Fields("LANGUAGE FRAMEWORK LIBRARY DATABASE MESSAGING TOOL PLATFORM STANDARD OTHER")
	list := make([]technology, h.size.technologies)
	for i := range list {
		at := hubStart().Add(time.Duration(i) * time.Minute)
		list[i] = technology{
			id:       newID(h.rand(technologyStream, i), at),
			name:     capital(h.words.words[vocabularySize-nameWords+i]),
			category: categories[i%len(categories)],
			at:       at,
		}
	}
	return list
}

func (h *hub) technologyTable() table {
	return table{
		name:    "technology",
		columns: []string{"id", "slug", "name", "category", "created_at", "updated_at"},
		total:   len(h.technologies),
		rows: func(yield func(row) bool) {
			for _, t := range h.technologies {
				if !yield(row{t.id, t.slug(), t.name, t.category, t.at, t.at}) {
					return
				}
			}
		},
	}
}

// aliasTable gives each technology its name and one longer spelling.
func (h *hub) aliasTable() table {
	return table{
		name:    "technology_alias",
		columns: []string{"folded_name", "technology_id", "name"},
		total:   2 * len(h.technologies),
		rows: func(yield func(row) bool) {
			for _, t := range h.technologies {
				for _, name := range []string{t.name, t.name + " " + strings.ToLower(t.category)} {
					if !yield(row{ingest.Fold(name), t.id, name}) {
						return
					}
				}
			}
		},
	}
}

type concept struct {
	id          uuid
	title, slug string
	at          time.Time
}

func (h *hub) newConcepts() []concept {
	list := make([]concept, h.size.concepts)
	for i := range list {
		at := hubStart().Add(time.Duration(i) * time.Minute)
		first, second := h.words.words[i%titleWords], h.words.words[titleWords+i/titleWords]
		list[i] = concept{
			id:    newID(h.rand(conceptStream, i), at),
			title: capital(first) + " " + second,
			slug:  first + "-" + second,
			at:    at,
		}
	}
	return list
}

func (h *hub) conceptTable() table {
	return table{
		name:    "concept",
		columns: []string{"id", "slug", "title", "folded_title", "created_at", "updated_at"},
		total:   len(h.concepts),
		rows: func(yield func(row) bool) {
			for _, c := range h.concepts {
				if !yield(row{c.id, c.slug, c.title, ingest.Fold(c.title), c.at, c.at}) {
					return
				}
			}
		},
	}
}
