package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// noFilter is the filter of a list that has none.
func noFilter() *page.NoFilter { return nil }

func args(first *int32, after *string, last *int32, before *string) page.Args {
	return page.Args{First: first, After: after, Last: last, Before: before}
}

// query makes a query of a connection's arguments and of what is selected in
// it: a total that nobody reads is not counted, a page that nobody reads not
// fetched.
func query[F any, O ~string](ctx context.Context, filter *F, orderBy *page.Order[O], a page.Args) page.Query[F] {
	q := page.Query[F]{Args: a}
	if filter != nil {
		q.Filter = *filter
	}
	if orderBy != nil {
		q.Field, q.Direction = string(orderBy.Field), orderBy.Direction
	}
	connection := graphql.GetFieldContext(ctx).Field.Definition.Type.Name()
	q.Only = true
	for _, field := range graphql.CollectFieldsCtx(ctx, []string{connection}) {
		switch field.Name {
		case "totalCount":
			q.Count = true
		case "__typename":
		default:
			q.Only = false
		}
	}
	return q
}

// byID looks up one object; it is nil when there is none that the actor may see.
func byID[K id.Typed, V any](ctx context.Context, wanted id.Any, batch func(context.Context, []K) (map[K]V, error)) (V, error) {
	var none V
	key, err := id.As[K](wanted)
	if err != nil {
		return none, errs.As(err).At("id")
	}
	found, err := batch(ctx, []K{key})
	if err != nil {
		return none, err
	}
	return found[key], nil
}

// found makes null of what is not there: in a query that is no error.
func found[V any](value *V, err error) (*V, error) {
	if errs.CodeOf(err) == errs.CodeNotFound {
		return nil, nil //nolint:nilnil // null without an error, as the schema says
	}
	return value, err
}

// provenance returns where in its document an imported entry stands, nil when
// it has none or the actor may not see the document.
func provenance(ctx context.Context, name string, entry any, firstLine, lastLine *int32) (*document.Provenance, error) {
	source, err := load[*document.Document](ctx, name, entry)
	if err != nil || source == nil || firstLine == nil || lastLine == nil {
		return nil, err
	}
	return &document.Provenance{Document: source, FirstLine: *firstLine, LastLine: *lastLine}, nil
}

// latest returns the newest revision of a document, which always has one.
func latest(ctx context.Context, name string, d *document.Document) (*document.DocumentRevision, error) {
	revision, err := load[*document.DocumentRevision](ctx, name, d)
	if err == nil && revision == nil {
		err = errs.New(errs.CodeInternal, "The document has no text.")
	}
	return revision, err
}

func textOf(r *document.DocumentRevision, err error) (*string, error) {
	if err != nil {
		return nil, err
	}
	return &r.Markdown, nil
}

func htmlOf(r *document.DocumentRevision, err error) (*string, error) {
	if err != nil {
		return nil, err
	}
	html := r.BodyHTML()
	return &html, nil
}
