package outline

import "strings"

// maxIndent is how far nested lists are indented when written, in spaces.
const maxIndent = 40

// Markdown writes nodes with all below them; code and tables are left out.
func Markdown(nodes []*Node) string {
	var b strings.Builder
	write(&b, nodes, "")
	return strings.TrimRight(b.String(), "\n")
}

func write(b *strings.Builder, nodes []*Node, indent string) {
	for i, n := range nodes {
		text := n.Text.Markdown()
		if n.Kind == Code || n.Kind == Table {
			continue
		}
		if i > 0 && n.Kind == Line && text != "" && b.Len() > 0 {
			b.WriteByte('\n') // a paragraph of its own
		}
		inner := indent
		if n.Kind == Item && len(indent) < maxIndent {
			inner += "  "
		}
		if text != "" {
			b.WriteString(indent)
			if n.Kind == Item {
				b.WriteString("- ")
			}
			b.WriteString(strings.ReplaceAll(text, "\n", "\n"+inner) + "\n")
		}
		write(b, n.Children, inner)
	}
}
