package graph

import (
	"context"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// nodeType fetches the nodes of one type, which its ids' prefix names.
type nodeType struct {
	prefix string
	fetch  func(context.Context, []id.Any, map[id.Any]id.Node) error
}

// nodeTypes are all types that implement Node.
func (r *Resolver) nodeTypes() []nodeType {
	return []nodeType{
		nodesOf(r.services.Challenges.ByIDs),
		nodesOf(r.services.Challenges.SolutionsByIDs),
		nodesOf(r.services.Collaboration.ChannelsByIDs),
		nodesOf(r.services.Collaboration.TipsByIDs),
		nodesOf(r.services.Comments.ByIDs),
		nodesOf(r.services.Concepts.ByIDs),
		nodesOf(r.services.Documents.ByIDs),
		nodesOf(r.services.Documents.MentionsByIDs),
		nodesOf(r.services.Documents.RevisionsByIDs),
		nodesOf(r.services.Events.ByIDs),
		nodesOf(r.services.Notifications.ByIDs),
		nodesOf(r.services.Practices.ByIDs),
		nodesOf(r.services.Programs.ByIDs),
		nodesOf(r.services.Programs.CohortsByIDs),
		nodesOf(r.services.Programs.MembershipsByIDs),
		nodesOf(r.services.Technologies.ByIDs),
		nodesOf(r.services.Users.ByIDs),
	}
}

func nodesOf[K id.Typed, V id.Node](batch func(context.Context, []K) (map[K]V, error)) nodeType {
	var k K
	return nodeType{
		prefix: k.Prefix(),
		fetch: func(ctx context.Context, ids []id.Any, nodes map[id.Any]id.Node) error {
			keys := make([]K, len(ids))
			for i, wanted := range ids {
				keys[i] = id.Of[K](wanted.UUID)
			}
			found, err := batch(ctx, keys)
			if err != nil {
				return err
			}
			for i, wanted := range ids {
				if node, ok := found[keys[i]]; ok {
					nodes[wanted] = node
				}
			}
			return nil
		},
	}
}

// nodesByIDs returns those of the nodes that the actor may see: one statement
// for each type among the ids.
func (r *Resolver) nodesByIDs(ctx context.Context, ids []id.Any) (map[id.Any]id.Node, error) {
	byPrefix := map[string][]id.Any{}
	for _, wanted := range ids {
		byPrefix[wanted.Prefix] = append(byPrefix[wanted.Prefix], wanted)
	}
	nodes := make(map[id.Any]id.Node, len(ids))
	for _, t := range r.nodeTypes() {
		if wanted := byPrefix[t.prefix]; len(wanted) > 0 {
			if err := t.fetch(ctx, wanted, nodes); err != nil {
				return nil, err
			}
		}
	}
	return nodes, nil
}

// node returns one node, nil when it is not there.
func (r *Resolver) node(ctx context.Context, wanted id.Any) (id.Node, error) {
	found, err := r.nodesByIDs(ctx, []id.Any{wanted})
	return found[wanted], err
}

// nodes returns the nodes in the order of ids, nil for each that is not there.
func (r *Resolver) nodes(ctx context.Context, ids []*id.Any) ([]id.Node, error) {
	if len(ids) > page.MaxSize {
		return nil, errs.New(errs.CodePageSizeExceeded, "ids takes up to %d ids, not %d", page.MaxSize, len(ids)).At("ids")
	}
	wanted := make([]id.Any, len(ids))
	for i, one := range ids {
		wanted[i] = *one
	}
	found, err := r.nodesByIDs(ctx, wanted)
	if err != nil {
		return nil, err
	}
	nodes := make([]id.Node, len(ids))
	for i, one := range wanted {
		nodes[i] = found[one]
	}
	return nodes, nil
}
