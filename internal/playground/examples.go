package playground

import (
	"io/fs"
	"path"
	"strings"
)

// Example is one query that the Playground offers.
type Example struct {
	// Name is that of its file without the ending; examples come in its order.
	Name string `json:"name"`
	// Title is the name in words.
	Title string `json:"title"`
	// About is the comment at the head of the query.
	About string `json:"about"`
	// Query is the document, with one operation.
	Query string `json:"query"`
	// Variables is a JSON object, empty when the operation needs none.
	Variables string `json:"variables,omitempty"`
}

// Examples returns the queries with which the Playground opens. Each runs on the
// sample hub and answers data without errors.
func Examples() []Example {
	files, err := fs.Glob(exampleFiles, "examples/*.graphql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	examples := make([]Example, 0, len(files))
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".graphql")
		query := readExample(file)
		examples = append(examples, Example{
			Name:      name,
			Title:     titleOf(name),
			About:     headOf(query),
			Query:     query,
			Variables: readExample("examples/" + name + ".json"),
		})
	}
	return examples
}

// readExample returns the content of an embedded file, "" when there is none.
func readExample(name string) string {
	content, err := exampleFiles.ReadFile(name)
	if err != nil {
		return ""
	}
	return string(content)
}

// titleOf turns "03-who-solved-this" into "Who solved this".
func titleOf(name string) string {
	_, words, _ := strings.Cut(name, "-")
	words = strings.ReplaceAll(words, "-", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

// headOf returns the comment lines at the head of a document as one text.
func headOf(query string) string {
	var words []string
	for line := range strings.Lines(query) {
		comment, ok := strings.CutPrefix(line, "#")
		if !ok {
			break
		}
		words = append(words, strings.TrimSpace(comment))
	}
	return strings.Join(words, " ")
}
