package challenge

import (
	"bytes"
	"slices"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest/similar"
)

// node is a challenge in the making of clusters.
type node struct {
	id        id.Challenge
	signature similar.Signature
	cluster   *id.ChallengeCluster // as it is stored
	write     bool
	settled   bool
}

// clustering works out the clusters that a change leads to.
type clustering struct {
	nodes []*node
	gone  []id.Challenge
	// created, moved and unused are clusters: new ones, those that became part
	// of another one, and those without members.
	created []id.ChallengeCluster
	moved   map[id.ChallengeCluster]id.ChallengeCluster
	unused  []id.ChallengeCluster
}

// take collects what has to be compared anew: the challenges that changed, and
// all others of their former clusters, which may have held together through
// them alone.
func (c *clustering) take(changed map[id.Challenge]similar.Signature, loose []*node) {
	stored := map[id.Challenge]bool{}
	for _, n := range loose {
		stored[n.id] = true
		if n.cluster != nil && !slices.Contains(c.unused, *n.cluster) {
			c.unused = append(c.unused, *n.cluster)
		}
		if signature, known := changed[n.id]; known {
			n.signature, n.write = signature, true
		}
		if len(n.signature) == 0 {
			c.gone = append(c.gone, n.id)
			continue
		}
		c.nodes = append(c.nodes, n)
	}
	for challenge, signature := range changed {
		if !stored[challenge] {
			c.nodes = append(c.nodes, &node{id: challenge, signature: signature, write: true})
		}
	}
	slices.SortFunc(c.nodes, func(a, b *node) int { return bytes.Compare(a.id.UUID[:], b.id.UUID[:]) })
}

// settle joins the nodes with the settled ones that they are like, and gives
// every group its cluster: the oldest one that it may have, or a new one.
func (c *clustering) settle(settled []*node) {
	c.nodes = append(c.nodes, settled...)
	items := make([]similar.Item, len(c.nodes))
	for i, n := range c.nodes {
		items[i].Signature = n.signature
		if n.settled {
			items[i].Settled = "challenge " + n.id.String()
			if n.cluster != nil {
				items[i].Settled = n.cluster.String()
			}
		}
	}
	c.moved = map[id.ChallengeCluster]id.ChallengeCluster{}
	for _, group := range similar.Partition(items) {
		members := make([]*node, len(group))
		for i, index := range group {
			members[i] = c.nodes[index]
		}
		c.place(members)
	}
}

// place puts the members of a group into one cluster.
func (c *clustering) place(members []*node) {
	cluster := c.choose(members)
	for _, n := range members {
		switch {
		case n.cluster == cluster || n.cluster != nil && cluster != nil && *n.cluster == *cluster:
		case n.settled && n.cluster != nil:
			c.moved[*n.cluster] = *cluster // with all its members
		default:
			n.cluster, n.write = cluster, true
		}
	}
}

// choose returns the cluster of a group; nil for a group of one that is in none.
func (c *clustering) choose(members []*node) *id.ChallengeCluster {
	var may []id.ChallengeCluster
	for _, n := range members {
		if n.cluster != nil && (n.settled || slices.Contains(c.unused, *n.cluster)) {
			may = append(may, *n.cluster)
		}
	}
	if len(members) == 1 && !members[0].settled {
		return nil
	}
	if len(members) == 1 {
		return members[0].cluster
	}
	if len(may) == 0 {
		fresh := id.New[id.ChallengeCluster]()
		c.created = append(c.created, fresh)
		return &fresh
	}
	oldest := slices.MinFunc(may, func(a, b id.ChallengeCluster) int { return bytes.Compare(a.UUID[:], b.UUID[:]) })
	c.unused = slices.DeleteFunc(c.unused, func(u id.ChallengeCluster) bool { return u == oldest })
	return &oldest
}
