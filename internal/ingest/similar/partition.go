package similar

import "slices"

// Item is a challenge to be put into a group.
type Item struct {
	Signature Signature
	// Settled names the group of an item whose likeness to the other settled
	// ones is known; empty for one that has to be compared with all.
	Settled string
}

// Partition returns the groups of items that are linked by likeness, directly or
// through others, as lists of indexes in ascending order.
func Partition(items []Item) [][]int {
	p := partition{parent: make([]int, len(items))}
	settled, byKey := map[string]int{}, map[string][]int{}
	for i, item := range items {
		p.parent[i] = i
		if item.Settled != "" {
			if first, known := settled[item.Settled]; known {
				p.join(first, i)
			} else {
				settled[item.Settled] = i
			}
		}
		for _, key := range item.Signature.Keys() {
			byKey[key] = append(byKey[key], i)
		}
	}
	for i, item := range items {
		if item.Settled != "" {
			continue
		}
		for _, key := range item.Signature.Keys() {
			for _, other := range byKey[key] {
				if p.root(i) != p.root(other) && Similar(item.Signature, items[other].Signature) {
					p.join(i, other)
				}
			}
		}
	}
	return p.groups()
}

// partition is a forest: the root of a tree stands for its group, and is the
// first of its items.
type partition struct{ parent []int }

func (p partition) root(i int) int {
	for p.parent[i] != i {
		p.parent[i] = p.parent[p.parent[i]]
		i = p.parent[i]
	}
	return i
}

func (p partition) join(a, b int) {
	a, b = p.root(a), p.root(b)
	p.parent[max(a, b)] = min(a, b)
}

func (p partition) groups() [][]int {
	groups := make([][]int, len(p.parent))
	for i := range p.parent {
		root := p.root(i)
		groups[root] = append(groups[root], i)
	}
	return slices.DeleteFunc(groups, func(g []int) bool { return len(g) == 0 })
}
