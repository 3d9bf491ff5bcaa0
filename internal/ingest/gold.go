package ingest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// goldDocument is a document as labels for the extraction are written: names
// and texts alone, for people to compare.
type goldDocument struct {
	Program      goldProgram     `json:"program"`
	Technologies []string        `json:"technologies"`
	Concepts     []string        `json:"concepts"`
	Challenges   []goldChallenge `json:"challenges"`
	Practices    []string        `json:"practices"`
	Channels     []string        `json:"channels"`
}

type goldProgram struct {
	Title *string `json:"title"`
}

type goldChallenge struct {
	Title    string   `json:"title"`
	Alt      []string `json:"alt,omitempty"`
	Solution *string  `json:"solution"`
}

// GoldJSON renders a document in the format of hand-written labels, indented
// and with a line end.
func GoldJSON(d *Document) ([]byte, error) {
	g := goldDocument{Technologies: []string{}, Concepts: []string{}, Challenges: []goldChallenge{}, Practices: []string{}, Channels: []string{}}
	if d.Program != "" {
		g.Program.Title = &d.Program
	}
	for _, t := range d.Technologies {
		g.Technologies = append(g.Technologies, t.Name)
	}
	for _, c := range d.Concepts {
		g.Concepts = append(g.Concepts, c.Title)
	}
	for _, c := range d.Challenges {
		challenge := goldChallenge{Title: c.Title}
		if c.Body != "" {
			first, _, _ := strings.Cut(c.Body, "\n")
			challenge.Alt = []string{first}
		}
		if c.Solution != nil {
			steps := strings.ReplaceAll(c.Solution.Body, "\n- ", "; ")
			challenge.Solution = &steps
		}
		g.Challenges = append(g.Challenges, challenge)
	}
	for _, p := range d.Practices {
		text := p.Title
		if p.Body != "" {
			text += ": " + p.Body
		}
		g.Practices = append(g.Practices, text)
	}
	for _, c := range d.Channels {
		g.Channels = append(g.Channels, c.label())
	}
	out, err := json.MarshalIndent(g, "", " ")
	if err != nil {
		return nil, fmt.Errorf("render labels: %w", err)
	}
	return append(out, '\n'), nil
}

// label is a channel with the service it belongs to.
func (c Channel) label() string {
	if c.service == "" || c.service == c.Name {
		return c.Name
	}
	return c.service + " " + c.Name
}
