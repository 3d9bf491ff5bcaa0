package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/search"
)

// searchQuery makes a query of the arguments of a search and of what is selected
// in it: facets that nobody reads are not counted.
func searchQuery(ctx context.Context, text string, types []search.SearchType, filter *search.SearchFilter, first *int32, after *string) search.Query {
	q := search.Query{Text: text, Types: types, First: first, After: after}
	if filter != nil {
		q.Filter = *filter
	}
	for _, field := range graphql.CollectFieldsCtx(ctx, []string{"SearchConnection"}) {
		q.Facets = q.Facets || field.Name == "facets"
	}
	return q
}

// hits returns the objects of pages of results, without those that vanished
// meanwhile.
func (r *Resolver) hits(ctx context.Context, pages []*search.SearchConnection) (map[*search.SearchConnection][]id.Node, error) {
	var ids []id.Any
	for _, p := range pages {
		ids = append(ids, p.NodeIDs()...)
	}
	found, err := r.nodesByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	nodes := map[*search.SearchConnection][]id.Node{}
	for _, p := range pages {
		nodes[p] = []id.Node{}
		for _, wanted := range p.NodeIDs() {
			if node := found[wanted]; node != nil {
				nodes[p] = append(nodes[p], node)
			}
		}
	}
	return nodes, nil
}

// highlights and excerpt read the text of a result, which both share.
func highlights(ctx context.Context, e *search.SearchEdge) ([]*search.SearchHighlight, error) {
	text, err := load[*search.Text](ctx, "SearchEdge.highlights", e)
	return e.Highlights(text), err
}

func excerpt(ctx context.Context, e *search.SearchEdge) (*string, error) {
	text, err := load[*search.Text](ctx, "SearchEdge.excerpt", e)
	piece := e.Excerpt(text)
	return &piece, err
}

// similarChallenges reads the id of the cohort, which is optional.
func (r *Resolver) similarChallenges(ctx context.Context, title string, body *string, cohort *id.Any, first int32) ([]*search.SimilarChallenge, error) {
	if cohort == nil {
		return r.services.Search.SimilarChallenges(ctx, title, body, nil, first)
	}
	key, err := id.As[id.Cohort](*cohort)
	if err != nil {
		return nil, errs.As(err).At("cohort")
	}
	return r.services.Search.SimilarChallenges(ctx, title, body, &key, first)
}
